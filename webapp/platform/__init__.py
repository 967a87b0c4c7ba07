"""Step 6: the platform as leadform speaks to it.

``opportunity.py`` is the shape of what is sent, ``opportunity_name.py`` how its name is made and known again,
``properties.py`` finds its properties by name, ``rules.py`` are the document's conditions on it,
``signing.py`` and ``transport.py`` how a request travels, ``response.py`` what an answer means, ``client.py``
the calls, ``lookup.py`` which row of a list is the one, ``account_lists.py`` what the account has.
"""
