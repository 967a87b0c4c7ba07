"""Step 5: takes what is due from the outbox and forwards it.

``worker.py`` is the loop, and ``forwarding.py`` one attempt. ``current_forms.py`` makes opportunities by the
forms of today. ``outcomes.py`` says what an answer means for the delivery, ``retry_policy.py`` when to try
again.
"""
