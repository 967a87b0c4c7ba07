"""Step 6: the client of the platform's API.

``opportunity.py`` is the shape of what is sent, ``properties.py`` finds its properties by name, and
``rules.py`` holds the document's conditions on it. ``opportunity_name.py`` makes its name and recognises it
again. ``client.py`` has the calls; ``signing.py`` and ``transport.py`` are how a request travels,
``response.py`` and ``errors.py`` what an answer means. ``collection.py`` reads a list page by page, and
``lookup.py`` says which of its rows is the one. ``account_lists.py`` and ``account_rows.py`` say what the
account has.
"""
