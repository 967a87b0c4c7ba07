"""The kinds of questions, one module each; ``registry.py`` lists them.

``kind.py`` says what a kind is. ``typed.py`` is the base of the kinds that people type, and ``choice.py``
the base of those with options.
"""
