"""Refuses text that is too long, and text that arrived damaged."""

from __future__ import annotations

from webapp.languages.language import Language
from webapp.languages.text_cleaning import is_readable


def check_text(text: str, name: str, longest: int, language: Language) -> None:
    """Let a text of at most ``longest`` characters pass; ``name`` begins the sentence otherwise.

    Call it before anything else reads the text: what is too long must not be read.

    Raises:
        ValueError: the text is too long or damaged; the message tells the visitor so.
    """
    if len(text) > longest:
        raise ValueError(
            language.gettext(
                "%(name)s must be %(most)s characters or fewer: it has %(length)s",
                name=name,
                most=language.number(longest),
                length=language.number(len(text)),
            )
        )
    if not is_readable(text):
        raise ValueError(
            language.gettext("%(name)s has characters that did not arrive whole: type it again", name=name)
        )
