"""Checks the ids that a form names against the venue's account, and says what to do about the wrong ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from webapp.faults import Fault, KeyPath, Source
from webapp.forms.definition import FormDefinition
from webapp.forms.existing_contacts import CONTACTS
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
"""The account's list that each of these properties takes an entry of."""

MAX_CHOICES: Final = 5
"""How many of the account's choices a fault lists when none of them is close."""


@dataclass(frozen=True, slots=True)
class NamedId:
    """An id that a form names: under which key of its table, and with which label if it is an option."""

    path: KeyPath
    id: int
    label: str = ""


def account_errors(form: FormDefinition, account: AccountLists) -> Iterator[Fault]:
    """Yield every id of a form that the account lacks, or that is not what the form takes it for.

    The faults have no line: the form no longer knows the file that it came from.
    """
    for property_name, list_name in LISTS.items():
        entries: Entries = getattr(account, list_name)
        yield from _unknown(form, property_name, entries)
        yield from _typed_freely(form, property_name)
    yield from _subtype_faults(form, account.types)
    yield from _reason_faults(form, account.stages)
    yield from _stage_faults(form, account.stages)
    yield from _referral_faults(form, account.sources)
    yield from _deprecated(form)


def count_ids(form: FormDefinition) -> int:
    """Return how many ids a form names in all."""
    return sum(len(_named_ids(form, name)) for name in (*LISTS, "subtypeId", "stageReasonId"))


def _fault(form: FormDefinition, path: KeyPath, rule: str, remedy: str) -> Fault:
    return Fault(Source.FORMS_FILE, rule, remedy, ("forms", form.slug, *path), form.slug)


def _constant_path(property_name: str) -> KeyPath:
    return ("opportunity", *property_name.split("."))


def _named_ids(form: FormDefinition, property_name: str) -> list[NamedId]:
    """Return the ids that a form may send as a property: the constant, and the options of questions."""
    constant = value_at(form.opportunity.as_json(), property_name)
    named = []
    if isinstance(constant, int | str):
        named.append(NamedId(_constant_path(property_name), int(constant)))
    for question in form.questions:
        if question.to == property_name:
            path = ("questions", question.name, "options")
            named += [NamedId(path, int(option.value), option.label) for option in question.options]
    return named


def _unknown(form: FormDefinition, property_name: str, entries: Entries) -> Iterator[Fault]:
    names = {number: entry.name for number, entry in entries.items() if entry.may_be_chosen}
    for named in _named_ids(form, property_name):
        if named.id not in entries:
            rule = f"{property_name} {named.id} is not in the account"
            yield _fault(form, named.path, rule, _suggestion(named, names))


def _typed_freely(form: FormDefinition, property_name: str) -> Iterator[Fault]:
    for question in form.questions:
        if question.to == property_name and not question.kind.has_options:
            yield _fault(
                form,
                ("questions", question.name, "kind"),
                f"{property_name} is an id of the account, and visitors may type any number",
                'use kind "select" or "radio", with the ids as options',
            )


def _subtype_faults(form: FormDefinition, types: Entries) -> Iterator[Fault]:
    subtypes = _named_ids(form, "subtypeId")
    sent = {subtype.id for subtype in subtypes}
    chosen = [named for named in _named_ids(form, "typeId") if named.id in types]
    known = {number: name for named in chosen for number, name in types[named.id].children.items()}
    for subtype in subtypes:
        if subtype.id not in known:
            where = " or ".join(dict.fromkeys(types[named.id].name for named in chosen)) or "any type"
            rule = f"subtypeId {subtype.id} is not a sub-type of {where}"
            yield _fault(form, subtype.path, rule, _suggestion(subtype, known))
    for named in chosen:
        children = types[named.id].children
        if children and known.keys() >= sent and children.keys().isdisjoint(sent):
            yield _fault(
                form,
                named.path,
                f"the type {named.id} ({types[named.id].name}) has sub-types, and the form sends none",
                f"set subtypeId, or ask for it: {_listed(children)}",
            )


def _reason_faults(form: FormDefinition, stages: Entries) -> Iterator[Fault]:
    chosen = [stages[named.id] for named in _named_ids(form, "stageId") if named.id in stages] or [
        stage for stage in stages.values() if stage.may_be_chosen
    ]
    known = {number: name for stage in chosen for number, name in stage.children.items()}
    for named in _named_ids(form, "stageReasonId"):
        if named.id not in known:
            where = " or ".join(stage.name for stage in chosen)
            of_what = f"the stage {where}" if where else "any stage that an opportunity begins in"
            rule = f"stageReasonId {named.id} is not a reason of {of_what}"
            yield _fault(form, named.path, rule, _suggestion(named, known))


def _stage_faults(form: FormDefinition, stages: Entries) -> Iterator[Fault]:
    for named in _named_ids(form, "stageId"):
        stage = stages.get(named.id)
        if stage is not None and stage.unsuitable is not None:
            open_stages = {number: entry.name for number, entry in stages.items() if entry.may_be_chosen}
            rule = f"the stage {named.id} ({stage.name}) is {stage.unsuitable}, and no new opportunity is"
            remedy = "take it out, which leaves the stage to the platform"
            if open_stages:
                remedy = f"{remedy}, or name one of these: {_listed(open_stages)}"
            yield _fault(form, named.path, rule, remedy)


def _deprecated(form: FormDefinition) -> Iterator[Fault]:
    """Yield each smsStatus, which the platform's maker is taking out of the interface."""
    for name in (f"{contact}.smsStatus" for contact in CONTACTS):
        paths: list[KeyPath] = []
        if value_at(form.opportunity.as_json(), name) is not None:
            paths.append(_constant_path(name))
        paths += [("questions", question.name, "to") for question in form.questions if question.to == name]
        for path in paths:
            yield _fault(form, path, f"the platform is giving up {name}", "take it out")


def _referral_faults(form: FormDefinition, sources: Entries) -> Iterator[Fault]:
    declared = {int(number) for number in form.referral_sources}
    for named in _named_ids(form, "sourceId"):
        source = sources.get(named.id)
        if source is not None and source.is_referral and named.id not in declared:
            yield _fault(
                form,
                named.path,
                f"the source {named.id} ({source.name}) is a referral, and the form does not say so",
                f"add referral_sources = [{named.id}], so that the referrer is asked for",
            )
        if source is not None and source.is_referral is False and named.id in declared:
            yield _fault(
                form,
                ("referral_sources",),
                f"the source {named.id} ({source.name}) is not a referral",
                f"take {named.id} out of referral_sources",
            )


def _suggestion(named: NamedId, names: Mapping[int, str]) -> str:
    """Return which id was probably meant, by the words of an option or else by the digits."""
    by_name = {name.casefold(): number for number, name in names.items()}
    label = named.label.casefold()
    words = [label, *sorted(label.split(), key=len, reverse=True)] if label else []
    near = [by_name[name] for word in words for name in get_close_matches(word, by_name, n=1)]
    near += _near_number(named.id, names)
    if near:
        return f"did you mean {near[0]} ({names[near[0]]})?"
    return f"there are {_listed(names)}" if names else "the account has none"


def _near_number(wanted: int, known: Iterable[int]) -> list[int]:
    """Return the number that was probably meant: the same digits in another order, else a similar one."""
    swapped = [number for number in known if sorted(str(number)) == sorted(str(wanted))]
    similar = get_close_matches(str(wanted), [str(number) for number in known], n=1, cutoff=0.5)
    return swapped or [int(number) for number in similar]


def _listed(names: Mapping[int, str]) -> str:
    choices = [f"{number} ({name})" for number, name in names.items()]
    more = len(choices) - MAX_CHOICES
    return ", ".join(choices[:MAX_CHOICES]) + (f" and {more} more" if more > 0 else "")
