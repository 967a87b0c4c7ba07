"""The worker's loop: claim what is due, forward it, write down what came of it."""

from __future__ import annotations

import threading
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Final

import structlog

from webapp.delivery.forwarding import Forwarder
from webapp.outbox.claim import Claim, LeaseLostError, Outcome
from webapp.outbox.database import StoreUnavailableError
from webapp.outbox.queue import DeliveryQueue
from webapp.outbox.wakeup import IDLE_POLL, WakeupListener

RECORD_AGAIN: Final = 0.5
"""Seconds before an outcome that the database did not take is offered to it again."""

log = structlog.get_logger(__name__)


class Worker:
    """Forwards deliveries, up to ``concurrency`` at once, each in a thread of its own.

    ``record_within`` is the number of seconds for which an outcome is offered to a database that is away.
    """

    def __init__(
        self,
        queue: DeliveryQueue,
        doorbell: WakeupListener,
        forwarder: Forwarder,
        concurrency: int,
        record_within: float,
    ) -> None:
        self._queue = queue
        self._doorbell = doorbell
        self._forwarder = forwarder
        self._concurrency = concurrency
        self._record_within = record_within

    def run(self, stop: threading.Event, *, once: bool = False) -> None:
        """Forward until told to stop, or, when ``once``, until nothing is due; finish what was begun.

        Raises:
            StoreUnavailableError: only when ``once``; else the worker waits for the database to return.
        """
        running: set[Future[None]] = set()
        try:
            with ThreadPoolExecutor(self._concurrency, thread_name_prefix="delivery") as pool:
                while not stop.is_set():
                    running = {each for each in running if not each.done()}
                    claims = self._claim(self._concurrency - len(running), once=once)
                    running |= {pool.submit(self._forward, claim) for claim in claims}
                    if once and not running:
                        return
                    if len(running) == self._concurrency or (once and not claims):
                        wait(running, timeout=IDLE_POLL, return_when=FIRST_COMPLETED)
                    elif not claims:
                        self._doorbell.wait(stop)
        finally:
            self._doorbell.close()

    def _claim(self, free: int, *, once: bool) -> list[Claim]:
        try:
            return self._queue.claim(free) if free and self._queue.has_due() else []
        except StoreUnavailableError as error:
            if once:
                raise
            log.error("outbox_unavailable", reason=str(error))  # noqa: TRY400 (the reason is the whole story)
            return []

    def _forward(self, claim: Claim) -> None:
        told = log.bind(reference=claim.reference, action=claim.action.value, attempts=claim.attempts)
        try:
            outcome = self._forwarder.attempt(claim)
            told = told.bind(
                outcome=outcome.name,
                state=outcome.state.value,
                http_status=outcome.http_status,
                specific_code=outcome.specific_code,
            )
            self._record(claim, outcome)
        except LeaseLostError:
            told.warning("lease_lost")
        except StoreUnavailableError as error:
            told.error("outcome_not_written", reason=str(error))
        except Exception:  # noqa: BLE001 (nobody reads the thread's result, so what broke would vanish)
            told.exception("outcome_not_written")
        else:
            told.info("delivery_attempted", opportunity_id=outcome.opportunity_id)

    def _record(self, claim: Claim, outcome: Outcome) -> None:
        """Write the outcome down, waiting for a database that is away for a while.

        When it stays away the lease runs out, and whoever claims the delivery then looks for it.
        """
        ends_at = time.monotonic() + self._record_within
        while True:
            try:
                self._queue.record(claim, outcome)
            except StoreUnavailableError as error:
                if time.monotonic() >= ends_at:
                    raise
                log.warning("outcome_waits", reference=claim.reference, reason=str(error))
                time.sleep(RECORD_AGAIN)
            else:
                return
