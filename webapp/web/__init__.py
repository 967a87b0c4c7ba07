"""Steps 1 to 3 and 7: all that answers a request.

``localized_forms.py`` finds the form that is asked for, in the visitor's language, and ``pages`` shows it.
``pages/submit.py`` is the way of a form that is sent: ``request_body.py`` reads the body, whole or not at
all, ``form`` checks it, ``attribution.py`` reads the campaign, and ``submission.py`` makes an enquiry of it.
``tokens.py`` signs the form and the receipt's address, by which ``pages/receipt.py`` finds the enquiry.

``responses.py`` renders each page, with the ``static_files.py`` it needs. ``request_headers.py`` keeps out
what no browser sends, and ``security_headers.py`` has the headers of every answer.
"""
