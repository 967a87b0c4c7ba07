"""The venue's forms: ``forms.toml`` read and checked as a whole.

``definition.py`` is what a form may say, ``reader.py`` reads the file and tells every fault at once.
"""
