"""The settings, read once and checked all at once.

``model.py`` has every setting with its rules, and says what is wrong with a value. ``environment.py``
collects the values, and ``env_file.py`` reads those in ``.env``. ``misspellings.py`` finds the setting that a
misspelled name was meant for, and ``database_url.py`` checks ``DATABASE_URL``.
"""
