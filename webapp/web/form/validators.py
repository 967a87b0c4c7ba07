"""What every field of a form is held to, in words that say what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from wtforms import Field, Form
from wtforms.validators import StopValidation

from webapp.languages.language import Language
from webapp.languages.text_cleaning import is_readable

Validator = Callable[[Form, Field], None]


@dataclass(frozen=True)
class Required:
    """Requires an answer; ``what_to_do`` is what the visitor reads when there is none."""

    what_to_do: str
    field_flags: ClassVar = {"required": True}

    def __call__(self, form: Form, field: Field) -> None:
        """Raise StopValidation when the field was left open."""
        del form
        if not field.data:
            raise StopValidation(self.what_to_do)


@dataclass(frozen=True)
class TextLimits:
    """Refuses text that is too long, and text that arrived damaged; ``name`` begins the sentence.

    Its length comes first: what is too long is not read.
    """

    name: str
    longest: int
    language: Language

    def __call__(self, form: Form, field: Field) -> None:
        """Raise StopValidation when the text cannot be taken as it is."""
        del form
        text, language = field.data or "", self.language
        if len(text) > self.longest:
            raise StopValidation(
                language.gettext(
                    "%(name)s must be %(most)s characters or fewer: it has %(length)s",
                    name=self.name,
                    most=language.number(self.longest),
                    length=language.number(len(text)),
                )
            )
        if not is_readable(text):
            raise StopValidation(
                language.gettext(
                    "%(name)s has characters that did not arrive whole: type it again", name=self.name
                )
            )


def optional(form: Form, field: Field) -> None:
    """Stop without a message when nothing was typed; WTForms' own Optional looks at what came uncleaned."""
    del form
    if not field.data:
        raise StopValidation


def parsed_by(read: Callable[[Any], object]) -> Validator:
    """Return a validator that tells what a reader of the field's text finds wrong with it."""

    def check(form: Form, field: Field) -> None:
        del form
        try:
            read(field.data)
        except ValueError as error:
            raise StopValidation(str(error)) from error

    return check
