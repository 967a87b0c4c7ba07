"""Step 4: the outbox, the only place where the visitor's side and the delivery meet.

The schema: ``tables.py`` and ``indexes.py`` define it, ``migrations`` brings a database up to date, and
``serialization.py`` turns an enquiry into JSON and back.

The database: ``database.py`` opens it. ``postgresql.py`` has the sessions of PostgreSQL, and
``sqlite_engine.py`` the connections of SQLite. ``sqlite.py`` chooses its library, ``sqlite_file.py`` guards
its file, and ``file_identity.py`` notices when the file was replaced. ``lost_transactions.py`` repeats work
whose transaction was lost.

The visitor's side: ``store.py`` accepts enquiries, and ``amendments.py`` keeps an enquiry and its changes in
order. ``notify.py`` wakes an idle worker, which waits in ``wakeup.py``.

The delivery's side: ``queue.py`` hands deliveries to workers, as many as ``breaker.py`` permits. ``claim.py``
is what they exchange.

For people: ``queries.py`` shows deliveries, and ``requeue.py`` queues them again.
"""
