"""A database, a platform that may lie, and leadform's own commands between them, with time scaled down."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from subprocess import CompletedProcess, Popen
from typing import Final

from tests.enquiries import an_enquiry
from tests.faults.books import Summary, balance, wait_until_settled
from tests.faults.stand_in import StandIn
from tests.processes import environment, leadform, run
from webapp.outbox.database import Database
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
    """One outbox and one platform; ``receipts`` are those that were shown."""

    database: Database
    database_url: str
    platform: StandIn
    folder: Path
    receipts: list[str] = field(default_factory=list)

    def accept(self, form: str = "weddings") -> str:
        """Store one enquiry, as the web process does."""
        enquiry = an_enquiry(datetime.now(UTC), form)
        submission = Submission(enquiry.reference, "digest")
        self.receipts.append(EnquiryStore(self.database).accept(enquiry, submission).reference)
        return self.receipts[-1]

    def env(self, **others: str) -> dict[str, str]:
        """Return the environment that joins outbox and platform."""
        return scaled(self.database_url, self.platform.url, **others)

    def worker(self, **others: str) -> AbstractContextManager[Popen[str]]:
        """Run a worker beside the test."""
        return leadform("worker", env=self.env(**others), cwd=self.folder)

    def command(self, *arguments: str) -> CompletedProcess[str]:
        """Run a command to its end."""
        return run(*arguments, env=self.env(), cwd=self.folder)

    def settle(self, within: float = 60.0) -> Summary:
        """Wait until nothing is on its way, and balance the books."""
        wait_until_settled(self.database, within)
        return self.balance()

    def balance(self) -> Summary:
        """Balance the books."""
        return balance(self.receipts, self.platform, self.database)
