"""Makes a forms file to start from: a form for each venue of the account, the other choices as comments."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator

from webapp.platform.account_lists import AccountLists, Entries, Entry


class NothingToStartFromError(Exception):
    """The account lacks what every form needs; the message says what."""


def starting_forms(account: AccountLists, venue_id: int | None = None) -> str:
    """Return the text of a forms file; ``venue_id`` asks for a form of that venue alone.

    Raises:
        NothingToStartFromError: the account has no such venue, no type or no source.
    """
    venues = {number: venue for number, venue in account.venues.items() if venue_id in {None, number}}
    if not venues:
        known = ", ".join(f"{number} ({venue.name})" for number, venue in account.venues.items())
        raise NothingToStartFromError(
            f"The account has no venue {venue_id or ''}; there are {known or 'none'}"
        )
    for name, entries in (("type", account.types), ("source", account.sources)):
        if not entries:
            raise NothingToStartFromError(f"The account has no {name}, which every opportunity needs")
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


def _form(slug: str, number: int, venue: Entry, account: AccountLists) -> Iterator[str]:
    yield f"[forms.{slug}]"
    yield 'lang = "en"  # of these texts'
    yield f"title = {_quoted(f'Send an enquiry to {_one_line(venue.name)}')}"
    referrals = [each for each, source in account.sources.items() if source.is_referral]
    source = next((each for each in account.sources if each not in referrals), next(iter(account.sources)))
    if source in referrals:
        yield f"referral_sources = [{source}]"
    yield ""
    yield f"[forms.{slug}.opportunity]"
    yield f"venueId = {number}  # {_one_line(venue.name)}"
    kind = next(
        (each for each, entry in account.types.items() if not entry.within), next(iter(account.types))
    )
    yield from _choices("typeId", account.types, kind)
    yield from _within("subtypeId", account.types, kind)
    yield from _choices("sourceId", account.sources, source)
    stage = next(iter(account.stages), None)
    yield from _choices("stageId", account.stages, stage)
    yield from _within("stageReasonId", account.stages, None)
    for name, entries in (
        ("channelId", account.channels),
        ("qualityId", account.qualities),
        ("industryId", account.industries),
        ("ownerUserId", account.users),
    ):
        yield from _choices(name, entries, None)


def _choices(name: str, entries: Entries, chosen: int | None) -> Iterator[str]:
    """Yield the line of a choice that is made, and those of the others as comments."""
    ordered = sorted(entries.items(), key=lambda each: each[0] != chosen)
    for number, entry in ordered:
        referral = f"; a referral: also set referral_sources = [{number}]" if entry.is_referral else ""
        mark = "" if number == chosen else "# "
        yield f"{mark}{name} = {number}  # {_one_line(entry.name)}{referral}"


def _within(name: str, entries: Entries, chosen: int | None) -> Iterator[str]:
    """Yield the finer choices; the first of the chosen one is made, where it has some."""
    for number, entry in entries.items():
        for index, (finer, finer_name) in enumerate(entry.within.items()):
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
