"""The questions about who referred the visitor, asked when the source is a "Referral Program", and only then.

Source: "Add or Update Opportunity", table *Opportunity*: referralContactId and referralCompanyId are each
required with such a source unless referralContact and referralCompany are there; platform contract,
"Opportunity: beyond the user's document", for what a contact and a company need.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from webapp.forms.question import Question
from webapp.languages.language import N_, Language
from webapp.platform.opportunity import Opportunity

_CONTACT: Final = (
    ("referrer_first_name", N_("First name of the person who referred you"), "text", "firstName"),
    ("referrer_last_name", N_("Last name of the person who referred you"), "text", "lastName"),
    ("referrer_email", N_("Email address of the person who referred you"), "email", "email"),
)
_COMPANY: Final = (("referrer_company", N_("Company that referred you"), "text", "businessName"),)

REFERRER_NAMES: Final = frozenset(name for name, *_ in (*_CONTACT, *_COMPANY))


def referral_questions(
    constants: Opportunity,
    questions: Sequence[Question],
    referral_sources: Iterable[int | str],
    language: Language,
) -> tuple[Question, ...]:
    """Return what a form must ask besides its own questions, if its source may be a referral.

    A party that a constant or a question of the form names is not asked for.
    """
    sources = {int(source) for source in referral_sources}
    condition = _condition(constants, questions, sources)
    if condition is None:
        return ()
    named = {*constants.as_json(), *(question.to for question in questions)}
    parties = (("referralContact", _CONTACT), ("referralCompany", _COMPANY))
    return tuple(
        Question(
            name=name,
            label=language.gettext(label),
            kind=kind,
            required=True,
            to=f"{party}.{key}",
            show_when=condition,
        )
        for party, asked in parties
        if f"{party}Id" not in named
        for name, label, kind, key in asked
        if not _is_given(constants, questions, party, key)
    )


def offering_a_referral(questions: Sequence[Question], sources: set[int]) -> Iterator[Question]:
    """Yield the questions that a visitor may answer with a source that is a referral."""
    for question in questions:
        if question.to == "sourceId" and any(int(option.value) in sources for option in question.options):
            yield question


def _condition(
    constants: Opportunity, questions: Sequence[Question], sources: set[int]
) -> dict[str, Any] | None:
    """Return when the questions are asked; None is never."""
    asking = next(offering_a_referral(questions, sources), None)
    if asking is not None:
        return {asking.name: [option.value for option in asking.options if int(option.value) in sources]}
    is_chosen = any(question.to == "sourceId" and question.is_always_answered for question in questions)
    constant = constants.source_id
    return {} if constant is not None and int(constant) in sources and not is_chosen else None


def _is_given(constants: Opportunity, questions: Iterable[Question], party: str, key: str) -> bool:
    whole = constants.as_json().get(party, {})
    return key in whole or "id" in whole or any(question.to == f"{party}.{key}" for question in questions)
