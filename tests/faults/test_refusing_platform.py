"""A platform that is busy, or refuses our key or our clock, is waited for; no enquiry fails."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from sqlalchemy import update

from tests.faults import fault_types
from tests.faults.fault_plan import ADD, LIST
from tests.faults.invariants import Summary
from tests.faults.rig import Rig
from tests.faults.stand_in import SECRET, StandIn
from tests.support.processes import wait_for
from webapp.outbox.tables import deliveries

AN_HOUR = timedelta(hours=1)


def http_date(seconds: float) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


def test_a_busy_platform_gets_each_enquiry_once_for_any_retry_after(rig: Rig) -> None:
    sane = ("1", "0", http_date(2), http_date(-60), "Thu, 01 Jan 1970 00:00:00 GMT")
    nonsensical = ("soon", "-5", "1.5", "", "²", "Feb 30", "1e3")
    for retry_after in (*sane, *nonsensical):
        for status in (429, 503):
            reference = rig.accept(f"{status}, Retry-After {retry_after!r}")
            rig.platform.inject(fault_types.busy(status, retry_after), reference=reference)
    count = 2 * len((*sane, *nonsensical))
    with rig.worker_thread():
        assert rig.settle() == Summary(accepted=count, delivered=count, failed=0, held=0)
    assert rig.platform.injected.total() == count


@pytest.mark.parametrize(
    "retry_after",
    ["315360000", http_date(315360000), "9" * 400],
    ids=["seconds", "a date", "400 digits"],
)
def test_a_retry_after_of_ten_years_is_capped_at_an_hour(rig: Rig, retry_after: str) -> None:
    reference = rig.accept(f"Retry-After {retry_after[:40]}")
    rig.platform.inject(fault_types.busy(503, retry_after))
    assert rig.command("worker", "--once").returncode == 0
    (row,) = rig.rows()
    assert row.next_attempt_at is not None
    assert row.next_attempt_at <= datetime.now(UTC) + AN_HOUR
    with rig.database.writing() as connection:
        connection.execute(update(deliveries).values(due_at=datetime.now(UTC)))
    with rig.worker_thread():
        assert rig.settle() == Summary(accepted=1, delivered=1, failed=0, held=0)
    assert set(rig.states()) == {reference}


def revoke(platform: StandIn) -> None:
    platform.revoke_key()


def change_the_secret(platform: StandIn) -> None:
    platform.access.secret = "another"


def shift_the_clock(platform: StandIn) -> None:
    platform.access.clock_offset = 600


def forbid(platform: StandIn) -> None:
    for action in (ADD, LIST):
        platform.inject(fault_types.refuse(403), times=None, on=action)


def expire(platform: StandIn) -> None:
    for action in (ADD, LIST):
        platform.inject(fault_types.refuse(462), times=None, on=action)


def restore(platform: StandIn) -> None:
    platform.restore_key()
    platform.access.secret = SECRET
    platform.access.clock_offset = 0
    platform.clear_faults()


def wait_until_called(platform: StandIn, times: int) -> None:
    before = platform.calls.total()
    wait_for(lambda: platform.calls.total() >= before + times, f"{times} more calls")


@pytest.mark.parametrize("break_access", [revoke, change_the_secret, shift_the_clock, forbid, expire])
def test_a_rejected_key_or_clock_fails_nothing_and_drains_when_fixed(
    break_access: Callable[[StandIn], None], rig: Rig
) -> None:
    break_access(rig.platform)
    references = {rig.accept(break_access.__name__) for _ in range(5)}
    with rig.worker_thread():
        wait_until_called(rig.platform, times=3)
        assert {rig.states()[reference] for reference in references} <= {"queued", "sending"}
        restore(rig.platform)
        assert rig.settle() == Summary(accepted=5, delivered=5, failed=0, held=0)
    assert {row.attempts for row in rig.rows()} == {1}
