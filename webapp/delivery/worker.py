"""The worker's loop: claim what is due, forward it, write down what came of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime
from typing import Final

import structlog

from webapp.delivery.forwarding import Forwarder
from webapp.outbox.database import StoreUnavailableError
from webapp.outbox.queue import Claim, DeliveryQueue

IDLE_POLL: Final = 0.5
"""Seconds between two looks at an empty queue, so that a new enquiry waits less than a second."""

log = structlog.get_logger(__name__)


class Worker:
    """Forwards deliveries, up to ``concurrency`` at once, each in a thread of its own."""

    def __init__(
        self, queue: DeliveryQueue, forwarder: Forwarder, concurrency: int, now: Callable[[], datetime]
    ) -> None:
        self._queue = queue
        self._forwarder = forwarder
        self._concurrency = concurrency
        self._now = now

    def run(self, stop: threading.Event, *, once: bool = False) -> None:
        """Forward until told to stop, or, when ``once``, until nothing is due; finish what was begun.

        Raises:
            StoreUnavailableError: only when ``once``; else the worker waits for the database to return.
        """
        running: set[Future[None]] = set()
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
                    stop.wait(IDLE_POLL)

    def _claim(self, free: int, *, once: bool) -> list[Claim]:
        try:
            now = self._now()
            return self._queue.claim(now, free) if free and self._queue.has_due(now) else []
        except StoreUnavailableError as error:
            if once:
                raise
            log.error("outbox_unavailable", reason=str(error))  # noqa: TRY400 (the reason is the whole story)
            return []

    def _forward(self, claim: Claim) -> None:
        outcome = self._forwarder.attempt(claim)
        told = log.bind(
            reference=claim.stored["reference"],
            action=claim.action.value,
            outcome=outcome.name,
            state=outcome.state.value,
            attempts=claim.attempts,
            http_status=outcome.http_status,
            specific_code=outcome.specific_code,
        )
        try:
            held = self._queue.record(claim, outcome, self._now())
        except StoreUnavailableError as error:
            told.error("outcome_not_written", reason=str(error))
            return
        except Exception:  # noqa: BLE001 (nobody reads the thread's result, so what broke would vanish)
            told.exception("outcome_not_written")
            return
        if held:
            told.info("delivery_attempted", opportunity_id=outcome.opportunity_id)
        else:
            told.warning("lease_lost")
