"""Step 4: the outbox, where the visitor's answer and the forwarding meet, and only there.

``tables.py`` is the schema and ``database.py`` the engines: ``postgresql.py`` has sessions that prove
themselves, ``sqlite.py`` the right library and ``sqlite_file.py`` the right file. ``store.py`` accepts
enquiries, and rings the ``wakeup.py`` of an idle worker; ``amendments.py`` keeps an enquiry and its changes
in order. ``queue.py`` hands deliveries to workers, as a claim, and takes an outcome back (``claim.py``), as
far as the ``breaker.py`` lets any go. ``queries.py`` shows deliveries to people, and ``requeue.py`` lets
people queue them again.
"""
