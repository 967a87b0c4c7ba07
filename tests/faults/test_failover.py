"""A failover of the database to another server, and back, while the processes run on."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.faults.invariants import Summary
from tests.faults.rig import Rig
from tests.faults.stand_in import StandIn
from tests.faults.visitors import FilledForm
from tests.support.pages import TYPED
from tests.support.postgresql import PostgresServer
from tests.support.processes import Visitor
from tests.support.server_name import ServerName
from webapp.outbox.database import open_database
from webapp.outbox.migrations import upgrade

pytestmark = pytest.mark.long

AT_ONCE = 8


def open_forms(visitor: Visitor) -> list[FilledForm]:
    return [FilledForm(visitor) for _ in range(AT_ONCE)]


def assert_all_refused(forms: list[FilledForm]) -> None:
    """Send the forms at once; each is refused with its input kept."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for answer in pool.map(FilledForm.send, forms):
            assert answer.status_code == 503
            assert TYPED["email"] in answer.text


def submit_all(rig: Rig, forms: list[FilledForm], note: str) -> None:
    """Send the forms at once until each has its receipt."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        rig.receipts |= dict.fromkeys(pool.map(FilledForm.send_until_received, forms), note)


@pytest.mark.timeout(300)
def test_failover_and_failback_need_no_restart_and_lose_nothing(stand_in: StandIn, tmp_path: Path) -> None:
    with (
        PostgresServer() as first,
        first.new_database() as url,
        PostgresServer(copied_from=first) as second,
        ServerName(first.port) as name,
    ):
        by_name = name.in_place_of(url) + "?connect_timeout=2"
        database = open_database(by_name)
        upgrade(database)
        rig = Rig(database, by_name, stand_in, tmp_path)
        with rig.web() as (web, visitor), rig.worker() as worker:
            submit_all(rig, open_forms(visitor), "before the failover")
            for old, new in ((first, second), (second, first)):
                forms = open_forms(visitor)
                old.stop()
                name.lead_to(new.port)
                assert_all_refused(forms)
                new.promote()
                submit_all(rig, forms, "sent again after another server took over")
                old.start(follows=new)
            forms = open_forms(visitor)
            name.fall_silent()
            assert_all_refused(forms)
            assert visitor.get("/healthz").ok
            name.lead_to(first.port)
            submit_all(rig, forms, "sent again after the silence")
            assert rig.settle() == Summary(4 * AT_ONCE, delivered=4 * AT_ONCE, failed=0, held=0)
            assert "TIMEOUT" not in web.output()
            assert not worker.has_ended()
        database.close()
