"""A web server reloaded under load keeps every enquiry whose receipt it showed."""

import signal
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults.programs import Program, gunicorn
from tests.faults.rig import Rig
from tests.faults.visitors import FilledForm
from tests.support.processes import Visitor, free_port

pytestmark = pytest.mark.long

VISITORS = 3
RELOADS = 3


def enquire(rig: Rig, visitor: Visitor, over: threading.Event) -> int:
    """Enquire again and again; return how many enquiries were received."""
    count = 0
    while not over.is_set():
        rig.receipts[FilledForm(visitor).send_until_received()] = "sent while the server was reloaded"
        count += 1
    return count


def reload(server: Program, rig: Rig) -> None:
    """Reload the server, and wait for some more enquiries."""
    enough = len(rig.receipts) + 10
    server.send(signal.SIGHUP)
    while len(rig.receipts) < enough:
        threading.Event().wait(0.05)


def test_reloading_the_web_server_under_load_loses_no_receipt(rig: Rig) -> None:
    port = free_port()
    over = threading.Event()
    with gunicorn("webapp.wsgi:app", port, env=rig.env(WEB_CONCURRENCY="2"), folder=rig.folder) as server:
        Visitor(port).wait_until_served()
        with ThreadPoolExecutor(VISITORS) as pool:
            visitors = [pool.submit(enquire, rig, Visitor(port), over) for _ in range(VISITORS)]
            try:
                for _ in range(RELOADS):
                    reload(server, rig)
            finally:
                over.set()
            received = sum(visitor.result() for visitor in visitors)
    with rig.worker():
        summary = rig.settle()
    assert (summary.accepted, summary.delivered) == (received, received)
