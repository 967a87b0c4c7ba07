"""Holds the ids that a form names to the venue's account: is each there, and what to do where it is not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from webapp.forms.definition import FormDefinition
from webapp.forms.existing_contacts import CONTACTS
from webapp.forms.question import Question
from webapp.platform.account_lists import AccountLists, Entries
from webapp.platform.properties import value_at

LISTS: Final = {
    "venueId": "venues",
    "typeId": "types",
    "sourceId": "sources",
    "stageId": "stages",
    "channelId": "channels",
    "qualityId": "qualities",
    "industryId": "industries",
    "company.industryId": "industries",
    "ownerUserId": "users",
}
"""The list of the account that each property names an entry of."""

MAX_NAMED: Final = 5
"""How many of the account's choices a fault names where none is near."""


@dataclass(frozen=True, slots=True)
class AccountFault:
    """One fault of a form: the key in its table, what is wrong, and what to do about it."""

    key: str
    message: str
    what_to_do: str


@dataclass(frozen=True, slots=True)
class Named:
    """An id that a form names: by which key, and by which words a visitor reads it."""

    key: str
    id: int
    label: str = ""


def account_errors(form: FormDefinition, account: AccountLists) -> Iterator[AccountFault]:
    """Yield every id of a form that the account does not have, or has otherwise than the form says."""
    for name, of_account in LISTS.items():
        entries: Entries = getattr(account, of_account)
        yield from _unknown(form, name, entries)
        yield from _typed_freely(form, name)
    yield from _subtype_faults(form, account.types)
    yield from _reason_faults(form, account.stages)
    yield from _stage_faults(form, account.stages)
    yield from _referral_faults(form, account.sources)
    yield from _unreliable(form)


def _named(form: FormDefinition, name: str) -> list[Named]:
    """Return the ids that a form may send as a property: the constant, and the options of questions."""
    constant = value_at(form.opportunity.as_json(), name)
    named = [Named(f"opportunity.{name}", int(constant))] if isinstance(constant, int | str) else []
    for question in form.questions:
        if question.to == name:
            named += [_option(question, each.value, each.label) for each in question.options]
    return named


def _option(question: Question, value: int | str, label: str) -> Named:
    return Named(f"questions.{question.name}.options", int(value), label)


def _unknown(form: FormDefinition, name: str, entries: Entries) -> Iterator[AccountFault]:
    names = {number: entry.name for number, entry in entries.items() if entry.may_be_chosen}
    for named in _named(form, name):
        if named.id not in entries:
            yield AccountFault(
                named.key, f"{name} {named.id} is not in the account", _suggestion(named, names)
            )


def _typed_freely(form: FormDefinition, name: str) -> Iterator[AccountFault]:
    for question in form.questions:
        if question.to == name and not question.kind.has_options:
            yield AccountFault(
                f"questions.{question.name}.kind",
                f"{name} is an id of the account, and visitors may type any number",
                'use kind "select" or "radio", with the ids as options',
            )


def _subtype_faults(form: FormDefinition, types: Entries) -> Iterator[AccountFault]:
    sent = _named(form, "subtypeId")
    chosen = [each for each in _named(form, "typeId") if each.id in types]
    known = {number: name for each in chosen for number, name in types[each.id].children.items()}
    for named in sent:
        if named.id not in known:
            where = " or ".join(dict.fromkeys(types[each.id].name for each in chosen)) or "any type"
            yield AccountFault(
                named.key, f"subtypeId {named.id} is no sub-type of {where}", _suggestion(named, known)
            )
    for named in chosen:
        within = types[named.id].children
        if (
            within
            and known.keys() >= {each.id for each in sent}
            and within.keys().isdisjoint(each.id for each in sent)
        ):
            yield AccountFault(
                named.key,
                f"the type {named.id} ({types[named.id].name}) has sub-types, and the form sends none",
                f"set subtypeId, or ask for it: {_listed(within)}",
            )


def _reason_faults(form: FormDefinition, stages: Entries) -> Iterator[AccountFault]:
    chosen = [stages[each.id] for each in _named(form, "stageId") if each.id in stages] or [
        stage for stage in stages.values() if stage.may_be_chosen
    ]
    known = {number: name for stage in chosen for number, name in stage.children.items()}
    for named in _named(form, "stageReasonId"):
        if named.id not in known:
            where = " or ".join(stage.name for stage in chosen)
            of_what = f"the stage {where}" if where else "any stage that an opportunity begins in"
            message = f"stageReasonId {named.id} is no reason of {of_what}"
            yield AccountFault(named.key, message, _suggestion(named, known))


def _stage_faults(form: FormDefinition, stages: Entries) -> Iterator[AccountFault]:
    for named in _named(form, "stageId"):
        stage = stages.get(named.id)
        if stage is not None and stage.unsuitable is not None:
            open_stages = {number: entry.name for number, entry in stages.items() if entry.may_be_chosen}
            yield AccountFault(
                named.key,
                f"the stage {named.id} ({stage.name}) is {stage.unsuitable}, and no new opportunity is",
                "take it out, which leaves the stage to the platform"
                + (f", or name one of these: {_listed(open_stages)}" if open_stages else ""),
            )


def _unreliable(form: FormDefinition) -> Iterator[AccountFault]:
    """Yield each smsStatus, which the platform's maker is taking out of the interface."""
    for name in (f"{contact}.smsStatus" for contact in CONTACTS):
        asking = [f"questions.{each.name}.to" for each in form.questions if each.to == name]
        is_constant = value_at(form.opportunity.as_json(), name) is not None
        for key in [f"opportunity.{name}"] * is_constant + asking:
            yield AccountFault(key, f"the platform is giving up {name}", "take it out")


def _referral_faults(form: FormDefinition, sources: Entries) -> Iterator[AccountFault]:
    declared = {int(each) for each in form.referral_sources}
    for named in _named(form, "sourceId"):
        source = sources.get(named.id)
        if source is not None and source.is_referral and named.id not in declared:
            yield AccountFault(
                named.key,
                f"the source {named.id} ({source.name}) is a referral, and the form does not say so",
                f"add referral_sources = [{named.id}], so that the referrer is asked for",
            )
        if source is not None and source.is_referral is False and named.id in declared:
            yield AccountFault(
                "referral_sources",
                f"the source {named.id} ({source.name}) is no referral",
                f"take {named.id} out of referral_sources",
            )


def _suggestion(named: Named, names: Mapping[int, str]) -> str:
    """Return which id was probably meant: by the words of an option, else by the digits."""
    by_name = {name.casefold(): number for number, name in names.items()}
    label = named.label.casefold()
    words = [label, *sorted(label.split(), key=len, reverse=True)] if label else []
    near = [by_name[each] for word in words for each in get_close_matches(word, by_name, n=1)]
    near += _near_number(named.id, names)
    if near:
        return f"did you mean {near[0]} ({names[near[0]]})?"
    return f"there are {_listed(names)}" if names else "the account has none"


def _near_number(wanted: int, known: Iterable[int]) -> list[int]:
    """Return the number that was probably meant: the same digits in another order, else one much like it."""
    swapped = [each for each in known if sorted(str(each)) == sorted(str(wanted))]
    alike = get_close_matches(str(wanted), [str(each) for each in known], n=1, cutoff=0.5)
    return swapped or [int(each) for each in alike]


def _listed(names: Mapping[int, str]) -> str:
    told = [f"{number} ({name})" for number, name in names.items()]
    more = len(told) - MAX_NAMED
    return ", ".join(told[:MAX_NAMED]) + (f" and {more} more" if more > 0 else "")


def ids_named(form: FormDefinition) -> int:
    """Return how many ids a form names in all."""
    return sum(len(_named(form, name)) for name in (*LISTS, "subtypeId", "stageReasonId"))
