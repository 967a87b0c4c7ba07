"""What the kinds that are typed in have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Final

from webapp.enquiry import AnswerValue
from webapp.forms.kinds.kind import NO_AUTOFILL, AnswerContext, AskedQuestion, Attributes, Kind
from webapp.forms.pattern import matches
from webapp.languages.language import Language
from webapp.languages.text_cleaning import clean_line, clean_within, is_readable
from webapp.platform.opportunity import PropertyType

NO_AUTOCORRECT: Final = {"spellcheck": "false", "autocorrect": "off"}
"""For what no dictionary knows, such as names."""

NAMES: Final = frozenset({"firstName", "lastName", "businessName"})
"""The last parts of the properties that are names."""

AUTOFILL_OF_PROPERTY: Final[Mapping[str, str]] = {
    "firstName": "given-name",
    "lastName": "family-name",
    "businessName": "organization",
    "tradingName": "organization",
    "line1": "address-line1",
    "line2": "address-line2",
    "line3": "address-line3",
    "city": "address-level2",
    "stateCode": "address-level1",
    "countryCode": "country",
    "postalCode": "postal-code",
}
"""HTML's autofill details, by the last part of the property that an answer becomes."""


def autofill_of_property(question: AskedQuestion) -> str:
    """Return the autofill detail of the property that an answer becomes."""
    return AUTOFILL_OF_PROPERTY.get(_last_part(question), NO_AUTOFILL)


def _last_part(question: AskedQuestion) -> str:
    return question.target.path[-1] if question.target is not None else ""


class TypedKind(Kind):
    """A kind whose answer is one text."""

    macro = "text_field"
    property_types = frozenset({PropertyType.TEXT})
    tidy = staticmethod(clean_line)
    """Takes stray white space and controls away."""

    def clean(self, question: AskedQuestion, sent: Sequence[str]) -> tuple[str, ...]:
        """Return the first text that was sent, tidied."""
        text = clean_within(question.max_length or self.max_length, self.tidy, sent[0] if sent else "")
        return (text,) if text else ()

    def input_attributes(self, question: AskedQuestion) -> Attributes:
        """Return what keeps a browser from correcting names."""
        return NO_AUTOCORRECT if _last_part(question) in NAMES else {}


class FreeTextKind(TypedKind):
    """A kind whose text may be long, and may have to match a pattern."""

    is_free_text = True
    keeps_words = True

    def parse(self, question: AskedQuestion, typed: Sequence[str], context: AnswerContext) -> AnswerValue:
        """Return the value of a text within its limits that matches the question's pattern."""
        language, text = context.language, typed[0]
        name = language.gettext("Your answer to “%(question)s”", question=question.label)
        check_text(text, name, question.max_length or self.max_length, language)
        if question.pattern is not None and not matches(question.pattern, text):
            raise ValueError(question.pattern_message)
        return self.parse_text(question, text, context)

    @abstractmethod
    def parse_text(self, question: AskedQuestion, text: str, context: AnswerContext) -> AnswerValue:
        """Return the value of a text that is not empty.

        Raises:
            ValueError: as ``parse`` does.
        """


def with_question(advice: ValueError, question: AskedQuestion, language: Language) -> str:
    """Return advice followed by the question, since several questions may get the same advice."""
    return language.gettext("%(what_to_do)s: %(question)s", what_to_do=advice, question=question.label)


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
