"""Step 5: takes what is due from the outbox and forwards it.

``worker.py`` is the loop, and ``forwarding.py`` makes one attempt. ``current_forms.py`` makes the
opportunity, by the forms file as it is now. ``outcomes.py`` decides what the platform's answer means, and
``retry_policy.py`` says when to try again.
"""
