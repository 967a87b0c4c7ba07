"""A rig: a database, a faulty platform and leadform's own commands between them, with time scaled down."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from subprocess import CompletedProcess
from typing import Final

from tests.conftest import settings_for
from tests.faults.invariants import EVERYTHING, Summary, check_invariants, wait_until_settled
from tests.faults.kill_points import KillPoint, kill_settings
from tests.faults.programs import Program, gunicorn, program
from tests.faults.stand_in import StandIn
from tests.support.enquiries import an_enquiry
from tests.support.processes import FORMS_FILE, Visitor, environment, free_port, run
from webapp.commands.worker import make_worker
from webapp.formfile.reader import read_forms
from webapp.outbox.database import Database, open_database
from webapp.outbox.queries import DeliveryQueries, DeliveryRow, Filter
from webapp.outbox.store import EnquiryStore, Submission

SCALED_SETTINGS: Final = {
    "DELIVERY_TIMEOUT": "1",
    "DELIVERY_LEASE": "2",
    # More than the two seconds for which the stand-in accepts a request, as 330 is more than 300.
    "DELIVERY_UNCLEAR_WAIT": "3.5",
    "DELIVERY_RETRY_BASE": "0.2",
}
"""Settings for a stand-in whose two seconds are the platform's five minutes."""


def scaled_environment(database_url: str, platform_url: str, **others: str) -> dict[str, str]:
    """Return the environment of a process, with time scaled down."""
    return environment(database_url, platform_url, **{**SCALED_SETTINGS, **others})


@dataclass
class Rig:
    """One outbox and one platform.

    ``receipts`` maps the reference of every receipt that was shown to a note for failures; ``last_messages``
    has the message of every enquiry that was changed.
    """

    database: Database
    database_url: str
    platform: StandIn
    folder: Path
    receipts: dict[str, str] = field(default_factory=dict)
    last_messages: dict[str, str] = field(default_factory=dict)

    def accept(self, note: str = "", form: str = "weddings") -> str:
        """Store one enquiry, as the web process does; a failure about it shows the note."""
        enquiry = an_enquiry(datetime.now(UTC), form)
        submission = Submission(enquiry.reference, "digest")
        reference = EnquiryStore(self.database).accept(enquiry, submission).reference
        self.receipts[reference] = note
        return reference

    def amend(self, reference: str, message: str) -> None:
        """Change the message of an enquiry, as the web process does."""
        store = EnquiryStore(self.database)
        enquiry = store.find(reference)
        assert enquiry is not None
        answers = replace(enquiry.answers, message=message)
        changed = replace(enquiry, answers=answers, changed_at=datetime.now(UTC))
        store.amend(changed, Submission(f"{reference} {message}", "digest"))
        self.last_messages[reference] = message

    def env(self, **others: str) -> dict[str, str]:
        """Return the environment of a process between this outbox and this platform."""
        return scaled_environment(self.database_url, self.platform.url, **others)

    @contextmanager
    def web(self) -> Iterator[tuple[Program, Visitor]]:
        """Run a web server as a process, with a visitor to it."""
        port = free_port()
        with gunicorn("webapp.wsgi:app", port, env=self.env(), folder=self.folder) as server:
            visitor = Visitor(port)
            visitor.wait_until_served()
            yield server, visitor

    def worker(self, **others: str) -> AbstractContextManager[Program]:
        """Run a worker as a process."""
        return program("webapp", "worker", env=self.env(**others), folder=self.folder)

    @contextmanager
    def worker_thread(self, database: Database | None = None, **others: object) -> Iterator[None]:
        """Run a worker in a thread, which starts sooner than a process where nothing is killed."""
        scaled = {name.lower(): value for name, value in SCALED_SETTINGS.items()}
        settings = settings_for(self.database_url, self.platform.url, **{**scaled, **others})
        stop = threading.Event()
        with closing(open_database(self.database_url)) as own:
            worker = make_worker(settings, read_forms(FORMS_FILE), database or own)
            thread = threading.Thread(target=worker.run, args=(stop,), name="worker")
            thread.start()
            try:
                yield
            finally:
                stop.set()
                thread.join()

    def killable_worker(
        self, point: KillPoint, number: signal.Signals = signal.SIGKILL, **others: str
    ) -> AbstractContextManager[Program]:
        """Run a worker that gets a signal at a point, once."""
        env = self.env(**kill_settings(point, self.folder, number), **others)
        return program("tests.faults.killable_worker", "worker", env=env, folder=self.folder)

    def command(self, *arguments: str) -> CompletedProcess[str]:
        """Run a command to its end."""
        return run(*arguments, env=self.env(), cwd=self.folder)

    def settle(self, within: float = 60.0) -> Summary:
        """Wait until every delivery has settled, and check the invariants."""
        with self._with_notes():
            wait_until_settled(self.database, within)
        return self.check_invariants()

    def check_invariants(self) -> Summary:
        """Check that every receipt is accounted for, with its last message."""
        with self._with_notes():
            summary = check_invariants(self.receipts, self.platform, self.database)
            waiting = {row.reference for row in self.rows() if row.state != "delivered"}
            for reference in self.last_messages.keys() - waiting:
                description = str(self.platform.current(reference)["description"])
                assert description.startswith(self.last_messages[reference]), (
                    f"{reference} does not have its last message"
                )
            return summary

    def states(self) -> dict[str, str]:
        """Return the state of every enquiry by its reference."""
        return {row.reference: row.state for row in self.rows()}

    def rows(self) -> list[DeliveryRow]:
        """Return the rows of ``leads list``."""
        return DeliveryQueries(self.database).list(Filter(limit=EVERYTHING))

    def last_errors(self) -> str:
        """Return the last error of every enquiry, a line each."""
        return "\n".join(row.last_error or "" for row in self.rows())

    @contextmanager
    def _with_notes(self) -> Iterator[None]:
        try:
            yield
        except AssertionError as error:
            for reference, note in self.receipts.items():
                if note and reference in str(error):
                    error.add_note(f"{reference}: {note}")
            raise
