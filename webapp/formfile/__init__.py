"""The venue's forms: ``forms.toml`` read and checked as a whole.

``reader.py`` reads the file, ``parse.py`` finds every fault at once, ``toml_lines.py`` says where each is.
``scaffold.py`` makes a file to start from, ``json_schema.py`` the JSON Schema for editors.
"""
