"""Which row of the platform's list is the opportunity that a request in doubt would have made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from webapp.platform.errors import Unclear
from webapp.platform.opportunity import JsonObject
from webapp.platform.opportunity_name import is_own_name
from webapp.platform.response import whole_number


@dataclass(frozen=True, slots=True)
class LookupResult:
    """What a lookup found.

    ``opportunity_id`` is None when the list has no such opportunity. ``platform_time`` is what the platform's
    clock said when it answered, to the second, or None when it did not say.
    """

    opportunity_id: int | None
    platform_time: datetime | None


@dataclass(frozen=True, slots=True)
class LookupTarget:
    """What to look for: the venue and the name in the request in doubt, and the reference.

    ``name`` is None where the request was not stored.
    """

    venue_id: int
    reference: str
    name: str | None = None

    def matches(self, row: JsonObject) -> bool:
        """Say whether a row is the one: its venue, and its name or an external URL's ``ref``, agree."""
        return self._is_in_venue(row) and (self._is_by_name(row) or self._is_by_external_url(row))

    def _is_in_venue(self, row: JsonObject) -> bool:
        """Say whether a row may belong to the venue; one that names no venue may."""
        return whole_number(row.get("venueId")) in {None, self.venue_id}

    def _is_by_name(self, row: JsonObject) -> bool:
        name = row.get("name")
        return isinstance(name, str) and is_own_name(name, self.reference, self.name)

    def _is_by_external_url(self, row: JsonObject) -> bool:
        """Say whether leadform's own link is there; no form may set such a ``ref``."""
        urls = row.get("externalUrls")
        return isinstance(urls, list) and any(
            isinstance(url, dict) and url.get("ref") == self.reference for url in urls
        )


def get_opportunity_id(row: JsonObject) -> int:
    """Return the id of a row that was found.

    Raises:
        Unclear: it cannot be read, which must not pass for absence.
    """
    found = whole_number(row.get("id"))
    if not found:
        raise Unclear("The opportunity was found, but its id cannot be read", http_status=HTTPStatus.OK)
    return found
