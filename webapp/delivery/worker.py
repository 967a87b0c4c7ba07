"""The worker's loop: claim what is due, forward it, store what came of it."""

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
from webapp.outbox.wakeup import IDLE_POLL_SECONDS, WakeupListener

RECORD_RETRY_SECONDS: Final = 0.5
"""Seconds between two tries to store an outcome while the database is down."""

log = structlog.get_logger(__name__)


class Worker:
    """Forwards deliveries, up to ``concurrency`` at once, one thread for each.

    ``record_within`` is the number of seconds to keep trying to store an outcome while the database is down.
    """

    def __init__(
        self,
        queue: DeliveryQueue,
        wakeup: WakeupListener,
        forwarder: Forwarder,
        concurrency: int,
        record_within: float,
    ) -> None:
        self._queue = queue
        self._wakeup = wakeup
        self._forwarder = forwarder
        self._concurrency = concurrency
        self._record_within = record_within

    def run(self, stop: threading.Event, *, once: bool = False) -> None:
        """Forward until told to stop or, with ``once``, until nothing is due; finish what has begun.

        Raises:
            StoreUnavailableError: only with ``once``; otherwise the worker waits for the database.
        """
        running: set[Future[None]] = set()
        try:
            with ThreadPoolExecutor(self._concurrency, thread_name_prefix="delivery") as pool:
                while not stop.is_set():
                    running = {future for future in running if not future.done()}
                    claims = self._claim(self._concurrency - len(running), once=once)
                    running |= {pool.submit(self._forward, claim) for claim in claims}
                    if once and not running:
                        return
                    if len(running) == self._concurrency or (once and not claims):
                        wait(running, timeout=IDLE_POLL_SECONDS, return_when=FIRST_COMPLETED)
                    elif not claims:
                        self._wakeup.wait(stop)
        finally:
            self._wakeup.close()

    def _claim(self, free: int, *, once: bool) -> list[Claim]:
        try:
            return self._queue.claim(free) if free and self._queue.has_due() else []
        except StoreUnavailableError as error:
            if once:
                raise
            log.error("outbox_unavailable", reason=str(error))  # noqa: TRY400 (the reason is the whole story)
            return []

    def _forward(self, claim: Claim) -> None:
        event = log.bind(reference=claim.reference, action=claim.action.value, attempts=claim.attempts)
        try:
            outcome = self._forwarder.attempt(claim)
            event = event.bind(
                outcome=outcome.kind.value,
                state=outcome.state.value,
                http_status=outcome.http_status,
                specific_code=outcome.specific_code,
            )
            self._record(claim, outcome)
        except LeaseLostError:
            event.warning("lease_lost")
        except StoreUnavailableError as error:
            event.error("outcome_not_written", reason=str(error))
        except Exception:  # noqa: BLE001 (nobody reads the thread's result, so the error would vanish)
            event.exception("outcome_not_written")
        else:
            event.info("delivery_attempted", opportunity_id=outcome.opportunity_id)

    def _record(self, claim: Claim, outcome: Outcome) -> None:
        """Store the outcome, waiting for a while when the database is down.

        When it stays down the lease runs out, and the next worker to claim the delivery reconciles it.
        """
        ends_at = time.monotonic() + self._record_within
        while True:
            try:
                self._queue.record(claim, outcome)
            except StoreUnavailableError as error:
                if time.monotonic() >= ends_at:
                    raise
                log.warning("outcome_waits", reference=claim.reference, reason=str(error))
                time.sleep(RECORD_RETRY_SECONDS)
            else:
                return
