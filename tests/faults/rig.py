"""A database, a platform that may lie, and leadform's own commands between them, with time scaled down."""

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
from tests.faults.invariants import EVERYTHING, Summary, balance, wait_until_settled
from tests.faults.kill_points import Doom, doomed
from tests.faults.programs import Program, program
from tests.faults.stand_in import StandIn
from tests.support.enquiries import an_enquiry
from tests.support.processes import FORMS_FILE, environment, run
from webapp.commands.worker import make_worker
from webapp.formfile.reader import read_forms
from webapp.outbox.database import Database, open_database
from webapp.outbox.queries import DeliveryQueries, DeliveryRow, Filter
from webapp.outbox.store import EnquiryStore, Submission

SCALED: Final = {
    "DELIVERY_TIMEOUT": "1",
    "DELIVERY_LEASE": "2",
    # More than the two seconds for which the stand-in accepts a request, as 330 are more than its 300.
    "DELIVERY_UNCLEAR_WAIT": "3.5",
    "DELIVERY_RETRY_BASE": "0.2",
}
"""Settings under which the platform's five minutes are two seconds."""


def scaled(database_url: str, platform_url: str, **others: str) -> dict[str, str]:
    """Return a complete environment for a process, with time scaled down."""
    return environment(database_url, platform_url, **{**SCALED, **others})


@dataclass
class House:
    """One outbox and one platform.

    ``receipts`` are those that were shown, with what befell each; ``last_words`` the messages of enquiries
    that their visitors changed.
    """

    database: Database
    database_url: str
    platform: StandIn
    folder: Path
    receipts: dict[str, str] = field(default_factory=dict)
    last_words: dict[str, str] = field(default_factory=dict)

    def accept(self, befalls: str = "", form: str = "weddings") -> str:
        """Store one enquiry, as the web process does; say what will befall it."""
        enquiry = an_enquiry(datetime.now(UTC), form)
        submission = Submission(enquiry.reference, "digest")
        reference = EnquiryStore(self.database).accept(enquiry, submission).reference
        self.receipts[reference] = befalls
        return reference

    def amend(self, reference: str, message: str) -> None:
        """Change the message of an enquiry, as the web process does."""
        store = EnquiryStore(self.database)
        enquiry = store.find(reference)
        assert enquiry is not None
        answers = replace(enquiry.answers, message=message)
        changed = replace(enquiry, answers=answers, changed_at=datetime.now(UTC))
        store.amend(changed, Submission(f"{reference} {message}", "digest"))
        self.last_words[reference] = message

    def env(self, **others: str) -> dict[str, str]:
        """Return the environment that joins outbox and platform."""
        return scaled(self.database_url, self.platform.url, **others)

    def worker(self, **others: str) -> AbstractContextManager[Program]:
        """Run a worker beside the test."""
        return program("webapp", "worker", env=self.env(**others), folder=self.folder)

    @contextmanager
    def working(self, database: Database | None = None, **others: object) -> Iterator[None]:
        """Work beside the test, in a thread of it: where nothing is killed, no process need be waited for."""
        scaled = {name.lower(): value for name, value in SCALED.items()}
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

    def doomed_worker(
        self, point: Doom, number: signal.Signals = signal.SIGKILL, **others: str
    ) -> AbstractContextManager[Program]:
        """Run a worker that gets a signal at a point, once."""
        env = self.env(**doomed(point, self.folder, number), **others)
        return program("tests.faults.doomed_worker", "worker", env=env, folder=self.folder)

    def command(self, *arguments: str) -> CompletedProcess[str]:
        """Run a command to its end."""
        return run(*arguments, env=self.env(), cwd=self.folder)

    def settle(self, within: float = 60.0) -> Summary:
        """Wait until nothing is on its way, and balance the books."""
        with self._telling_what_befell():
            wait_until_settled(self.database, within)
        return self.balance()

    def balance(self) -> Summary:
        """Balance the books."""
        with self._telling_what_befell():
            summary = balance(self.receipts, self.platform, self.database)
            waiting = {each.reference for each in self.rows() if each.state != "delivered"}
            for reference in self.last_words.keys() - waiting:
                told = str(self.platform.standing(reference)["description"])
                assert told.startswith(self.last_words[reference]), (
                    f"{reference} does not tell its last words"
                )
            return summary

    def states(self) -> dict[str, str]:
        """Return the state of every enquiry by its reference."""
        return {each.reference: each.state for each in self.rows()}

    def rows(self) -> list[DeliveryRow]:
        """Return what ``leads list`` would show."""
        return DeliveryQueries(self.database).list(Filter(limit=EVERYTHING))

    def last_errors(self) -> str:
        """Return what went wrong last with each enquiry, a line each."""
        return "\n".join(each.last_error or "" for each in self.rows())

    @contextmanager
    def _telling_what_befell(self) -> Iterator[None]:
        try:
            yield
        except AssertionError as error:
            told = (f"{each}: {what}" for each, what in self.receipts.items() if what and each in str(error))
            error.add_note("\n".join(told))
            raise
