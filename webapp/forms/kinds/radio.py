"""One option of a few, all of them in sight."""

from __future__ import annotations

from webapp.forms.kinds.choice import OneChoiceKind
from webapp.forms.kinds.kind import AskedQuestion, Attributes


class RadioKind(OneChoiceKind):
    """``radio``: one of a few options."""

    name = "radio"
    macro = "choices_field"
    has_many_inputs = True

    def autofill(self, question: AskedQuestion) -> str:
        """Return nothing: HTML has no autofill for buttons."""
        del question
        return ""

    def input_attributes(self, question: AskedQuestion) -> Attributes:
        """Return what makes each input a button."""
        del question
        return {"type": "radio"}
