"""A platform that is busy, or that refuses our key or our clock, is waited for; no enquiry pays for it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from sqlalchemy import update

from tests.faults import fault_types as platform_faults
from tests.faults.fault_plan import ADD, LIST
from tests.faults.invariants import Summary
from tests.faults.rig import House
from tests.faults.stand_in import SECRET, StandIn
from tests.support.processes import wait_for
from webapp.outbox.tables import deliveries

AN_HOUR = timedelta(hours=1)


def http_date(seconds: float) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


def test_a_busy_platform_gets_each_enquiry_once_whatever_it_says_of_when_to_come_again(house: House) -> None:
    sane = ("1", "0", http_date(2), http_date(-60), "Thu, 01 Jan 1970 00:00:00 GMT")
    senseless = ("soon", "-5", "1.5", "", "²", "Feb 30", "1e3")
    for retry_after in (*sane, *senseless):
        for status in (429, 503):
            reference = house.accept(f"{status}, Retry-After {retry_after!r}")
            house.platform.inject(platform_faults.busy(status, retry_after), reference=reference)
    count = 2 * len((*sane, *senseless))
    with house.working():
        assert house.settle() == Summary(accepted=count, delivered=count, failed=0, held=0)
    assert house.platform.injected.total() == count


@pytest.mark.parametrize(
    "retry_after",
    ["315360000", http_date(315360000), "9" * 400],
    ids=["seconds", "a date", "beyond counting"],
)
def test_a_platform_that_asks_for_ten_years_is_tried_again_within_the_hour(
    house: House, retry_after: str
) -> None:
    reference = house.accept(f"Retry-After {retry_after[:40]}")
    house.platform.inject(platform_faults.busy(503, retry_after))
    assert house.command("worker", "--once").returncode == 0
    (row,) = house.rows()
    assert row.next_attempt_at is not None
    assert row.next_attempt_at <= datetime.now(UTC) + AN_HOUR
    with house.database.writing() as connection:
        connection.execute(update(deliveries).values(due_at=datetime.now(UTC)))
    with house.working():
        assert house.settle() == Summary(accepted=1, delivered=1, failed=0, held=0)
    assert set(house.states()) == {reference}


def revoke(platform: StandIn) -> None:
    platform.revoke_key()


def change_the_secret(platform: StandIn) -> None:
    platform.gate.secret = "another"


def shift_the_clock(platform: StandIn) -> None:
    platform.gate.clock_offset = 600


def forbid(platform: StandIn) -> None:
    for action in (ADD, LIST):
        platform.inject(platform_faults.refuse(403), times=None, on=action)


def expire(platform: StandIn) -> None:
    for action in (ADD, LIST):
        platform.inject(platform_faults.refuse(462), times=None, on=action)


def restore(platform: StandIn) -> None:
    platform.restore_key()
    platform.gate.secret = SECRET
    platform.gate.clock_offset = 0
    platform.behave()


def wait_until_called(platform: StandIn, times: int) -> None:
    before = platform.calls.total()
    wait_for(lambda: platform.calls.total() >= before + times, f"{times} more calls")


@pytest.mark.parametrize("trouble", [revoke, change_the_secret, shift_the_clock, forbid, expire])
def test_a_wrong_key_or_clock_fails_nothing_and_everything_drains_when_it_is_right(
    trouble: Callable[[StandIn], None], house: House
) -> None:
    trouble(house.platform)
    references = {house.accept(trouble.__name__) for _ in range(5)}
    with house.working():
        wait_until_called(house.platform, times=3)
        assert {house.states()[reference] for reference in references} <= {"queued", "sending"}
        restore(house.platform)
        assert house.settle() == Summary(accepted=5, delivered=5, failed=0, held=0)
    assert {row.attempts for row in house.rows()} == {1}
