"""How gunicorn serves leadform: no thread waits for a slow client (docs/decisions/0016).

``buffering_worker.py`` is the worker, whose loop waits for all clients at once. ``connection.py`` is one
client's connection, ``framing.py`` says when a request is complete, and ``file_limit.py`` how many
connections there may be.
"""
