"""Sample enquiries of a form: the shortest, the fullest, and one that a visitor might send."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final

from webapp.enquiry import Answer, Answers, AnswerValue, Consent, Enquiry
from webapp.forms.definition import FieldRule, FormDefinition
from webapp.forms.kinds.tel import example_phone
from webapp.forms.question import Question
from webapp.languages.language import get_language

SAMPLE_REFERENCE: Final = "ENQ-00000000"
SAMPLE_TIME: Final = datetime(2027, 1, 31, 12, tzinfo=UTC)


def shortest_sample(form: FormDefinition) -> Enquiry:
    """Return an enquiry that answers only what every visitor must answer."""
    return _sample(
        form,
        lambda question, _: question.is_always_answered,
        lambda rule: rule is FieldRule.REQUIRED,
    )


def fullest_sample(form: FormDefinition) -> Enquiry:
    """Return an enquiry that answers every question, even those that exclude each other."""
    return _sample(form, lambda *_: True, lambda rule: rule is not FieldRule.HIDDEN)


def likely_sample(form: FormDefinition) -> Enquiry:
    """Return an enquiry that answers every question that its own answers lead to."""
    return _sample(
        form, lambda question, values: question.is_asked(values), lambda rule: rule is not FieldRule.HIDDEN
    )


def _sample(
    form: FormDefinition,
    is_answered: Callable[[Question, Mapping[str, AnswerValue]], bool],
    is_filled: Callable[[FieldRule], bool],
) -> Enquiry:
    answers: dict[str, Answer] = {}
    for question in form.asked:
        values = {name: answer.value for name, answer in answers.items()}
        if is_answered(question, values):
            value = question.kind.sample(question)
            words = question.display_text(value, get_language(form.spoken, form.region))
            answers[question.name] = Answer(question.label, value, words)
    return Enquiry(
        SAMPLE_REFERENCE,
        form.slug,
        SAMPLE_TIME,
        Answers(
            "Alex",
            "Sample",
            "alex.sample@example.com",
            example_phone(form.region) if is_filled(form.fields.phone) else None,
            "Sample Company" if is_filled(form.fields.company) else "",
            "A sample message." if is_filled(form.fields.message) else "",
            answers,
        ),
        Consent(form.consent, SAMPLE_TIME) if form.consent else None,
    )
