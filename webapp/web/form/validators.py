"""Requires answers, in words that say what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from wtforms import Form
from wtforms.validators import StopValidation

from webapp.web.form.parsed_field import ParsedField


@dataclass(frozen=True)
class Required:
    """Requires an answer; ``message`` is what the visitor reads when there is none."""

    message: str
    field_flags: ClassVar = {"required": True}

    def __call__(self, form: Form, field: ParsedField) -> None:
        """Raise StopValidation when the field was left open."""
        del form
        if not field.typed:
            raise StopValidation(self.message)
