"""A venue's forms: what each asks, and the opportunity that it makes of the answers.

``definition.py`` is what a form may say, in ``text_types.py``: its ``fixed_properties.py``, each
``question.py`` of one of the ``kinds`` whose answer goes to one of the ``answer_targets.py``, and those of a
``referral.py``. ``consistency.py`` finds what does not go together, by ``question_rules.py`` and by
``samples.py`` of enquiries, and ``account_check.py`` which ids the account does not have.

``mapping.py`` makes the opportunity of an enquiry, ``description.py`` tells what no property takes, and
``opportunity_diff.py`` makes the update of a change.
"""
