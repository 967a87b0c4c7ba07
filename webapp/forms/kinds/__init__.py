"""The kinds of questions, one module each; ``kind.py`` says what one is, and ``registry.py`` has them all."""
