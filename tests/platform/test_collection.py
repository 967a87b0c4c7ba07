"""Where a list ends: not before its last row, and not long after it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import pytest

from tests.platform.raw_server import RawServer, answering, json_answer, listing
from webapp.platform.client import Account, PlatformClient
from webapp.platform.errors import Unclear

DATE: Final = datetime(2026, 5, 31, 12, 30, 15, tzinfo=UTC)
FIVE: Final = [{"id": number, "name": f"Source {number}"} for number in range(1, 6)]
MANY: Final = [{"id": number, "name": f"Source {number}"} for number in range(1, 251)]


def read(server: RawServer) -> list[Any]:
    client = PlatformClient(Account(server.url, "my key", "my secret"), 30)
    return [row["id"] for row in client.read_list("crm", "getLeadSourceList", DATE)]


PUBLISHED: Final = {"meta": {"totalResults": 6, "start": 0, "perPage": 100, "count": 5}, "results": FIVE}


def test_the_published_example_has_five_rows_though_it_claims_six() -> None:
    with RawServer(answering(json_answer(PUBLISHED))) as server:
        assert read(server) == [1, 2, 3, 4, 5]
        assert server.connections == 2


ENDS: Final[dict[str, tuple[list[dict[str, Any]], dict[str, Any]]]] = {
    "one row too many promised": (FIVE, {"totalResults": 6}),
    "a million promised": (FIVE, {"totalResults": 10**6}),
    "promised, and there is none": ([], {"totalResults": 1}),
    "too many after whole pages": (MANY[:200], {"totalResults": 201}),
    "too many after whole pages and a part": (MANY, {"totalResults": 300}),
    "pages of forty": (MANY, {"page_size": 40, "totalResults": 300}),
    "pages of forty that claim to be full": (MANY, {"page_size": 40, "perPage": 100}),
    "pages that claim to be larger than allowed": (MANY, {"perPage": 1000, "totalResults": 300}),
    "a size in digits": (MANY, {"perPage": "100", "totalResults": 300}),
    "numbers that have a point": (MANY, {"perPage": 100.0, "totalResults": 250.0}),
    "too few promised": (MANY, {"totalResults": 3}),
    "none promised": (MANY, {"totalResults": 0}),
    "no total": (MANY, {"totalResults": ...}),
    "a total of nonsense": (MANY, {"totalResults": "many"}),
    "no size": (MANY, {"perPage": ...}),
    "no size, and too few promised": (MANY, {"perPage": ..., "totalResults": 3}),
    "a size of nonsense": (MANY, {"perPage": "all"}),
    "a size of none": (MANY, {"perPage": 0}),
    "less counted than there is": (FIVE, {"count": 1}),
    "nothing counted": (MANY, {"count": ...}),
}


@pytest.mark.parametrize(("rows", "claims"), [pytest.param(*row, id=name) for name, row in ENDS.items()])
def test_every_row_is_read_once_whatever_the_list_claims(
    rows: list[dict[str, Any]], claims: dict[str, Any]
) -> None:
    with RawServer(listing(rows, **claims)) as server:
        assert read(server) == [row["id"] for row in rows]
        assert server.connections <= len(rows) / claims.get("page_size", 100) + 2


UNPROVED: Final[dict[str, dict[str, Any]]] = {
    "more promised, and no size of a page": {"totalResults": 6, "perPage": ...},
    "more promised, and a size of nonsense": {"totalResults": 6, "perPage": "all"},
    "more promised, and a size of none": {"totalResults": 6, "perPage": 0},
    "more promised, and a size below none": {"totalResults": 6, "perPage": -1},
    "more promised, and a size of true": {"totalResults": 6, "perPage": True},
    "neither a total nor a size": {"totalResults": ..., "perPage": ...},
    "more counted than listed": {"count": 6},
}


@pytest.mark.parametrize("claims", [pytest.param(claims, id=name) for name, claims in UNPROVED.items()])
def test_a_list_without_a_clear_end_is_unclear(claims: dict[str, Any]) -> None:
    with RawServer(listing(FIVE, **claims)) as server, pytest.raises(Unclear) as error:
        read(server)
    assert error.value.http_status == 200


def test_a_lookup_reads_on_after_a_short_page() -> None:
    reference = "ENQ-7F3K9QXD"
    rows = [*FIVE, {"id": 755, "venueId": 107, "name": f"Zoë Ng, Weddings ({reference})"}]
    with RawServer(listing(rows, at_most=5, perPage=100)) as server:
        assert read(server) == [1, 2, 3, 4, 5, 755]
