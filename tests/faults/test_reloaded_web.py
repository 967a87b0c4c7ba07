"""A web server that is reloaded under load keeps every enquiry whose receipt it showed."""

import signal
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults.programs import Program, gunicorn
from tests.faults.rig import House
from tests.faults.visitors import FilledForm
from tests.support.processes import Visitor, free_port

pytestmark = pytest.mark.long

VISITORS = 3
RELOADS = 3


def enquire(house: House, visitor: Visitor, over: threading.Event) -> int:
    """Enquire again and again; return how many were received."""
    count = 0
    while not over.is_set():
        house.receipts[FilledForm(visitor).send_until_received()] = "sent while the server was reloaded"
        count += 1
    return count


def reload(server: Program, house: House) -> None:
    """Reload the server, and wait until some enquiries more have come."""
    enough = len(house.receipts) + 10
    server.send(signal.SIGHUP)
    while len(house.receipts) < enough:
        threading.Event().wait(0.05)


def test_no_receipt_is_lost_when_the_web_server_is_reloaded_under_load(house: House) -> None:
    port = free_port()
    over = threading.Event()
    with gunicorn("webapp.wsgi:app", port, env=house.env(WEB_CONCURRENCY="2"), folder=house.folder) as server:
        visitor = Visitor(port)
        visitor.wait_until_served()
        with ThreadPoolExecutor(VISITORS) as pool:
            crowd = [pool.submit(enquire, house, Visitor(port), over) for _ in range(VISITORS)]
            try:
                for _ in range(RELOADS):
                    reload(server, house)
            finally:
                over.set()
            received = sum(each.result() for each in crowd)
    with house.worker():
        summary = house.settle()
    assert (summary.accepted, summary.delivered) == (received, received)
