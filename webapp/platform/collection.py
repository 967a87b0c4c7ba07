"""The pages of one of the platform's lists, and where the list ends.

Source: platform contract, "Calls that help" and what follows it: ``totalResults`` may be larger than the rows
that come, and a page with fewer rows than ``perPage`` is the last one.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from webapp.platform.errors import Unclear
from webapp.platform.opportunity import JsonObject
from webapp.platform.response import Response, parse_result, whole_number

ROWS_PER_PAGE: Final = 100
"""The platform's own limit, whatever was asked for."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: its rows, and what it says about the whole list.

    ``total`` is how many rows the list has. ``size`` is how many rows a full page has by the platform's word,
    which may be fewer than were asked for. Either is None where it cannot be read.
    """

    action: str
    rows: list[JsonObject]
    total: int | None
    size: int | None

    @property
    def is_short(self) -> bool:
        """Say whether it has fewer rows than a full page."""
        return self.size is not None and len(self.rows) < self.size

    def is_last(self, seen: int) -> bool:
        """Say whether no row follows, where ``seen`` is the number of rows up to and with this page.

        A short page that contradicts the total is believed only once nothing new follows it: a list that was
        cut off must not pass for one that lacks the row.

        Raises:
            Unclear: the list stopped, perhaps before its end.
        """
        if seen == self.total:
            return True
        is_beyond = self._is_beyond(seen)
        if self.rows:
            return is_beyond and self.is_short
        if self.size is None and not is_beyond:
            message = f"{self.action} ended before the {self.total} rows that it announced"
            raise Unclear(message, http_status=HTTPStatus.OK)
        return True

    def repeats(self, before: Page | None, seen: int) -> bool:
        """Say whether the platform, with nothing left to show, repeated the page before."""
        is_same = before is not None and self.rows == before.rows
        return is_same and (self.is_short or self._is_beyond(seen))

    def _is_beyond(self, seen: int) -> bool:
        return self.total is not None and seen > self.total


def parse_page(action: str, answer: Response) -> Page:
    """Return a page of a list.

    Raises:
        PlatformError: the answer is not a page, or it says neither how many rows there are nor how many fit a
            page, so that its end would prove nothing.
    """
    result = parse_result(answer)
    rows, meta = result.get("results"), result.get("meta")
    if not isinstance(rows, list) or not isinstance(meta, dict):
        raise Unclear(f"{action} answered without meta and results", http_status=answer.status)
    if not all(isinstance(row, dict) for row in rows):
        raise Unclear(f"{action} answered with rows that are not objects", http_status=answer.status)
    total, size = whole_number(meta.get("totalResults")), whole_number(meta.get("perPage"))
    if total is None and not size:
        raise Unclear(f"{action} did not say how many rows there are", http_status=answer.status)
    if (whole_number(meta.get("count")) or 0) > len(rows):
        raise Unclear(f"{action} answered with fewer rows than it counts", http_status=answer.status)
    return Page(action, rows, total, min(size, ROWS_PER_PAGE) if size else None)
