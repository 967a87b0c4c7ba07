"""A venue's forms: what they ask, and the opportunity that comes of the answers.

What a form may say: ``definition.py`` is a whole form, made of the types in ``text_types.py``. It has
``question.py``, each of one of the ``kinds`` and perhaps with a ``pattern.py``; the questions of
``referral.py``; and a ``theme.py`` with its ``palette.py``.

What the answers become: ``mapping.py`` makes the opportunity of an enquiry, and ``description.py`` holds what
fits no property. ``answer_targets.py`` says which properties an answer may become, and
``attribution_targets.py`` which ones the campaign becomes. ``opportunity_diff.py`` makes the update for a
change.

What is refused at start: ``question_rules.py`` checks the questions, ``fixed_properties.py`` the constants,
and ``existing_contacts.py`` what would overwrite a contact. ``consistency.py`` tries the form with enquiries
of ``samples.py``. ``account_check.py`` finds ids that the account does not have.
"""
