"""Step 5: takes what is due from the outbox and forwards it.

``worker.py`` is the loop, ``forwarding.py`` one attempt, ``mapping.py`` makes the opportunity by today's forms,
``decision.py`` says what an answer means for the delivery.
"""
