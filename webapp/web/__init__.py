"""Steps 1 to 3 and 7: all that answers a request.

``localized_forms.py`` finds the form that is asked for, in the visitor's language; ``pages`` shows it,
``request_body.py`` reads what was sent, whole or not at all, and ``form`` checks it. ``attribution.py`` reads
the campaign, and ``submission.py`` makes an enquiry of it all. ``tokens.py`` signs the form and the receipt's
address, by which ``pages/receipt.py`` finds the enquiry again.

``responses.py`` makes each page, with the ``static_files.py`` it needs; ``security_headers.py`` is what every
answer carries. ``trusted_hosts.py`` and ``header_limits.py`` keep out what no browser sends.
"""
