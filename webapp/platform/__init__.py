"""Step 6: the platform as leadform speaks to it.

``opportunity.py`` is the shape of what is sent, ``properties.py`` finds its properties by name, ``rules.py``
are the document's conditions on it, ``signing.py`` and ``transport.py`` how a request travels, ``answer.py``
what an answer means, ``client.py`` the calls, ``account_lists.py`` what the account has.
"""
