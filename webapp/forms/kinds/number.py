"""A number, as people type it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pydantic import StrictFloat, StrictInt

from webapp.enquiry import Answer
from webapp.forms.kinds.kind import AnswerContext, AskedQuestion, Attributes, Bound
from webapp.forms.kinds.typed import TypedKind
from webapp.languages.language import N_, Language
from webapp.platform.opportunity import PropertyType

MAX_DIGITS: Final = 15
"""The most digits that a number keeps exactly on its way through JSON."""


class NumberKind(TypedKind):
    """``number``: with or without decimals, its thousands grouped or not.

    A browser's own number input loses what it cannot read, so the page does not use one.
    """

    name = "number"
    property_types = frozenset({PropertyType.INTEGER, PropertyType.TEXT})
    keeps_words = True
    missing = N_("Enter a number: %(question)s")
    bound_types = (("a number", StrictInt | StrictFloat),)

    def parse(self, question: AskedQuestion, typed: Sequence[str], context: AnswerContext) -> int | float:
        """Return the number, if the property takes it and it is within the bounds."""
        language, label = context.language, question.label
        number = parse_number(typed[0], language)
        if number is None:
            raise ValueError(language.gettext("Enter a number, like 80: %(question)s", question=label))
        must_be_whole = question.target is not None and question.target.type is PropertyType.INTEGER
        if isinstance(number, float) and must_be_whole:
            raise ValueError(language.gettext("Enter a whole number, like 80: %(question)s", question=label))
        if isinstance(question.min, int | float) and number < question.min:
            least = language.number(question.min)
            raise ValueError(
                language.gettext("Enter %(least)s or more: %(question)s", least=least, question=label)
            )
        if isinstance(question.max, int | float) and number > question.max:
            most = language.number(question.max)
            raise ValueError(
                language.gettext("Enter %(most)s or less: %(question)s", most=most, question=label)
            )
        return number

    def retype(self, question: AskedQuestion, answer: Answer, language: Language) -> tuple[str, ...]:
        """Return the number as the language writes it."""
        if isinstance(answer.value, int | float) and not isinstance(answer.value, bool):
            return (language.number(answer.value),)
        return super().retype(question, answer, language)

    def convert(
        self, question: AskedQuestion, typed: tuple[str, ...], before: Language, context: AnswerContext
    ) -> tuple[str, ...]:
        """Return the same number in the other language; anything but a number stays as it is."""
        del question
        number = parse_number(typed[0], before)
        return typed if number is None else (context.language.number(number),)

    def bound_error(self, question: AskedQuestion, bound: Bound) -> str | None:
        """Take any number."""
        del question
        return None if isinstance(bound, int | float) else "must be a number, as the answer is"

    def sample(self, question: AskedQuestion) -> int | float:
        """Return a bound, or 1."""
        bound = question.min if question.min is not None else question.max
        return bound if isinstance(bound, int | float) else 1

    def input_attributes(self, question: AskedQuestion) -> Attributes:
        """Return what brings up digits."""
        return {"dir": "ltr", "inputmode": "decimal", **super().input_attributes(question)}


def parse_number(typed: str, language: Language) -> int | float | None:
    """Return the number that was typed; None when it is none, or has more than ``MAX_DIGITS``."""
    try:
        number = language.read_number(typed)
    except ValueError:
        return None
    # Whether a zero stands before the decimals must make no difference.
    if len("".join(filter(str.isdecimal, typed)).removeprefix("0")) > MAX_DIGITS:
        return None
    return int(number) if number == number.to_integral_value() else float(number)
