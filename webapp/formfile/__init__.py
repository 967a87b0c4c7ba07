"""The file ``forms.toml``, read and checked as a whole.

``reader.py`` reads the file, ``parse.py`` finds all its faults, and ``toml_lines.py`` finds their lines.
``current.py`` follows changes of the file, and ``last_good.py`` keeps the last version without a fault.
``scaffold.py`` writes a file to start from, and ``json_schema.py`` the JSON Schema for editors.
"""
