"""A line of text."""

from __future__ import annotations

from webapp.forms.kinds.kind import AnswerContext, AskedQuestion
from webapp.forms.kinds.typed import FreeTextKind, autofill_of_property
from webapp.platform.opportunity import PropertyType


class TextKind(FreeTextKind):
    """``text``: any line."""

    name = "text"
    property_types = frozenset({PropertyType.TEXT, PropertyType.URL})

    def parse_text(self, question: AskedQuestion, text: str, context: AnswerContext) -> str:
        """Return the text as it is."""
        del question, context
        return text

    def sample(self, question: AskedQuestion) -> str:
        """Return an address where one is needed, or a word."""
        is_address = question.target is not None and question.target.type is PropertyType.URL
        return "https://www.example.com/" if is_address else "Sample"

    def autofill(self, question: AskedQuestion) -> str:
        """Return the detail of the property that the answer becomes."""
        return autofill_of_property(question)
