"""A platform that lies about what it has taken, or that cannot be reached, loses and doubles nothing."""

from collections.abc import Callable
from random import Random

import pytest

from tests.faults import fault_types as platform_faults
from tests.faults.fault_types import PlatformFault
from tests.faults.invariants import Summary
from tests.faults.rig import House
from tests.platform.raw_server import CERTIFICATE, RawServer, answering, json_answer
from tests.support.processes import wait_for

DELIVERED, FAILED = "delivered", "failed"

LIES: list[tuple[PlatformFault, str]] = [
    (platform_faults.hang(stores=True), DELIVERED),
    (platform_faults.hang(stores=False), DELIVERED),
    (platform_faults.reset(stores=True), DELIVERED),
    (platform_faults.reset(stores=False), DELIVERED),
    (platform_faults.close(stores=True), DELIVERED),
    (platform_faults.close(stores=False), DELIVERED),
    (platform_faults.truncate(stores=True), DELIVERED),
    (platform_faults.truncate(stores=False), DELIVERED),
    (platform_faults.drip(pause=0.05, stores=True), DELIVERED),
    (platform_faults.bad_gateway(stores=True), DELIVERED),
    (platform_faults.bad_gateway(stores=False), DELIVERED),
    (platform_faults.refuse(500, stores=True), DELIVERED),
    (platform_faults.refuse(504, stores=True), DELIVERED),
    (platform_faults.refuse(460, stores=True), DELIVERED),
    (platform_faults.web_page(stores=True), DELIVERED),
    (platform_faults.web_page(stores=False), DELIVERED),
    (platform_faults.store_late(1.5), DELIVERED),
    (platform_faults.success_false(stores=False), FAILED),
    (platform_faults.refuse(400, 24224), FAILED),
    (platform_faults.no_id(stores=True), DELIVERED),
    (platform_faults.no_id(stores=False), DELIVERED),
    (platform_faults.error_body(stores=True), DELIVERED),
    (platform_faults.error_body(stores=False), DELIVERED),
    (platform_faults.endless(megabytes=100), DELIVERED),
    (platform_faults.gzip_bomb(), DELIVERED),
]
UNREAD: list[PlatformFault] = [
    platform_faults.hang(reads=False, stores=False),
    platform_faults.reset(reads=False, stores=False),
    platform_faults.close(reads=False, stores=False),
]


def test_whatever_the_platform_says_of_it_each_enquiry_becomes_one_opportunity_or_is_listed_as_failed(
    house: House, chance: Random
) -> None:
    expected = {}
    for fault, state in chance.sample(LIES, len(LIES)):
        reference = house.accept(fault.kind)
        house.platform.inject(fault, reference=reference)
        expected[reference] = state
    with house.working():
        summary = house.settle(within=100)
    assert house.states() == expected
    assert sum(house.platform.injected.values()) == len(LIES)
    assert summary == Summary(accepted=len(LIES), delivered=len(LIES) - 2, failed=2, held=0)


def test_an_enquiry_whose_request_was_not_read_to_its_end_is_sent_again(house: House) -> None:
    for fault in UNREAD:
        house.platform.inject(fault)
        house.accept("perhaps not read to its end")
    with house.working():
        assert house.settle() == Summary(accepted=3, delivered=3, failed=0, held=0)
    assert house.platform.injected == {fault.kind: 1 for fault in UNREAD}


def test_no_request_goes_to_a_server_that_the_platform_points_to(house: House) -> None:
    with RawServer(answering(json_answer({"success": True, "id": 1}))) as elsewhere:
        for status in (301, 302, 303, 307, 308):
            reference = house.accept(f"redirected by {status}")
            fault = platform_faults.redirect(f"{elsewhere.url}/api/1.0/venue", status=status)
            house.platform.inject(fault, reference=reference)
        with house.working():
            assert house.settle() == Summary(accepted=5, delivered=5, failed=0, held=0)
        assert elsewhere.visits == 0


@pytest.fixture
def nowhere() -> str:
    """Return an address that the system's resolver refuses before it asks anybody: the name is too long."""
    return f"https://{'nowhere.' * 40}invalid"


def try_until(house: House, address: str, is_enough: Callable[[], object]) -> None:
    # An address beyond loopback must be given the platform's true five minutes.
    with house.worker(PLATFORM_URL=address, DELIVERY_UNCLEAR_WAIT="300") as worker:
        wait_for(is_enough, f"{address} is tried")
        assert worker.stop() == 0


def test_what_could_not_be_sent_is_sent_when_the_platform_can_be_reached(house: House, nowhere: str) -> None:
    for _ in range(3):
        house.accept()
    with RawServer(answering(json_answer({"success": True, "id": 1})), certificate=CERTIFICATE) as distrusted:
        house.platform.refuse_connections()
        try_until(house, nowhere, lambda: "could not be reached" in house.last_errors())
        try_until(house, distrusted.url, lambda: distrusted.visits)
        try_until(house, house.platform.url, lambda: "refused" in house.last_errors())
        assert distrusted.requests == []
    assert set(house.states().values()) == {"queued"}
    house.platform.accept_connections()
    with house.working():
        assert house.settle() == Summary(accepted=3, delivered=3, failed=0, held=0)
