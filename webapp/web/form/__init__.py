"""The form: its fields, and what makes an answer acceptable.

``enquiry_form.py`` is the form. ``parsed_field.py`` is the base of its fields: the ``builtin_fields.py`` and
the ``question_fields.py``. ``autofill.py`` says what a browser may fill in.

``validators.py`` checks required fields, ``cross_checks.py`` the answers together, and ``email_typos.py`` the
domain of an address. ``language_switch.py`` converts what was typed when the visitor changes the language.
"""
