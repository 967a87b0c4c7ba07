"""The venue's forms: ``forms.toml`` read and checked as a whole.

``reader.py`` reads the file, ``checking.py`` finds every fault at once, ``lines.py`` says where each is.
"""
