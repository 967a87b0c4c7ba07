"""Steps 1 to 3 and 7: the visitor's side.

``views.py`` answers requests, ``body.py`` reads what was sent, whole or not at all. ``form.py`` is the form
of a definition: ``fields.py`` and ``question_fields.py`` are what it asks, ``validators.py``,
``contact_details.py``, ``text.py`` and ``answering.py`` read what was typed, ``fitting.py`` finds what no
opportunity can be made of; ``form_page.py`` shows it. ``attribution.py`` reads the campaign, ``service.py``
makes an enquiry of it all.

``receipt.py`` shows it back and ``amending.py`` lets it be changed, both by the receipt's address
(``received.py``). ``tokens.py`` signs the form and that address, ``pages.py`` are the pages for when things
go wrong, ``headers.py`` what every answer carries.
"""
