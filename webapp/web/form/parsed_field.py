"""The base of every field of the form: parsed once, and shown again as it was typed."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from wtforms import Field

Hint = tuple[str, ...]
"""The sentences below a label: the venue's own words, then leadform's."""


class ParsedField(Field):
    """A field that ``process_formdata`` parses when the form is made of what was sent, and never again.

    ``data`` is the value. It is None where there is none, or where it was refused; ``process_errors`` then
    has the reason, the message of a ValueError. ``typed`` holds the cleaned texts that the page shows again,
    none for a blank field.
    """

    typed: tuple[str, ...] = ()
    macro = "text_field"
    """The macro of templates/fields.html that draws the field."""

    has_many_inputs = False
    """Whether the page has one input for each option."""

    checks_domain = False
    """Whether the visitor is asked about a likely typo in the domain of an address."""

    @property
    def hint(self) -> Hint:
        """The sentences below the label."""
        return ()

    def process_data(self, value: Any) -> None:
        """Fill the field with a value, shown as a visitor would type it."""
        self.data = value
        self.typed = () if value is None else self.retype(value)

    @abstractmethod
    def retype(self, value: Any) -> tuple[str, ...]:
        """Return what a visitor would type to give a value."""
