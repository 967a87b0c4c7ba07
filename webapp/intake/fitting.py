"""Finds the answers that are well by themselves, but of which no opportunity can be made together.

The platform would refuse them, so the visitor is told while there is somebody to put them right.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from webapp.enquiry import Answers, Enquiry
from webapp.forms.definition import FieldRule, FormDefinition
from webapp.forms.mapping import MisfitError, opportunity_of
from webapp.forms.question import Question
from webapp.forms.samples import SAMPLE_REFERENCE
from webapp.intake.answering import what_to_answer
from webapp.platform.rules import BrokenRule, broken_rules


def misfits(answers: Answers, definition: FormDefinition) -> Iterator[tuple[str, str]]:
    """Yield the field at fault, empty for the form as a whole, and what the visitor is to do."""
    enquiry = Enquiry(SAMPLE_REFERENCE, definition.slug, datetime.now(UTC), answers)
    try:
        opportunity = opportunity_of(enquiry, definition)
    except MisfitError as error:
        question = _question_of(error.path, definition)
        told = (question.name, f"“{question.label}” {error.rule}") if question else ("", str(error))
        yield told
        return
    is_referral = definition.is_referral(opportunity.source_id)
    for broken in broken_rules(opportunity, referral_source=is_referral):
        yield _told(broken, definition, answers)


def _told(broken: BrokenRule, definition: FormDefinition, answers: Answers) -> tuple[str, str]:
    if broken.path == "company.businessName" and definition.fields.company is not FieldRule.HIDDEN:
        return "company", "Enter your company: your other answers are about it"
    question = _question_of(broken.path, definition)
    if question is not None and question.name not in answers.questions:
        return question.name, what_to_answer(question)
    question = question or _question_about(broken.path, definition)
    if question is None:
        return "", f"Your answers do not go together: {broken}"
    return question.name, f"Your answer does not go with the others: {question.label}"


def _question_of(path: str, definition: FormDefinition) -> Question | None:
    """Return the question whose answer becomes a property, stands for it by its id, or is a part of it."""
    for question in definition.asked:
        target = question.to or ""
        if target in {path, f"{path}Id"} or target.startswith(f"{path}.") or path.startswith(f"{target}."):
            return question
    return None


def _question_about(path: str, definition: FormDefinition) -> Question | None:
    """Return the first question about the same contact or company."""
    party = path.split(".", maxsplit=1)[0]
    return next((each for each in definition.asked if (each.to or "").startswith(f"{party}.")), None)
