"""Finds the answers that are well by themselves, but of which no opportunity can be made together.

The platform would refuse them, so the visitor is told while there is somebody to put them right.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from webapp.enquiry import Answers, Enquiry
from webapp.forms.definition import FieldRule, FormDefinition
from webapp.forms.mapping import PropertyValueError, opportunity_of
from webapp.forms.question import Question
from webapp.forms.samples import SAMPLE_REFERENCE
from webapp.languages.language import Language, to_say
from webapp.platform.rules import BrokenRule, broken_rules
from webapp.web.form.answering import what_to_answer

RULES: Final = (
    to_say("must be an address that begins with https://"),
    to_say("must be 1, 2, 3 or 5"),
    to_say("must be 1, 2, 3 or 4"),
)
"""What the opportunity says of values that a visitor may have given."""


def misfits(answers: Answers, definition: FormDefinition, language: Language) -> Iterator[tuple[str, str]]:
    """Yield the field at fault, empty for the form as a whole, and what the visitor is to do."""
    enquiry = Enquiry(SAMPLE_REFERENCE, definition.slug, datetime.now(UTC), answers)
    try:
        opportunity = opportunity_of(enquiry, definition)
    except PropertyValueError as error:
        question = _question_of(error.path, definition)
        if question is None:
            yield "", language.say("Your answers do not go together: check them, or get in touch with us")
            return
        rule = language.say(error.rule)
        yield question.name, language.say("“%(question)s” %(rule)s", question=question.label, rule=rule)
        return
    is_referral = definition.is_referral(opportunity.source_id)
    for broken in broken_rules(opportunity, referral_source=is_referral):
        yield _told(broken, definition, answers, language)


def _told(
    broken: BrokenRule, definition: FormDefinition, answers: Answers, language: Language
) -> tuple[str, str]:
    if broken.path == "company.businessName" and definition.fields.company is not FieldRule.HIDDEN:
        return "company", language.say("Enter your company: your other answers are about it")
    question = _question_of(broken.path, definition)
    if question is not None and question.name not in answers.questions:
        return question.name, what_to_answer(question, language)
    question = question or _question_about(broken.path, definition)
    if question is None:
        return "", language.say("Your answers do not go together: check them, or get in touch with us")
    told = language.say("Your answer does not go with the others: %(question)s", question=question.label)
    return question.name, told


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
