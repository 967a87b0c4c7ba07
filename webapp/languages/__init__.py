"""The languages that leadform speaks.

``language.py`` has the messages, dates and numbers of a language. ``catalogs`` holds the translations, one
gettext file per language. In the code, messages are in English: ``language.gettext("…")``, or ``_("…")`` in
templates. ``make messages`` collects them.

What people type: ``date_parsing.py`` reads dates, with ``years.py`` for the year that is meant, and
``numbers.py`` reads numbers. ``text_cleaning.py`` normalises text.
"""
