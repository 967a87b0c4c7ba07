"""A list as the platform answers it, a page at a time, and where it ends.

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
"""The most rows that the platform gives at once, whatever was asked for."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: its rows, and what it tells of the whole.

    ``total`` is how many rows the list has, ``size`` how many a full page holds by the platform's own word,
    which may be fewer than were asked for; either is None where it cannot be read.
    """

    action: str
    rows: list[JsonObject]
    total: int | None
    size: int | None

    @property
    def is_short(self) -> bool:
        """Whether it has fewer rows than a full page."""
        return self.size is not None and len(self.rows) < self.size

    def is_last(self, seen: int) -> bool:
        """Say whether no row follows, ``seen`` having come with this page.

        A short page that contradicts the total is believed only once nothing new follows it: a list that was
        cut off must not pass for one without the row that is looked for.

        Raises:
            Unclear: the list stopped, and nothing tells whether that was its end.
        """
        if seen == self.total:
            return True
        is_beyond = self._is_beyond(seen)
        if self.rows:
            return is_beyond and self.is_short
        if self.size is None and not is_beyond:
            message = f"{self.action} ended before the {self.total} rows that it told of"
            raise Unclear(message, http_status=HTTPStatus.OK)
        return True

    def repeats(self, before: Page | None, seen: int) -> bool:
        """Say whether it is the page before once more, from a platform with nothing behind that."""
        is_same = before is not None and self.rows == before.rows
        return is_same and (self.is_short or self._is_beyond(seen))

    def _is_beyond(self, seen: int) -> bool:
        return self.total is not None and seen > self.total


def parse_page(action: str, answer: Response) -> Page:
    """Return a page of a list.

    Raises:
        PlatformError: it is none, or it says neither how many rows there are nor how many a page holds, so
            that its end would prove nothing.
    """
    result = parse_result(answer)
    rows, meta = result.get("results"), result.get("meta")
    if not isinstance(rows, list) or not isinstance(meta, dict):
        raise Unclear(f"{action} answered without meta and results", http_status=answer.status)
    if not all(isinstance(row, dict) for row in rows):
        raise Unclear(f"{action} answered with rows that are no objects", http_status=answer.status)
    total, size = whole_number(meta.get("totalResults")), whole_number(meta.get("perPage"))
    if total is None and not size:
        raise Unclear(f"{action} did not tell how many rows there are", http_status=answer.status)
    if (whole_number(meta.get("count")) or 0) > len(rows):
        raise Unclear(f"{action} answered with fewer rows than it counts", http_status=answer.status)
    return Page(action, rows, total, min(size, ROWS_PER_PAGE) if size else None)
