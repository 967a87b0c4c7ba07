"""Step 4: the outbox, where the visitor's answer and the forwarding meet, and only there.

``tables.py`` is the schema, ``database.py`` the engines, ``store.py`` accepts enquiries, ``queue.py`` hands
deliveries to workers and keeps what came of them, ``register.py`` shows them to people.
"""
