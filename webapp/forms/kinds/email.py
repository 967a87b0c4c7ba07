"""An email address."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from email_validator import EmailNotValidError, validate_email

from webapp.forms.kinds.kind import AnswerContext, AskedQuestion, Attributes
from webapp.forms.kinds.typed import NO_AUTOCORRECT, FreeTextKind, with_question
from webapp.languages.language import Language
from webapp.platform.opportunity import PropertyType

EMAIL: Final[Attributes] = {
    "type": "email",
    "dir": "ltr",
    "inputmode": "email",
    "autocapitalize": "none",
    **NO_AUTOCORRECT,
}

MAX_EMAIL: Final = 254
"""Characters, by RFC 5321, 4.5.3.1.3: a path of 256 has two angle brackets."""


class EmailKind(FreeTextKind):
    """``email``: an address in the right format, sent in its normal form."""

    name = "email"
    property_types = frozenset({PropertyType.TEXT, PropertyType.EMAIL})
    checks_domain = True

    def parse_text(self, question: AskedQuestion, text: str, context: AnswerContext) -> str:
        """Return the address in its normal form."""
        try:
            return parse_email(text, context.language)
        except ValueError as error:
            raise ValueError(with_question(error, question, context.language)) from error

    def sample(self, question: AskedQuestion) -> str:
        """Return an address."""
        del question
        return "sample@example.com"

    def autofill(self, question: AskedQuestion) -> str:
        """Return the detail of an address."""
        del question
        return "email"

    def input_attributes(self, question: AskedQuestion) -> Attributes:
        """Return what brings up a keyboard with an @."""
        return {**EMAIL, **super().input_attributes(question)}


def parse_email(typed: str, language: Language) -> str:
    """Return an email address in its normal form; nothing is looked up.

    Raises:
        ValueError: it is not an address; the message tells the visitor what to type.
    """
    if len(typed) <= MAX_EMAIL:
        with suppress(EmailNotValidError):
            return validate_email(typed, check_deliverability=False).normalized
    raise ValueError(language.gettext("Enter an email address in the correct format, like name@example.com"))
