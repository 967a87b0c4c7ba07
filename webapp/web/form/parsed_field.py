"""The field that every field of the form is: parsed once, and shown again as it was typed."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

from wtforms import Field

from webapp.forms.kinds.kind import AnswerContext


class ParsedField(Field):
    """A field that parses what was sent when the form is made, and never again.

    ``data`` is the value, None where there is none or it cannot be taken; WTForms keeps the reason among the
    ``process_errors``. ``typed`` is what the page shows again, cleaned: texts, none where the field is open.
    """

    typed: tuple[str, ...] = ()
    macro = "text_field"
    """The macro of templates/fields.html that draws the field."""

    has_many_inputs = False
    """Whether the page has an input for each of several options."""

    checks_domain = False
    """Whether the visitor is asked about a likely typo in the domain of an address."""

    @property
    def context(self) -> AnswerContext:
        """The language and the day of the form."""
        context: AnswerContext = self.meta.context
        return context

    def process_data(self, value: Any) -> None:
        """Hold a value, and what a visitor would type to give it."""
        self.data = value
        self.typed = () if value is None else self.retype(value)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Parse what was sent; WTForms takes a ValueError for what is wrong with it."""
        self.data = None
        self.typed = self.clean(valuelist)
        self.data = self.parse(self.typed)

    @abstractmethod
    def clean(self, sent: Sequence[str]) -> tuple[str, ...]:
        """Return what was typed, from all that was sent under the field's name."""

    @abstractmethod
    def parse(self, typed: tuple[str, ...]) -> Any:
        """Return the value of what was typed.

        Raises:
            ValueError: it cannot be taken; the message tells the visitor what to do.
        """

    @abstractmethod
    def retype(self, value: Any) -> tuple[str, ...]:
        """Return what a visitor would type to give a value."""
