"""Steps 1 to 3 and 7: everything that answers a request.

``localized_forms.py`` finds the form that was asked for, in the visitor's language, and ``pages`` shows it.
A form that is sent goes through ``pages/submit.py``: ``request_body.py`` reads the body, ``form`` checks it,
``attribution.py`` reads the campaign, and ``submission.py`` makes an enquiry of it. ``tokens.py`` signs the
form and the receipt's address.

``responses.py`` renders pages, and ``static_files.py`` serves what they load. ``request_headers.py`` refuses
hosts and headers that no browser sends, and ``security_headers.py`` adds the headers of every answer.
"""
