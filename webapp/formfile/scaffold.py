"""Makes a forms file to start from: a form for each venue of the account, the other choices as comments."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator

from webapp.platform.account_lists import AccountEntry, AccountLists, Entries


class EmptyAccountError(Exception):
    """The account lacks what every form needs; the message says what."""


def starting_forms(account: AccountLists, venue_id: int | None = None) -> str:
    """Return the text of a forms file; ``venue_id`` asks for a form of that venue alone.

    Raises:
        NothingToStartFromError: the account has no such venue, no type or no source.
    """
    venues = {number: venue for number, venue in account.venues.items() if venue_id in {None, number}}
    if not venues:
        known = ", ".join(f"{number} ({venue.name})" for number, venue in account.venues.items())
        raise EmptyAccountError(f"The account has no venue {venue_id or ''}; there are {known or 'none'}")
    for name, entries in (("type", account.types), ("source", account.sources)):
        if not entries:
            raise EmptyAccountError(f"The account has no {name}, which every opportunity needs")
    lines = [
        "# Made from the account's own lists; docs/forms.md says all that a form may hold.",
        "# What stands behind # is another choice: take away the mark, and the line that it replaces.",
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
    source = min(account.sources, key=lambda number: _last_resort(account.sources[number]))
    if account.sources[source].is_referral:
        yield f"referral_sources = [{source}]"
    yield ""
    yield f"[forms.{slug}.opportunity]"
    yield f"venueId = {number}  # {_one_line(venue.name)}"
    kind = min(account.types, key=lambda number: _less_simple(account.types[number]))
    yield from _choices("typeId", account.types, kind)
    yield from _within("subtypeId", account.types, kind)
    yield from _choices("sourceId", account.sources, source)
    yield from _choices("stageId", account.stages, None)
    yield from _within("stageReasonId", account.stages, None)
    for name, entries in (
        ("channelId", account.channels),
        ("qualityId", account.qualities),
        ("industryId", account.industries),
        ("ownerUserId", account.users),
    ):
        yield from _choices(name, entries, None)


def _last_resort(source: AccountEntry) -> tuple[bool, bool, bool]:
    """Return the order in which sources are chosen: no referral, one in use, one of the web."""
    words = source.name.casefold()
    return bool(source.is_referral), not source.may_be_chosen, not ("web" in words or "online" in words)


def _less_simple(kind: AccountEntry) -> tuple[bool, bool]:
    """Return the order in which types are chosen: one in use, one without sub-types."""
    return not kind.may_be_chosen, bool(kind.children)


def _suggested(entries: Entries, chosen: int | None) -> list[tuple[int, AccountEntry]]:
    """Return the choice that is made, then the others that a new opportunity may well name."""
    others = [
        (number, entry) for number, entry in entries.items() if entry.may_be_chosen and number != chosen
    ]
    return others if chosen is None else [(chosen, entries[chosen]), *others]


def _choices(name: str, entries: Entries, chosen: int | None) -> Iterator[str]:
    """Yield the line of a choice that is made, and those of the others as comments."""
    for number, entry in _suggested(entries, chosen):
        referral = f"; a referral: also set referral_sources = [{number}]" if entry.is_referral else ""
        mark = "" if number == chosen else "# "
        yield f"{mark}{name} = {number}  # {_one_line(entry.name)}{referral}"


def _within(name: str, entries: Entries, chosen: int | None) -> Iterator[str]:
    """Yield the finer choices; the first of the chosen one is made, where it has some."""
    for number, entry in _suggested(entries, chosen):
        for index, (finer, finer_name) in enumerate(entry.children.items()):
            mark = "" if number == chosen and index == 0 else "# "
            yield f"{mark}{name} = {finer}  # {_one_line(entry.name)}: {_one_line(finer_name)}"


def _slug(name: str, number: int, taken: set[str]) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:50].strip("-") or "venue"
    while slug in taken:
        slug = f"{slug}-{number}"
    return slug


def _one_line(text: str) -> str:
    """Return a text without what ends a comment of TOML."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
