"""Which rules a form can never keep, whatever a visitor answers.

If only some answers break a rule, the form tells the visitor who gives them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from webapp.forms.definition import FieldRule, FormDefinition
from webapp.forms.existing_contacts import overwriting_faults
from webapp.forms.fixed_properties import constant_faults
from webapp.forms.mapping import STANDS_FOR, PropertyValueError, build_opportunity
from webapp.forms.question import Question
from webapp.forms.question_rules import question_faults
from webapp.forms.referral import REFERRER_NAMES, offering_a_referral
from webapp.forms.samples import fullest_sample, shortest_sample
from webapp.platform.rules import BrokenRule, broken_rules, parties_named_twice

PARTY_IDS: Final = frozenset().union(*STANDS_FOR.values())
"""The properties that name a contact or a company by its id."""

ASKED_BY_A_FIELD: Final = {"contact.phone": "phone", "company.businessName": "company"}
"""The properties that a built-in field fills, where the form does not hide it."""


def consistency_errors(form: FormDefinition) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield each fault of a form as a whole: the place in its table, and what is wrong."""
    named = form.opportunity
    for key, rule in constant_faults(form.opportunity):
        yield ("opportunity", *key.split(".")), rule
        named = form.opportunity.model_copy(update={"id": None, "name": None})
    yield from overwriting_faults(form)
    of_questions = list(question_faults(form.questions))
    for (index, key), rule in of_questions:
        yield ("questions", index, key), rule
    if of_questions:
        return
    for broken in _never_kept(form.model_copy(update={"opportunity": named})):
        yield ("opportunity", *broken.path.split(".")), broken.rule
    yield from _asked_twice(form)
    yield from _attribution_in_the_way(form)
    yield from _referral_faults(form)


def can_answers_break_a_rule(form: FormDefinition) -> bool:
    """Say whether answers that are each valid may still make an opportunity that the platform would refuse.

    They cannot where every answer fits its property whatever the others are. The rules then depend on two
    things: which required properties are missing, and whether there is a company. No enquiry misses more than
    the shortest sample, and where the company is optional, one sample has it and the other has not. So what
    both samples keep, every enquiry keeps.
    """
    if not all(_fits_alone(question, form) for question in form.asked):
        return True
    try:
        made = [build_opportunity(sample(form), form) for sample in (shortest_sample, fullest_sample)]
    except PropertyValueError:
        return True
    return any(
        broken_rules(opportunity, referral_source=form.is_referral(opportunity.source_id))
        for opportunity in made
    )


def _fits_alone(question: Question, form: FormDefinition) -> bool:
    """Say whether every valid answer fits its property, whatever the other answers are.

    A property of the opportunity itself takes any answer of the kinds that may fill it, and a custom field
    takes anything. Within a contact or a company, single values have rules of their own, and some properties
    need others beside them.
    """
    match question.target.path if question.target is not None else ():
        case () | ("customFields", _) | ("contact", "customFields", _):
            return True
        case ("sourceId",):
            return not form.referral_sources
        case (name,):
            return name not in PARTY_IDS
        case _:
            return False


def _never_kept(form: FormDefinition) -> Iterator[BrokenRule]:
    """Yield the rules that no visitor can keep, or that one question's answers always break.

    What is missing from the fullest enquiry nobody can give; what stands in the way in the shortest nobody
    can leave out.
    """
    yield from parties_named_twice(form.opportunity)
    try:
        least, most = (
            broken_rules(made, referral_source=form.is_referral(made.source_id))
            for made in (
                build_opportunity(sample(form), form) for sample in (shortest_sample, fullest_sample)
            )
        )
    except PropertyValueError as error:
        yield BrokenRule(error.path, error.rule)
        return
    yield from (rule for rule in most if not rule.is_conflict)
    yield from (rule for rule in least if rule.is_conflict)


def _asked_twice(form: FormDefinition) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for index, question in enumerate(form.questions):
        field = ASKED_BY_A_FIELD.get(question.to or "")
        if field is not None and getattr(form.fields, field) is not FieldRule.HIDDEN:
            yield (
                ("questions", index, "to"),
                f'the built-in field {field} asks this already: hide it, as fields.{field} = "hidden"',
            )
        if question.name in REFERRER_NAMES and form.referral_sources:
            yield ("questions", index, "name"), f"{question.name} is asked automatically for a referral"


def _attribution_in_the_way(form: FormDefinition) -> Iterator[tuple[tuple[str | int, ...], str]]:
    taken = {question.to: f"the question {question.name}" for question in form.questions}
    for parameter, name in form.attribution.items():
        if name in taken:
            yield ("attribution", parameter), f"{taken[name]} becomes {name} already: name another"
        taken[name] = parameter


def _referral_faults(form: FormDefinition) -> Iterator[tuple[tuple[str | int, ...], str]]:
    sources = {int(source) for source in form.referral_sources}
    constant = form.opportunity.source_id
    asking = list(offering_a_referral(form.questions, sources))
    sent = {int(constant)} if constant is not None else set()
    choosing = [question for question in form.questions if question.to == "sourceId"]
    sent |= {int(option.value) for question in choosing for option in question.options}
    for source in sorted(sources - sent):
        yield ("referral_sources",), f"the form never sends the source {source}"
    if len(asking) > 1:
        yield ("referral_sources",), "only one question may offer a source that is a referral"
    is_optional = any(not question.is_always_answered for question in choosing)
    if constant is not None and int(constant) in sources and is_optional:
        yield (
            ("opportunity", "sourceId"),
            "is a referral, so the question that may take its place must be required and always asked",
        )
