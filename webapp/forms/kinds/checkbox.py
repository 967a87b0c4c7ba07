"""One box: yes or no."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from webapp.enquiry import Answer
from webapp.forms.kinds.kind import AnswerContext, AskedQuestion, Kind
from webapp.languages.language import N_, Language
from webapp.platform.opportunity import PropertyType

TICKED: Final = "y"
"""What a browser sends for a ticked box; for any other it sends nothing."""

UNTICKED: Final = frozenset({"", "false"})
"""What a program may send for a box that is not ticked."""


class CheckboxKind(Kind):
    """``checkbox``: yes when ticked, no when not. Where it is required, it must be ticked."""

    name = "checkbox"
    macro = "checkbox_field"
    property_types = frozenset({PropertyType.BOOLEAN})
    missing = N_("Tick the box: %(question)s")
    is_answered_blank = True

    def clean(self, question: AskedQuestion, sent: Sequence[str]) -> tuple[str, ...]:
        """Return ``TICKED`` or nothing, whatever was sent."""
        del question
        return clean_box(sent)

    def parse(self, question: AskedQuestion, typed: Sequence[str], context: AnswerContext) -> bool:
        """Say whether the box is ticked."""
        del question, context
        return bool(typed)

    def retype(self, question: AskedQuestion, answer: Answer, language: Language) -> tuple[str, ...]:
        """Return what ticks the box, or leaves it blank."""
        del question, language
        return (TICKED,) if answer.value else ()

    def possible_answers(self, question: AskedQuestion) -> tuple[bool, ...]:
        """Return yes and no."""
        del question
        return (True, False)

    def sample(self, question: AskedQuestion) -> bool:
        """Return yes."""
        del question
        return True

    def autofill(self, question: AskedQuestion) -> str:
        """Return nothing: HTML has no autofill for a box."""
        del question
        return ""


def clean_box(sent: Sequence[str]) -> tuple[str, ...]:
    """Return ``TICKED`` alone, or nothing."""
    return (TICKED,) if sent and sent[0] not in UNTICKED else ()
