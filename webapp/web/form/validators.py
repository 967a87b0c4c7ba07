"""The validator of required fields; everything else is checked where a field is parsed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from wtforms import Form
from wtforms.validators import StopValidation

from webapp.web.form.parsed_field import ParsedField


@dataclass(frozen=True)
class Required:
    """Requires an answer; ``message`` tells the visitor what to do."""

    message: str
    field_flags: ClassVar = {"required": True}

    def __call__(self, form: Form, field: ParsedField) -> None:
        """Raise StopValidation when the field was left blank."""
        del form
        if not field.typed:
            raise StopValidation(self.message)
