"""The venue's forms: ``forms.toml`` read and checked as a whole.

``reader.py`` reads the file, ``checking.py`` finds every fault at once, ``lines.py`` says where each is.
``starting.py`` makes a file to start from, ``schema.py`` the JSON Schema for editors.
"""
