"""Step 4: the outbox, the only place where the visitor's side and the delivery meet.

``tables.py`` and ``indexes.py`` are the schema, ``migrations`` brings a database up to date with it, and
``serialization.py`` turns an enquiry into what is stored. ``database.py`` opens the database:
``postgresql.py`` has the sessions of PostgreSQL, ``sqlite_engine.py`` the connections of SQLite, with
``sqlite.py``, ``sqlite_file.py`` and ``file_identity.py`` for its library, its file and whether the file was
replaced. ``store.py`` accepts enquiries, with ``lost_transactions.py`` for those that are worth a second try.
``notify.py`` tells idle workers of them, which wait in ``wakeup.py``. ``amendments.py`` keeps an enquiry and
its changes in order. ``queue.py`` hands deliveries to workers, as many as ``breaker.py`` permits, and
``claim.py`` is what passes between them. ``queries.py`` shows deliveries to people, and ``requeue.py`` queues
them again.
"""
