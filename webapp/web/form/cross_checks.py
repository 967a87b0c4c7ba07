"""Finds answers that are each valid, but that cannot make an opportunity together.

The platform would refuse it later; now the visitor is still there to correct them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from webapp.enquiry import Answers, Enquiry
from webapp.forms.definition import FieldRule, FormDefinition
from webapp.forms.mapping import PropertyValueError, build_opportunity
from webapp.forms.question import Question
from webapp.forms.samples import SAMPLE_REFERENCE, SAMPLE_TIME
from webapp.languages.language import N_, Language
from webapp.platform.rules import BrokenRule, broken_rules
from webapp.web.form.question_fields import missing_message

RULES: Final = (
    N_("must be an address that begins with https://"),
    N_("must be 1, 2, 3 or 5"),
    N_("must be 1, 2, 3 or 4"),
)
"""The rules of the opportunity that a visitor's answer may break, gathered here for translation."""


def cross_field_errors(
    answers: Answers, definition: FormDefinition, language: Language
) -> Iterator[tuple[str, str]]:
    """Yield a field's name, empty for the form as a whole, and what the visitor must do about it."""
    enquiry = Enquiry(SAMPLE_REFERENCE, definition.slug, SAMPLE_TIME, answers)
    try:
        opportunity = build_opportunity(enquiry, definition)
    except PropertyValueError as error:
        question = _find_question(error.path, definition)
        if question is None:
            yield "", language.gettext("Your answers do not go together: check them, or get in touch with us")
            return
        rule = language.gettext(error.rule)
        yield question.name, language.gettext("“%(question)s” %(rule)s", question=question.label, rule=rule)
        return
    is_referral = definition.is_referral(opportunity.source_id)
    for broken in broken_rules(opportunity, referral_source=is_referral):
        yield _correction(broken, definition, answers, language)


def _correction(
    broken: BrokenRule, definition: FormDefinition, answers: Answers, language: Language
) -> tuple[str, str]:
    if broken.path == "company.businessName" and definition.fields.company is not FieldRule.HIDDEN:
        return "company", language.gettext("Enter your company: your other answers are about it")
    question = _find_question(broken.path, definition)
    if question is not None and question.name not in answers.questions:
        return question.name, missing_message(question, language)
    question = question or _question_about(broken.path, definition)
    if question is None:
        return "", language.gettext("Your answers do not go together: check them, or get in touch with us")
    message = language.gettext(
        "Your answer does not go with the others: %(question)s", question=question.label
    )
    return question.name, message


def _find_question(path: str, definition: FormDefinition) -> Question | None:
    """Return the question whose answer becomes the property, its id, a part of it or its whole."""
    for question in definition.asked:
        target = question.to or ""
        if target in {path, f"{path}Id"} or target.startswith(f"{path}.") or path.startswith(f"{target}."):
            return question
    return None


def _question_about(path: str, definition: FormDefinition) -> Question | None:
    """Return the first question about the same contact or company."""
    party = path.split(".", maxsplit=1)[0]
    return next(
        (question for question in definition.asked if (question.to or "").startswith(f"{party}.")), None
    )
