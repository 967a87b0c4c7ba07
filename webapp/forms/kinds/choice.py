"""What the kinds with options have in common."""

from __future__ import annotations

from collections.abc import Sequence

from webapp.enquiry import Answer, AnswerValue
from webapp.forms.kinds.kind import AnswerContext, AskedQuestion, Kind
from webapp.languages.language import N_, Language
from webapp.platform.opportunity import PropertyType


class ChoiceKind(Kind):
    """A kind whose answers are options."""

    has_options = True

    def parse(self, question: AskedQuestion, typed: Sequence[str], context: AnswerContext) -> AnswerValue:
        """Return the value of the option that was chosen."""
        return chosen_values(question, typed, context.language)[0]

    def retype(self, question: AskedQuestion, answer: Answer, language: Language) -> tuple[str, ...]:
        """Return the values of what was chosen."""
        del question, language
        values = answer.value if isinstance(answer.value, tuple) else (answer.value,)
        return tuple(str(value) for value in values)

    def possible_answers(self, question: AskedQuestion) -> tuple[AnswerValue, ...]:
        """Return the value of every option."""
        return tuple(option.value for option in question.options)

    def sample(self, question: AskedQuestion) -> AnswerValue:
        """Return the first option's value."""
        return question.options[0].value


class OneChoiceKind(ChoiceKind):
    """A kind whose answer is one option."""

    property_types = frozenset(
        {
            PropertyType.INTEGER,
            PropertyType.TEXT,
            PropertyType.EMAIL,
            PropertyType.URL,
            PropertyType.INTEGERS,
            PropertyType.GROUPS,
        }
    )
    missing = N_("Choose an answer: %(question)s")

    def clean(self, question: AskedQuestion, sent: Sequence[str]) -> tuple[str, ...]:
        """Return the first value that was sent."""
        del question
        return tuple(value for value in sent[:1] if value)


def chosen_values(
    question: AskedQuestion, chosen: Sequence[str], language: Language
) -> tuple[int | str, ...]:
    """Return the values of the options that were chosen, each once.

    Raises:
        ValueError: there is no such option; the message tells the visitor what to do.
    """
    values = {str(option.value): option.value for option in question.options}
    if any(value not in values for value in chosen):
        raise ValueError(language.gettext("Choose one of the answers: %(question)s", question=question.label))
    return tuple(values[value] for value in dict.fromkeys(chosen))
