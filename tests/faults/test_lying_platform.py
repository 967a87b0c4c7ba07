"""A platform that answers wrongly, or cannot be reached, neither loses nor doubles an enquiry."""

from collections.abc import Callable
from random import Random

import pytest

from tests.faults import fault_types
from tests.faults.fault_types import PlatformFault
from tests.faults.invariants import Summary
from tests.faults.rig import Rig
from tests.platform.raw_server import CERTIFICATE, RawServer, answering, json_answer
from tests.support.processes import wait_for

DELIVERED, FAILED = "delivered", "failed"

FAULTS: list[tuple[PlatformFault, str]] = [
    (fault_types.hang(stores=True), DELIVERED),
    (fault_types.hang(stores=False), DELIVERED),
    (fault_types.reset(stores=True), DELIVERED),
    (fault_types.reset(stores=False), DELIVERED),
    (fault_types.close(stores=True), DELIVERED),
    (fault_types.close(stores=False), DELIVERED),
    (fault_types.truncate(stores=True), DELIVERED),
    (fault_types.truncate(stores=False), DELIVERED),
    (fault_types.drip(pause=0.05, stores=True), DELIVERED),
    (fault_types.bad_gateway(stores=True), DELIVERED),
    (fault_types.bad_gateway(stores=False), DELIVERED),
    (fault_types.refuse(500, stores=True), DELIVERED),
    (fault_types.refuse(504, stores=True), DELIVERED),
    (fault_types.refuse(460, stores=True), DELIVERED),
    (fault_types.web_page(stores=True), DELIVERED),
    (fault_types.web_page(stores=False), DELIVERED),
    (fault_types.store_late(1.5), DELIVERED),
    (fault_types.success_false(stores=False), FAILED),
    (fault_types.refuse(400, 24224), FAILED),
    (fault_types.no_id(stores=True), DELIVERED),
    (fault_types.no_id(stores=False), DELIVERED),
    (fault_types.error_body(stores=True), DELIVERED),
    (fault_types.error_body(stores=False), DELIVERED),
    (fault_types.endless(megabytes=100), DELIVERED),
    (fault_types.gzip_bomb(), DELIVERED),
]
UNREAD: list[PlatformFault] = [
    fault_types.hang(reads=False, stores=False),
    fault_types.reset(reads=False, stores=False),
    fault_types.close(reads=False, stores=False),
]


def test_an_enquiry_arrives_once_or_fails_whatever_is_answered(rig: Rig, rng: Random) -> None:
    expected = {}
    for fault, state in rng.sample(FAULTS, len(FAULTS)):
        reference = rig.accept(fault.kind)
        rig.platform.inject(fault, reference=reference)
        expected[reference] = state
    with rig.worker_thread():
        summary = rig.settle(within=100)
    assert rig.states() == expected
    assert sum(rig.platform.injected.values()) == len(FAULTS)
    assert summary == Summary(accepted=len(FAULTS), delivered=len(FAULTS) - 2, failed=2, held=0)


def test_an_enquiry_whose_request_went_unread_is_sent_again(rig: Rig) -> None:
    for fault in UNREAD:
        rig.platform.inject(fault)
        rig.accept("perhaps not read completely")
    with rig.worker_thread():
        assert rig.settle() == Summary(accepted=3, delivered=3, failed=0, held=0)
    assert rig.platform.injected == {fault.kind: 1 for fault in UNREAD}


def test_redirects_are_not_followed(rig: Rig) -> None:
    with RawServer(answering(json_answer({"success": True, "id": 1}))) as elsewhere:
        for status in (301, 302, 303, 307, 308):
            reference = rig.accept(f"redirected by {status}")
            fault = fault_types.redirect(f"{elsewhere.url}/api/1.0/venue", status=status)
            rig.platform.inject(fault, reference=reference)
        with rig.worker_thread():
            assert rig.settle() == Summary(accepted=5, delivered=5, failed=0, held=0)
        assert elsewhere.connections == 0


@pytest.fixture
def nowhere() -> str:
    """Return an address whose name is so long that the resolver refuses it without a query."""
    return f"https://{'nowhere.' * 40}invalid"


def try_until(rig: Rig, address: str, is_enough: Callable[[], object]) -> None:
    # Beyond loopback, the settings insist on the platform's real five minutes.
    with rig.worker(PLATFORM_URL=address, DELIVERY_UNCLEAR_WAIT="300") as worker:
        wait_for(is_enough, f"{address} is tried")
        assert worker.stop() == 0


def test_enquiries_are_sent_once_the_platform_is_reachable(rig: Rig, nowhere: str) -> None:
    for _ in range(3):
        rig.accept()
    with RawServer(answering(json_answer({"success": True, "id": 1})), certificate=CERTIFICATE) as distrusted:
        rig.platform.refuse_connections()
        try_until(rig, nowhere, lambda: "could not be reached" in rig.last_errors())
        try_until(rig, distrusted.url, lambda: distrusted.connections)
        try_until(rig, rig.platform.url, lambda: "refused" in rig.last_errors())
        assert distrusted.requests == []
    assert set(rig.states().values()) == {"queued"}
    rig.platform.accept_connections()
    with rig.worker_thread():
        assert rig.settle() == Summary(accepted=3, delivered=3, failed=0, held=0)
