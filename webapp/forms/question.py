"""A question of a form: its kind, bounds and options, when it is asked, and where its answer goes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainValidator,
    PositiveInt,
    StrictBool,
    StrictInt,
    StrictStr,
    TypeAdapter,
    ValidationError,
)

from webapp.enquiry import ATTRIBUTION_PARAMETERS, Answer, AnswerValue
from webapp.forms.answer_targets import check_target
from webapp.forms.kinds.kind import AnswerContext, Bound, Kind
from webapp.forms.kinds.registry import DEFAULT_KIND, KINDS, bound_type, bound_types, find_kind
from webapp.forms.text_types import FormTable, Line, PlainLine, Words
from webapp.languages.language import Language
from webapp.platform.properties import Property, find_property

BUILT_IN_NAMES: Final = ("first_name", "last_name", "email", "phone", "company", "message", "consent")
_PAGE_NAMES: Final = (
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
RESERVED_NAMES: Final = frozenset({*BUILT_IN_NAMES, *ATTRIBUTION_PARAMETERS, *_PAGE_NAMES})
"""Names that the page uses for something else."""


def _name(value: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", value):
        raise ValueError("must be lower-case letters, digits and underscores, a letter first")
    if value in RESERVED_NAMES:
        raise ValueError(f"{value} is the page's own: choose another name")
    return value


def _as_table(option: object) -> object:
    """Return a plain text as an option whose value is its label."""
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


def _bound(value: object) -> Any:
    try:
        return _ANY_BOUND.validate_python(value)
    except ValidationError as error:
        *some, last = bound_types()
        raise ValueError(f"must be {', '.join(some)}, or {last}") from error


_ANY_BOUND: Final[TypeAdapter[Any]] = TypeAdapter(bound_type())


class Option(FormTable):
    """One answer to choose: ``value`` is what the platform gets, ``label`` what the visitor reads."""

    value: Annotated[
        StrictInt | PlainLine, BeforeValidator(_number_or_text, json_schema_input_type=int | str)
    ]
    label: Line


Choice = Annotated[Option, BeforeValidator(_as_table, json_schema_input_type=Option | str)]
QuestionName = Annotated[StrictStr, AfterValidator(_name)]
ChosenKind = Annotated[Kind, PlainValidator(find_kind, json_schema_input_type=Literal[tuple(KINDS)])]
CheckedBound = Annotated[Bound, PlainValidator(_bound, json_schema_input_type=bound_type())]
Value = Annotated[
    StrictBool | StrictInt | StrictStr,
    BeforeValidator(_given_answer, json_schema_input_type=bool | int | str),
]
Wanted = Annotated[
    tuple[Value, ...], BeforeValidator(_as_list, json_schema_input_type=Value | tuple[Value, ...])
]


class Question(FormTable):
    """One question.

    What ``min`` and ``max`` bound depends on the kind; ``"today"`` is the day of the answer. ``show_when``
    maps earlier questions to the answers that each must have had. Otherwise the question is not asked, and an
    answer to it is ignored. ``to`` is the property of the opportunity that the answer becomes.
    """

    name: QuestionName
    label: Line
    hint: Words = Field(default="", validate_default=True)
    kind: ChosenKind = Field(default=DEFAULT_KIND, validate_default=True)
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
        """The property that the answer becomes; None when the answer goes into the description."""
        return find_property(self.to) if self.to not in {None, "description"} else None

    @property
    def effective_max_length(self) -> int:
        """The most characters that may be typed."""
        return self.max_length or self.kind.max_length

    @property
    def is_always_asked(self) -> bool:
        """Say whether every visitor is asked it."""
        return not self.show_when

    @property
    def is_always_answered(self) -> bool:
        """Say whether every enquiry has an answer to it."""
        return self.is_always_asked and (self.required or self.kind.is_answered_blank)

    def is_asked(self, answers: Mapping[str, AnswerValue]) -> bool:
        """Say whether the question is asked after these answers to the questions before it."""
        return all(_holds(answers.get(name), wanted) for name, wanted in self.show_when.items())

    def parse(self, typed: Sequence[str], context: AnswerContext) -> Answer | None:
        """Return the answer that was typed or chosen, or None when the question was left blank.

        Raises:
            ValueError: the answer is refused; the message tells the visitor what to do.
        """
        if not typed and not self.kind.is_answered_blank:
            return None
        value = self.kind.parse(self, typed, context)
        text = typed[0] if self.kind.keeps_words else self.kind.display(self, value, context.language)
        # What is stored is plain text, whatever the texts of a form know about themselves.
        return Answer(str(self.label), value, str(text))

    def display_text(self, value: AnswerValue, language: Language) -> str:
        """Return an answer's value in words: the labels of options, yes or no for a box, a date."""
        return self.kind.display(self, value, language)


def _holds(answer: AnswerValue | None, wanted: tuple[Any, ...]) -> bool:
    given = answer if isinstance(answer, tuple) else (answer,)
    return bool({str(value) for value in given} & {str(value) for value in wanted})
