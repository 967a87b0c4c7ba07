"""The kinds of questions."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """How a question is answered."""

    TEXT = "text"
    TEXTAREA = "textarea"
    EMAIL = "email"
    TEL = "tel"
    NUMBER = "number"
    DATE = "date"
    SELECT = "select"
    RADIO = "radio"
    CHECKBOXES = "checkboxes"
    CHECKBOX = "checkbox"


FREE_TEXT: Final = frozenset({Kind.TEXT, Kind.TEXTAREA, Kind.EMAIL, Kind.TEL})
CHOICES: Final = frozenset({Kind.SELECT, Kind.RADIO, Kind.CHECKBOXES})
DISPLAYED_FROM_VALUE: Final = CHOICES | {Kind.CHECKBOX, Kind.DATE}
"""The kinds whose answers are told in words of the form or of the language, not in the visitor's."""

CONDITIONS: Final = CHOICES | {Kind.CHECKBOX}
"""The kinds that another question may depend on: those whose answers are known beforehand."""
