"""Step 6: the client of the platform's API.

``client.py`` has the calls. ``signing.py`` signs a request, and ``transport.py`` sends it within a deadline.
``response.py`` reads the answer: ``error_codes.py`` lists the codes, and ``errors.py`` says what to do next.
``collection.py`` reads a list page by page, and ``lookup.py`` recognises our opportunity in it.

``opportunity.py`` is the shape of what is sent, ``properties.py`` finds its properties by name, and
``rules.py`` holds the document's conditions. ``opportunity_name.py`` puts the reference into its name.
``account_lists.py`` and ``account_rows.py`` read the account's own lists.
"""
