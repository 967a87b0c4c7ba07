"""Steps 1 to 3 and 7: the visitor's side.

``views.py`` answers requests, ``body.py`` reads what was sent, whole or not at all, ``form.py`` checks what
was typed (``contact_details.py``, ``text.py``), ``attribution.py`` reads the campaign, ``service.py`` makes
an enquiry of it all, ``receipt.py`` shows it back; ``tokens.py`` signs the form and the receipt's address,
``pages.py`` are the pages for when things go wrong, ``headers.py`` what every answer carries.
"""
