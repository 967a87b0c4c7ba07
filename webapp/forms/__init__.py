"""A venue's forms: what each asks, and the opportunity that it makes of the answers.

``definition.py`` is what a form may say, ``question.py`` one of its questions; ``coherence.py`` finds what
does not go together. ``mapping.py`` makes the opportunity of an enquiry, ``description.py`` tells the rest.
"""
