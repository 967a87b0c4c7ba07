"""The stand-in and the invariants are tested themselves, or they would prove nothing."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import update

from tests.faults import fault_types
from tests.faults.fault_plan import ADD, LIST
from tests.faults.invariants import Summary, check_invariants, wait_until_settled
from tests.faults.rig import Rig
from tests.faults.stand_in import RequestStage, StandIn
from tests.sandbox import caller
from webapp.outbox.tables import deliveries

REFERENCE = "ENQ-7F3K9QXD"


def call(
    platform: StandIn, action: str, request: object, *, age: float = 0.0, within: float = 20
) -> requests.Response:
    """Sign a request as if that many seconds ago, and send it."""
    platform.access.key, platform.access.secret = caller.KEY, caller.SECRET
    named = action.replace("/", "?action=")
    body = json.dumps(request).encode()
    client = caller.Caller(platform.url)
    headers = client.headers(named, body, sent_at=datetime.now(UTC) - timedelta(seconds=age))
    return client.send(named, body, headers=headers, timeout=within)


def add(
    platform: StandIn, reference: str = REFERENCE, *, age: float = 0.0, within: float = 20
) -> requests.Response:
    return call(platform, ADD, {"venueId": 107, "name": f"{reference}: Ada"}, age=age, within=within)


def look_up(platform: StandIn, wanted: str = REFERENCE, **paging: int) -> Any:
    request = {"venueIds": [107], "filter": {"name__CONTAINS": wanted}, **paging}
    return call(platform, LIST, request).json()


def test_the_same_reference_twice_is_two_ledger_entries(tmp_path: Path) -> None:
    with StandIn(tmp_path / "ledger.jsonl") as platform:
        numbers = [add(platform).json()["id"] for _ in range(2)]
    assert [(entry.reference, entry.opportunity_id) for entry in platform.ledger] == [
        (REFERENCE, number) for number in numbers
    ]
    lines = (tmp_path / "ledger.jsonl").read_text().splitlines()
    assert [json.loads(line)[:2] for line in lines] == [[REFERENCE, number] for number in numbers]


def test_only_a_signed_fresh_request_with_a_valid_key_is_accepted(stand_in: StandIn) -> None:
    assert add(stand_in, age=4).json()["specificCode"] == 23005
    stand_in.access.clock_offset = -60
    assert add(stand_in).json()["specificCode"] == 23005
    stand_in.access.clock_offset = 0
    stand_in.revoke_key()
    assert add(stand_in).status_code == 463
    stand_in.restore_key()
    bare = requests.post(f"{stand_in.url}/api/1.0/venue?action=addOrUpdateOpportunity", data=b"", timeout=20)
    assert bare.status_code == 401
    assert stand_in.ledger == []
    assert add(stand_in).status_code == 200


def test_an_answer_carries_the_platforms_date_unless_told_not_to(stand_in: StandIn) -> None:
    assert add(stand_in).headers["Date"].endswith("GMT")
    stand_in.dates = False
    assert "Date" not in add(stand_in).headers


def test_the_list_filters_pages_lags_and_shows_near_misses(
    stand_in: StandIn,
) -> None:
    for number in range(3):
        add(stand_in, f"ENQ-7F3K9QX{number}")
    assert look_up(stand_in, "ENQ-7F3K9QX1")["meta"]["totalResults"] == 1
    page = look_up(stand_in, "ENQ-7F3K9QX", start=2, perPage=2)
    assert (page["meta"]["totalResults"], page["meta"]["count"]) == (3, 1)
    stand_in.listing.near_misses = True
    assert look_up(stand_in, "ENQ-7F3K9QX1")["meta"]["totalResults"] == 7
    stand_in.listing.lag = 60
    assert look_up(stand_in, "ENQ-7F3K9QX1")["meta"]["totalResults"] == 6


def test_connections_are_accepted_again_on_the_same_port(stand_in: StandIn) -> None:
    stand_in.refuse_connections()
    with pytest.raises(requests.ConnectionError):
        add(stand_in)
    stand_in.accept_connections()
    assert add(stand_in).status_code == 200


def test_faults_occur_in_the_planned_order_and_are_counted(stand_in: StandIn) -> None:
    stand_in.inject(fault_types.bad_gateway(stores=True))
    stand_in.inject(fault_types.reset(reads=False, stores=False))
    stand_in.inject(fault_types.busy(429, "7"), reference=REFERENCE)
    assert add(stand_in).status_code == 502
    with pytest.raises(requests.ConnectionError):
        add(stand_in)
    assert add(stand_in, "ENQ-00000000").status_code == 200
    assert add(stand_in).headers["Retry-After"] == "7"
    assert stand_in.injected == {"502, stored": 1, "reset, unread": 1, "429": 1}
    assert [entry.reference for entry in stand_in.ledger] == [REFERENCE, "ENQ-00000000"]


def test_a_late_store_happens_after_the_client_has_left(stand_in: StandIn) -> None:
    begun = time.monotonic()
    stand_in.inject(fault_types.store_late(0.5))
    stored_after: list[float] = []
    stand_in.when(RequestStage.STORED, lambda _: stored_after.append(time.monotonic() - begun))
    with pytest.raises(requests.ReadTimeout):
        add(stand_in, within=0.2)
    stand_in.finish_calls()
    assert stored_after[0] >= 0.5


def test_many_concurrent_calls_are_all_taken(stand_in: StandIn) -> None:
    stand_in.access.accepts_for = 60
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: add(stand_in).json()["id"], range(300)))
    assert len(set(answers)) == len(stand_in.ledger) == 300


def test_a_settled_outbox_is_summarised(rig: Rig) -> None:
    for _ in range(3):
        rig.accept()
    assert rig.command("worker", "--once").returncode == 0
    assert rig.settle() == Summary(accepted=3, delivered=3, failed=0, held=0)


def test_doubled_lost_unknown_and_unsettled_enquiries_are_reported(rig: Rig) -> None:
    reference = rig.accept()
    with pytest.raises(AssertionError, match="still queued"):
        rig.check_invariants()
    assert rig.command("worker", "--once").returncode == 0
    (entry,) = rig.platform.ledger
    with pytest.raises(AssertionError, match=f"{reference}: 2 opportunities"):
        check_invariants([reference], [entry, entry], rig.database)
    with pytest.raises(AssertionError, match=f"{reference}: delivered as 1000, and the platform has none"):
        check_invariants([reference], [], rig.database)
    with pytest.raises(AssertionError, match="a receipt was shown and nothing is stored"):
        check_invariants([reference, REFERENCE], [entry], rig.database)
    add(rig.platform)
    with pytest.raises(AssertionError, match=f"{REFERENCE}: the platform has it and the outbox does not"):
        rig.check_invariants()


def test_a_change_of_a_failed_enquiry_counts_as_settled(rig: Rig) -> None:
    reference = rig.accept()
    rig.platform.inject(fault_types.refuse(400, 24224))
    with rig.worker_thread():
        rig.settle()
        rig.amend(reference, "Ninety guests")
        assert rig.settle() == Summary(accepted=1, delivered=0, failed=1, held=0)
    assert [row.state for row in rig.rows() if row.kind == "update"] == ["queued"]


def test_a_change_that_nobody_makes_due_is_unsettled(rig: Rig) -> None:
    reference = rig.accept()
    with rig.worker_thread():
        rig.settle()
    rig.amend(reference, "Ninety guests")
    with rig.database.writing() as connection:
        never_due = update(deliveries).where(deliveries.c.kind == "update").values(due_at=None)
        connection.execute(never_due)
    with rig.worker_thread(), pytest.raises(AssertionError, match=f"{reference} queued"):
        wait_until_settled(rig.database, within=1)
