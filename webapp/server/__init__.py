"""How gunicorn serves leadform: slow clients are waited for without a thread (docs/decisions/0016).

``framing.py`` says when a request is whole, ``connection.py`` holds what has come and what must still go,
``buffering_worker.py`` is the worker that waits for all of them at once, and ``file_limit.py`` says how many
they can be.
"""
