"""The base of every field of the form: parsed once, and shown again as it was typed."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

from wtforms import Field

from webapp.forms.kinds.kind import AnswerContext


class ParsedField(Field):
    """A field that is parsed when the form is made of what was sent, and never again.

    ``data`` is the value. It is None where there is none, or where it was refused; ``process_errors`` then
    has the reason. ``typed`` holds the cleaned texts that the page shows again, none for a blank field.
    """

    typed: tuple[str, ...] = ()
    macro = "text_field"
    """The macro of templates/fields.html that draws the field."""

    has_many_inputs = False
    """Whether the page has one input for each option."""

    checks_domain = False
    """Whether the visitor is asked about a likely typo in the domain of an address."""

    @property
    def context(self) -> AnswerContext:
        """The language and the day of the form."""
        context: AnswerContext = self.meta.context
        return context

    def process_data(self, value: Any) -> None:
        """Fill the field with a value, shown as a visitor would type it."""
        self.data = value
        self.typed = () if value is None else self.retype(value)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Parse what was sent; WTForms keeps the message of a ValueError."""
        self.data = None
        self.typed = self.clean(valuelist)
        self.data = self.parse(self.typed)

    @abstractmethod
    def clean(self, sent: Sequence[str]) -> tuple[str, ...]:
        """Return what was typed, given every value that was sent under the field's name."""

    @abstractmethod
    def parse(self, typed: tuple[str, ...]) -> Any:
        """Return the value of what was typed.

        Raises:
            ValueError: the answer is refused; the message tells the visitor what to do.
        """

    @abstractmethod
    def retype(self, value: Any) -> tuple[str, ...]:
        """Return what a visitor would type to give a value."""
