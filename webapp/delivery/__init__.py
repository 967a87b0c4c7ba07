"""Step 5: takes what is due from the outbox and forwards it.

``worker.py`` is the loop, ``forwarding.py`` one attempt, ``current_forms.py`` goes by the forms of today,
``outcomes.py`` says what an answer means for the delivery.
"""
