"""A database that another server takes over, there and back, under processes that go on."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.invariants import Summary
from tests.faults.programs import Program, gunicorn
from tests.faults.rig import House
from tests.faults.stand_in import StandIn
from tests.faults.visitors import FilledForm
from tests.support.pages import TYPED
from tests.support.postgresql import PostgresServer
from tests.support.processes import Visitor, free_port
from tests.support.server_name import ServerName
from webapp.outbox.database import open_database
from webapp.outbox.migrations import upgrade

pytestmark = pytest.mark.long

AT_ONCE = 8


@contextmanager
def served(house: House) -> Iterator[tuple[Visitor, Program]]:
    port = free_port()
    with gunicorn("webapp.wsgi:app", port, env=house.env(), folder=house.folder) as web:
        visitor = Visitor(port)
        visitor.wait_until_served()
        yield visitor, web


def open_forms(visitor: Visitor) -> list[FilledForm]:
    return [FilledForm(visitor) for _ in range(AT_ONCE)]


def refused(forms: list[FilledForm]) -> None:
    """Send forms at once; each visitor keeps what was typed."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for answer in pool.map(FilledForm.send, forms):
            assert answer.status_code == 503
            assert TYPED["email"] in answer.text


def received(house: House, forms: list[FilledForm], befalls: str) -> None:
    """Send forms at once until each has its receipt."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        house.receipts |= dict.fromkeys(pool.map(FilledForm.send_until_received, forms), befalls)


@pytest.mark.timeout(300)
def test_a_failover_and_a_failback_need_no_restart_and_lose_no_enquiry(
    stand_in: StandIn, tmp_path: Path
) -> None:
    with (
        PostgresServer() as first,
        first.new_database() as url,
        PostgresServer(copied_from=first) as second,
        ServerName(first.port) as name,
    ):
        by_name = name.in_place_of(url) + "?connect_timeout=2"
        database = open_database(by_name)
        upgrade(database)
        house = House(database, by_name, stand_in, tmp_path)
        with served(house) as (visitor, web), house.worker() as worker:
            received(house, open_forms(visitor), "before everything")
            for old, new in ((first, second), (second, first)):
                forms = open_forms(visitor)
                old.stop()
                name.lead_to(new.port)
                refused(forms)
                new.promote()
                received(house, forms, "sent again when another server had taken over")
                old.start(follows=new)
            forms = open_forms(visitor)
            name.fall_silent()
            refused(forms)
            assert visitor.get("/healthz").ok
            name.lead_to(first.port)
            received(house, forms, "sent again when the silence was over")
            assert house.settle() == Summary(4 * AT_ONCE, delivered=4 * AT_ONCE, failed=0, held=0)
            assert "TIMEOUT" not in web.said()
            assert not worker.has_ended()
        database.close()
