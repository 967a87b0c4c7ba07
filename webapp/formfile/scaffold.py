"""Writes a forms file to start from: a form for each venue, with the account's other choices as comments."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator

from webapp.platform.account_lists import AccountEntry, AccountLists, Entries


class EmptyAccountError(Exception):
    """The account lacks something that every form needs; the message says what."""


def scaffold_forms(account: AccountLists, venue_id: int | None = None) -> str:
    """Return the text of a forms file, for every venue or for one.

    Raises:
        EmptyAccountError: the account has no such venue, no type or no source.
    """
    venues = {number: venue for number, venue in account.venues.items() if venue_id in {None, number}}
    if not venues:
        known = ", ".join(f"{number} ({venue.name})" for number, venue in account.venues.items())
        raise EmptyAccountError(f"The account has no venue {venue_id or ''}; there are {known or 'none'}")
    for name, entries in (("type", account.types), ("source", account.sources)):
        if not entries:
            raise EmptyAccountError(f"The account has no {name}, which every opportunity needs")
    lines = [
        "# Made from the account's own lists. docs/forms.md says what a form may have.",
        "# A line after # is another choice: remove the # and the line that it replaces.",
    ]
    slugs: set[str] = set()
    for number, venue in venues.items():
        slug = _slug(venue.name, number, slugs)
        slugs.add(slug)
        lines += ["", *_form(slug, number, venue, account)]
    return "\n".join(lines) + "\n"


def _form(slug: str, number: int, venue: AccountEntry, account: AccountLists) -> Iterator[str]:
    yield f"[forms.{slug}]"
    yield 'lang = "en"  # of these texts'
    yield f"title = {_quoted(f'Send an enquiry to {_one_line(venue.name)}')}"
    source = min(account.sources, key=lambda number: _source_rank(account.sources[number]))
    if account.sources[source].is_referral:
        yield f"referral_sources = [{source}]"
    yield ""
    yield f"[forms.{slug}.opportunity]"
    yield f"venueId = {number}  # {_one_line(venue.name)}"
    kind = min(account.types, key=lambda number: _type_rank(account.types[number]))
    yield from _choices("typeId", account.types, kind)
    yield from _sub_choices("subtypeId", account.types, kind)
    yield from _choices("sourceId", account.sources, source)
    yield from _choices("stageId", account.stages, None)
    yield from _sub_choices("stageReasonId", account.stages, None)
    for name, entries in (
        ("channelId", account.channels),
        ("qualityId", account.qualities),
        ("industryId", account.industries),
        ("ownerUserId", account.users),
    ):
        yield from _choices(name, entries, None)


def _source_rank(source: AccountEntry) -> tuple[bool, bool, bool]:
    """Rank a source: first those that are no referral, then those in use, then those of the web."""
    words = source.name.casefold()
    return bool(source.is_referral), not source.may_be_chosen, not ("web" in words or "online" in words)


def _type_rank(kind: AccountEntry) -> tuple[bool, bool]:
    """Rank a type: first those in use, then those without sub-types."""
    return not kind.may_be_chosen, bool(kind.children)


def _suggested(entries: Entries, chosen: int | None) -> list[tuple[int, AccountEntry]]:
    """Return the chosen entry first, then the others that a new opportunity may have."""
    others = [
        (number, entry) for number, entry in entries.items() if entry.may_be_chosen and number != chosen
    ]
    return others if chosen is None else [(chosen, entries[chosen]), *others]


def _choices(name: str, entries: Entries, chosen: int | None) -> Iterator[str]:
    """Yield the chosen entry as a line, and the others as comments."""
    for number, entry in _suggested(entries, chosen):
        referral = f"; a referral: also set referral_sources = [{number}]" if entry.is_referral else ""
        mark = "" if number == chosen else "# "
        yield f"{mark}{name} = {number}  # {_one_line(entry.name)}{referral}"


def _sub_choices(name: str, entries: Entries, chosen: int | None) -> Iterator[str]:
    """Yield the sub-choices of each entry; the first one of the chosen entry is chosen."""
    for number, entry in _suggested(entries, chosen):
        for index, (child, child_name) in enumerate(entry.children.items()):
            mark = "" if number == chosen and index == 0 else "# "
            yield f"{mark}{name} = {child}  # {_one_line(entry.name)}: {_one_line(child_name)}"


def _slug(name: str, number: int, taken: set[str]) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:50].strip("-") or "venue"
    while slug in taken:
        slug = f"{slug}-{number}"
    return slug


def _one_line(text: str) -> str:
    """Return a text without characters that would end a TOML comment."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
