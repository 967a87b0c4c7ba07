"""The languages of the pages.

``language.py`` has the messages, dates and numbers of each; ``catalogs`` holds the translations, one gettext
file per language. Messages are in English in the code, as
``language.gettext("…")``, in templates as ``_("…")``; ``make messages`` gathers them.
"""
