"""Enquiries that a form could make: the shortest, the fullest, and one as a visitor might send it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final

import phonenumbers

from webapp.enquiry import Answer, Answers, AnswerValue, Consent, Enquiry, Phone
from webapp.forms.definition import FieldRule, FormDefinition
from webapp.forms.kind import Kind
from webapp.forms.question import Question
from webapp.languages.language import get_language

SAMPLE_REFERENCE: Final = "ENQ-00000000"
SAMPLE_TIME: Final = datetime(2027, 1, 31, 12, tzinfo=UTC)


def shortest(form: FormDefinition) -> Enquiry:
    """Return an enquiry that answers only what every visitor must answer."""
    return _sample(
        form,
        lambda question, _: question.is_always_answered,
        lambda rule: rule is FieldRule.REQUIRED,
    )


def fullest(form: FormDefinition) -> Enquiry:
    """Return an enquiry that answers every question, also where two of them exclude each other."""
    return _sample(form, lambda *_: True, lambda rule: rule is not FieldRule.HIDDEN)


def likely(form: FormDefinition) -> Enquiry:
    """Return an enquiry that answers every question that it is asked."""
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
            value = _value(question)
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
            _phone(form.region) if is_filled(form.fields.phone) else None,
            "Sample Company" if is_filled(form.fields.company) else "",
            "A sample message." if is_filled(form.fields.message) else "",
            answers,
        ),
        Consent(form.consent, SAMPLE_TIME) if form.consent else None,
    )


def _phone(region: str | None) -> Phone:
    number = phonenumbers.example_number_for_type(region or "AU", phonenumbers.PhoneNumberType.MOBILE)
    if number is None:
        return Phone("+61 412 345 678", "+61412345678")
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Phone(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL), e164)


def _value(question: Question) -> AnswerValue:
    if question.options:
        first = question.options[0].value
        return (first,) if question.kind is Kind.CHECKBOXES else first
    if question.kind is Kind.NUMBER:
        bound = question.min if question.min is not None else question.max
        return bound if isinstance(bound, int | float) else 1
    if question.kind is Kind.DATE:
        bound = question.min if question.min is not None else question.max
        return (bound if isinstance(bound, date) else date.today() + timedelta(days=90)).isoformat()  # noqa: DTZ011 (a sample)
    if question.kind is Kind.CHECKBOX:
        return True
    if question.to is not None and question.to.startswith("externalUrls."):
        return "https://www.example.com/"
    return {Kind.EMAIL: "sample@example.com", Kind.TEL: _phone(None).e164}.get(question.kind, "Sample")
