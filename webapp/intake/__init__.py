"""Steps 1 to 3 and 7: the visitor's side.

``offered.py`` finds the form that is asked for, in the visitor's language. ``views.py`` answers requests,
``body.py`` reads what was sent, whole or not at all. ``form.py`` is the form of a definition: ``fields.py``
and ``question_fields.py`` are what it asks, ``validators.py``, ``contact_details.py``, ``dates.py``,
``typed_days.py``, ``years.py``, ``text.py`` and ``answering.py`` read what was typed, ``autofill.py`` says
what a browser may fill in, ``email_typos.py`` finds what was probably meant, and ``fitting.py`` what no
opportunity can be made of; ``form_page.py`` shows it. ``attribution.py`` reads the campaign, ``service.py``
makes an enquiry of it all.

``receipt.py`` shows it back and ``amending.py`` lets it be changed, both by the receipt's address
(``received.py``). ``tokens.py`` signs the form and that address, ``pages.py`` are the pages for when things
go wrong. ``rendering.py`` makes each page, in ``looks.py`` as the form's theme has it, with the
``static_files.py`` it needs; ``headers.py`` is what every answer carries. ``hosts.py`` and
``long_headers.py`` keep out what no browser sends.
"""
