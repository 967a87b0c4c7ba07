"""The venue's forms: ``forms.toml``, read and checked as a whole.

``reader.py`` reads the file, ``parse.py`` finds all its faults, ``toml_lines.py`` finds the line of each.
``current.py`` follows changes of the file, ``last_good.py`` keeps the last version without a fault.
``scaffold.py`` writes a file to start from, ``json_schema.py`` the JSON Schema for editors.
"""
