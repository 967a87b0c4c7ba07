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
    def value(self) -> int | str:
        """What the platform gets."""

    @property
    def label(self) -> str:
        """What the visitor reads."""


class AskedQuestion(Protocol):
    """A question, as its kind sees it."""

    @property
    def label(self) -> str:
        """What the visitor reads."""

    @property
    def min(self) -> Bound | None:
        """The least that is taken, where there is one."""

    @property
    def max(self) -> Bound | None:
        """The most that is taken, where there is one."""

    @property
    def max_length(self) -> int | None:
        """The most characters, where the form says so."""

    @property
    def pattern(self) -> str | None:
        """A pattern for ``webapp.forms.pattern``."""

    @property
    def pattern_message(self) -> str | None:
        """What the visitor reads where the pattern does not match."""

    @property
    def options(self) -> Sequence[OfferedOption]:
        """What there is to choose."""

    @property
    def target(self) -> Property | None:
        """The property that the answer becomes."""


@dataclass(frozen=True, slots=True)
class AnswerContext:
    """The language that an answer is given in, and the day on which it is given."""

    language: Language
    today: Today


class Kind(ABC):
    """One kind of question; ``registry.py`` lists them all.

    An answer has two forms. ``typed`` is what the visitor typed or chose: the texts that the page shows
    again, none where the question was left blank. The value is what the platform gets.
    """

    missing: ClassVar[str] = N_("Answer the question: %(question)s")
    """The message to a visitor who left a required question open."""

    max_length: ClassVar[int] = MAX_LINE

    is_free_text: ClassVar[bool] = False
    """Whether ``max_length`` and ``pattern`` apply, and the body needs room for the longest text."""

    has_options: ClassVar[bool] = False

    keeps_words: ClassVar[bool] = False
    """Whether an answer is shown in the visitor's own words, whatever the language of whoever reads it."""

    is_answered_blank: ClassVar[bool] = False
    """Whether leaving the question blank is an answer too, as for a box that is not ticked."""

    checks_domain: ClassVar[bool] = False
    """Whether the visitor is asked about a likely typo in the domain of an address."""

    has_many_inputs: ClassVar[bool] = False
    """Whether the page has one input for each option."""

    bound_types: ClassVar[tuple[tuple[str, Any], ...]] = ()
    """What ``min`` and ``max`` may be: the words for an error message, and the strict type."""

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
        """Return what was typed, given every value that the browser sent under the question's name."""

    @abstractmethod
    def parse(self, question: AskedQuestion, typed: Sequence[str], context: AnswerContext) -> AnswerValue:
        """Return the value of what was typed. ``typed`` is empty only where ``is_answered_blank``.

        Raises:
            ValueError: the answer is refused; the message tells the visitor what to do.
        """

    def display(self, question: AskedQuestion, value: AnswerValue, language: Language) -> str:
        """Return a value in words.

        The value may be one of another kind, since a form can change after an enquiry was made.
        """
        if isinstance(value, tuple):
            return ", ".join(self.display(question, one, language) for one in value)
        if isinstance(value, bool):
            return language.gettext("Yes") if value else language.gettext("No")
        labels = {str(option.value): option.label for option in question.options}
        return labels.get(str(value), str(value))

    def retype(self, question: AskedQuestion, answer: Answer, language: Language) -> tuple[str, ...]:
        """Return what a visitor would type, in this language, to give the answer again."""
        del question, language
        return (answer.text,)

    def convert(
        self, question: AskedQuestion, typed: tuple[str, ...], before: Language, context: AnswerContext
    ) -> tuple[str, ...]:
        """Return what was typed in the language ``before`` as it is typed in the language of the context."""
        del question, before, context
        return typed

    def bound_error(self, question: AskedQuestion, bound: Bound) -> str | None:
        """Return the rule that a ``min`` or ``max`` of the question breaks, or None."""
        del question, bound
        return f"does not bound a question of kind {self}"

    def possible_answers(self, question: AskedQuestion) -> tuple[AnswerValue, ...] | None:
        """Return every value that an answer can have, or None where there is no end of them."""
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
