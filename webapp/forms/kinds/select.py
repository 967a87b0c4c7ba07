"""One option of a drop-down list."""

from __future__ import annotations

from webapp.forms.kinds.choice import OneChoiceKind
from webapp.forms.kinds.kind import AskedQuestion
from webapp.forms.kinds.typed import autofill_of_property


class SelectKind(OneChoiceKind):
    """``select``: one of many options."""

    name = "select"
    macro = "select_field"

    def autofill(self, question: AskedQuestion) -> str:
        """Return the detail of the property that the answer becomes."""
        return autofill_of_property(question)
