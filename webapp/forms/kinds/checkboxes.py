"""Any of several options."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import StrictInt

from webapp.forms.kinds.choice import ChoiceKind, chosen_values
from webapp.forms.kinds.kind import AnswerContext, AskedQuestion, Attributes, Bound
from webapp.languages.language import N_
from webapp.platform.opportunity import PropertyType


class CheckboxesKind(ChoiceKind):
    """``checkboxes``: as many options as ``min`` and ``max`` allow."""

    name = "checkboxes"
    macro = "choices_field"
    property_types = frozenset({PropertyType.INTEGERS, PropertyType.GROUPS})
    missing = N_("Choose at least one answer: %(question)s")
    has_many_inputs = True
    bound_types = (("a number", StrictInt),)

    def clean(self, question: AskedQuestion, sent: Sequence[str]) -> tuple[str, ...]:
        """Return each value once; one more value than there are options is enough to refuse them all."""
        return tuple(dict.fromkeys(sent))[: len(question.options) + 1]

    def parse(
        self, question: AskedQuestion, typed: Sequence[str], context: AnswerContext
    ) -> tuple[int | str, ...]:
        """Return the values of the options that were ticked, if their number is within the bounds."""
        language, label = context.language, question.label
        values = chosen_values(question, typed, language)
        if isinstance(question.min, int) and len(values) < question.min:
            raise ValueError(
                language.gettext("Choose %(least)s or more: %(question)s", least=question.min, question=label)
            )
        if isinstance(question.max, int) and len(values) > question.max:
            raise ValueError(
                language.gettext("Choose %(most)s or fewer: %(question)s", most=question.max, question=label)
            )
        return values

    def bound_error(self, question: AskedQuestion, bound: Bound) -> str | None:
        """Take a number of options."""
        is_possible = isinstance(bound, int) and 0 <= bound <= len(question.options)
        return None if is_possible else "must be how many boxes may be ticked"

    def sample(self, question: AskedQuestion) -> tuple[int | str, ...]:
        """Return the first option's value."""
        return (question.options[0].value,)

    def autofill(self, question: AskedQuestion) -> str:
        """Return nothing: HTML has no autofill for boxes."""
        del question
        return ""

    def input_attributes(self, question: AskedQuestion) -> Attributes:
        """Return what makes each input a box."""
        del question
        return {"type": "checkbox"}
