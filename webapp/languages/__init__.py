"""The languages that visitors are spoken to in.

``language.py`` says a message in one of them, and dates and numbers as they are written there;
``catalogs`` holds the translations, one gettext file a language. Messages stand in English in the code, as
``language.gettext("…")``, in templates as ``_("…")``; ``make messages`` gathers them.
"""
