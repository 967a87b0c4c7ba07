"""A question of a form's own: its kind, bounds and options, when it is asked, and where its answer goes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PositiveInt,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
)

from webapp.enquiry import ATTRIBUTION_PARAMETERS, AnswerValue
from webapp.forms.answer_targets import check_target
from webapp.forms.kind import Kind
from webapp.forms.text_types import FormTable, Line, PlainLine, Words
from webapp.languages.language import Language
from webapp.platform.properties import Property, find_property

MAX_LINE: Final = 200
MAX_TEXT: Final = 4000

BUILT_IN_NAMES: Final = ("first_name", "last_name", "email", "phone", "company", "message", "consent")
_THE_PAGES_OWN: Final = (
    "token",
    "referrer",
    "landing_address",
    "asked_about",
    "switch",
    "lang",
    "enquiry",
    "main",
    "status",
)
RESERVED_NAMES: Final = frozenset({*BUILT_IN_NAMES, *ATTRIBUTION_PARAMETERS, *_THE_PAGES_OWN})
"""Names that a form's page gives to something else."""


def _name(value: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", value):
        raise ValueError("must be lower-case letters, digits and underscores, a letter first")
    if value in RESERVED_NAMES:
        raise ValueError(f"{value} is the page's own: choose another name")
    return value


def _as_table(option: object) -> object:
    """Let a plain text stand for an option whose value is its label."""
    is_option = isinstance(option, str | dict | Option)
    if not is_option:
        raise ValueError("must be a text, or a table with a value and a label")
    return {"value": option, "label": option} if isinstance(option, str) else option


def _as_list(values: object) -> object:
    return values if isinstance(values, list | tuple) else [values]


def _number_or_text(value: object) -> object:
    is_one = isinstance(value, int | str) and not isinstance(value, bool)
    if not is_one:
        raise ValueError("must be a whole number or a text")
    return value


def _given_answer(value: object) -> object:
    is_answer = isinstance(value, bool | int | str)
    if not is_answer:
        raise ValueError("must be a text, a whole number, true or false")
    return value


def _bound(value: object) -> object:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number and not isinstance(value, date) and value != "today":
        raise ValueError('must be a number, a date, or "today"')
    return value


class Option(FormTable):
    """One answer to choose: ``value`` is what the platform gets, ``label`` what the visitor reads."""

    value: Annotated[
        StrictInt | PlainLine, BeforeValidator(_number_or_text, json_schema_input_type=int | str)
    ]
    label: Line


Choice = Annotated[Option, BeforeValidator(_as_table, json_schema_input_type=Option | str)]
QuestionName = Annotated[StrictStr, AfterValidator(_name)]
Bound = StrictInt | StrictFloat | date | Literal["today"]
CheckedBound = Annotated[Bound, BeforeValidator(_bound, json_schema_input_type=Bound)]
Value = Annotated[
    StrictBool | StrictInt | StrictStr,
    BeforeValidator(_given_answer, json_schema_input_type=bool | int | str),
]
Wanted = Annotated[
    tuple[Value, ...], BeforeValidator(_as_list, json_schema_input_type=Value | tuple[Value, ...])
]


class Question(FormTable):
    """One question.

    ``min`` and ``max`` bound a number, a date (``"today"`` is the day on which it is answered) or how many of
    several boxes are ticked. ``show_when`` names earlier questions and the answers to them, one or several,
    of which each must be given; otherwise the question is not asked, and an answer to it is ignored.
    ``to`` is the property of the opportunity that the answer becomes.
    """

    name: QuestionName
    label: Line
    hint: Words = Field(default="", validate_default=True)
    kind: Kind = Kind.TEXT
    required: StrictBool = False
    min: CheckedBound | None = None
    max: CheckedBound | None = None
    max_length: PositiveInt | None = None
    pattern: StrictStr | None = None
    pattern_message: Line | None = None
    options: tuple[Choice, ...] = ()
    show_when: Mapping[StrictStr, Wanted] = Field(default_factory=dict)
    to: Annotated[StrictStr, AfterValidator(check_target)] | None = None

    @property
    def target(self) -> Property | None:
        """The property that the answer becomes; None when it is told in the description."""
        return find_property(self.to) if self.to not in {None, "description"} else None

    @property
    def longest(self) -> int:
        """The most characters that may be typed."""
        return self.max_length or (MAX_TEXT if self.kind is Kind.TEXTAREA else MAX_LINE)

    @property
    def is_always_asked(self) -> bool:
        """Say whether every visitor is asked it."""
        return not self.show_when

    @property
    def is_always_answered(self) -> bool:
        """Say whether no enquiry comes without an answer to it."""
        return self.is_always_asked and (self.required or self.kind is Kind.CHECKBOX)

    def is_asked(self, answers: Mapping[str, AnswerValue]) -> bool:
        """Say whether the question is asked of one who gave these answers to the questions before it."""
        return all(_holds(answers.get(name), wanted) for name, wanted in self.show_when.items())

    def display_text(self, value: AnswerValue, language: Language) -> str:
        """Return an answer as it is read: the labels of options, yes or no for a box, a date in words."""
        if isinstance(value, tuple):
            return ", ".join(self.display_text(each, language) for each in value)
        if isinstance(value, bool):
            return language.gettext("Yes") if value else language.gettext("No")
        if self.kind is Kind.DATE:
            return language.format_date(date.fromisoformat(str(value)))
        labels = {str(each.value): each.label for each in self.options}
        return labels.get(str(value), str(value))


def _holds(answer: AnswerValue | None, wanted: tuple[Any, ...]) -> bool:
    given = answer if isinstance(answer, tuple) else (answer,)
    return bool({str(each) for each in given} & {str(each) for each in wanted})
