"""A text of several lines."""

from __future__ import annotations

from typing import Final

from webapp.forms.kinds.kind import AnswerContext, AskedQuestion, Attributes
from webapp.forms.kinds.typed import FreeTextKind
from webapp.languages.text_cleaning import clean_text

MAX_TEXT: Final = 4000
"""The most characters, where the question does not say."""


class TextareaKind(FreeTextKind):
    """``textarea``: any text."""

    name = "textarea"
    macro = "textarea_field"
    max_length = MAX_TEXT
    tidy = staticmethod(clean_text)

    def parse_text(self, question: AskedQuestion, text: str, context: AnswerContext) -> str:
        """Return the text as it is."""
        del question, context
        return text

    def sample(self, question: AskedQuestion) -> str:
        """Return a word."""
        del question
        return "Sample"

    def input_attributes(self, question: AskedQuestion) -> Attributes:
        """Return the most characters too, which the script counts down from."""
        return {**super().input_attributes(question), "data-most": question.max_length or self.max_length}
