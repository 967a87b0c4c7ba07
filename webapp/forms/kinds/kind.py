"""What a kind of question is: everything that the rest of leadform may ask of one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Final, Protocol

from webapp.enquiry import Answer, AnswerValue
from webapp.languages.language import N_, Language
from webapp.languages.years import Today
from webapp.platform.opportunity import PropertyType
from webapp.platform.properties import Property

MAX_LINE: Final = 200
"""The most characters of an answer on one line, where the question does not say."""

NO_AUTOFILL: Final = "transaction-amount"
"""The autofill detail that no browser fills in: of those that HTML has, the one about no person.

Others that browsers hold nothing for, such as ``nickname``, do not keep Chromium from guessing.
"""

Bound = int | float | date | str
Attributes = Mapping[str, str | int]


class OfferedOption(Protocol):
    """An option of a question, as a kind sees it."""

    @property
    def value(self) -> int | str: ...  # noqa: D102 (see Option)
    @property
    def label(self) -> str: ...  # noqa: D102 (as above)


class AskedQuestion(Protocol):
    """A question, as its kind sees it; ``Question`` says what each part means."""

    @property
    def label(self) -> str: ...  # noqa: D102 (see Question)
    @property
    def min(self) -> Bound | None: ...  # noqa: D102 (as above)
    @property
    def max(self) -> Bound | None: ...  # noqa: D102 (as above)
    @property
    def max_length(self) -> int | None: ...  # noqa: D102 (as above)
    @property
    def pattern(self) -> str | None: ...  # noqa: D102 (as above)
    @property
    def pattern_message(self) -> str | None: ...  # noqa: D102 (as above)
    @property
    def options(self) -> Sequence[OfferedOption]: ...  # noqa: D102 (as above)
    @property
    def target(self) -> Property | None: ...  # noqa: D102 (as above)


@dataclass(frozen=True, slots=True)
class AnswerContext:
    """The language that an answer is given in, and the day on which it is given."""

    language: Language
    today: Today


class Kind(ABC):
    """One kind of question. ``registry.py`` has one of each.

    An answer has two forms. ``typed`` is what was typed or chosen: the texts that the page shows again, none
    where the question was left open. The value is what it means, in the platform's terms.
    """

    missing: ClassVar[str] = N_("Answer the question: %(question)s")
    """The message to a visitor who left a required question open."""

    max_length: ClassVar[int] = MAX_LINE

    is_free_text: ClassVar[bool] = False
    """Whether ``max_length`` and ``pattern`` apply, and the body needs room for the longest text."""

    has_options: ClassVar[bool] = False

    keeps_words: ClassVar[bool] = False
    """Whether an answer is always told in the visitor's own words, never in those of a language or a form."""

    is_answered_blank: ClassVar[bool] = False
    """Whether leaving the question open is an answer too."""

    checks_domain: ClassVar[bool] = False
    """Whether the visitor is asked about a likely typo in the domain of an address."""

    has_many_inputs: ClassVar[bool] = False
    """Whether the page has one input for each option."""

    bound_types: ClassVar[tuple[tuple[str, Any], ...]] = ()
    """What ``min`` and ``max`` may be, in words, each with its strict type."""

    @property
    @abstractmethod
    def name(self) -> str:
        """The name in forms.toml."""

    @property
    @abstractmethod
    def macro(self) -> str:
        """The macro of templates/fields.html that draws the question."""

    @property
    @abstractmethod
    def property_types(self) -> frozenset[PropertyType]:
        """The properties that an answer fills, besides those that take anything."""

    def __str__(self) -> str:
        return self.name

    def fills(self, holds: PropertyType) -> bool:
        """Say whether a property of this type can hold an answer."""
        return holds is PropertyType.MIXED or holds in self.property_types

    @abstractmethod
    def clean(self, question: AskedQuestion, sent: Sequence[str]) -> tuple[str, ...]:
        """Return what was typed, from all that a browser sent under the question's name."""

    @abstractmethod
    def parse(self, question: AskedQuestion, typed: Sequence[str], context: AnswerContext) -> AnswerValue:
        """Return the value of what was typed; nothing typed is parsed only where ``is_answered_blank``.

        Raises:
            ValueError: it cannot be taken; the message tells the visitor what to do.
        """

    def display(self, question: AskedQuestion, value: AnswerValue, language: Language) -> str:
        """Return a value in words.

        It may be of another kind: a form can change between an enquiry and its display.
        """
        if isinstance(value, tuple):
            return ", ".join(self.display(question, one, language) for one in value)
        if isinstance(value, bool):
            return language.gettext("Yes") if value else language.gettext("No")
        labels = {str(option.value): option.label for option in question.options}
        return labels.get(str(value), str(value))

    def retype(self, question: AskedQuestion, answer: Answer, language: Language) -> tuple[str, ...]:
        """Return what a visitor would type in this language to give an answer again."""
        del question, language
        return (answer.text,)

    def convert(
        self, question: AskedQuestion, typed: tuple[str, ...], before: Language, context: AnswerContext
    ) -> tuple[str, ...]:
        """Return what was typed in the language ``before``, in that of the context."""
        del question, before, context
        return typed

    def bound_error(self, question: AskedQuestion, bound: Bound) -> str | None:
        """Return the rule that a ``min`` or ``max`` of the question breaks, or None."""
        del question, bound
        return f"does not bound a question of kind {self}"

    def possible_answers(self, question: AskedQuestion) -> tuple[AnswerValue, ...] | None:
        """Return every value that an answer can have, or None where nobody knows beforehand."""
        del question
        return None

    @abstractmethod
    def sample(self, question: AskedQuestion) -> AnswerValue:
        """Return a value that the question would take."""

    def hint(self, question: AskedQuestion, context: AnswerContext) -> str:
        """Return a sentence that helps the visitor to answer; empty where none is needed."""
        del question, context
        return ""

    def autofill(self, question: AskedQuestion) -> str:
        """Return HTML's autofill detail; empty where the inputs cannot have one."""
        del question
        return NO_AUTOFILL

    def input_attributes(self, question: AskedQuestion) -> Attributes:
        """Return the attributes of the input, besides those that its macro gives every one."""
        del question
        return {}
