"""Safeguards taken out one at a time, by patched functions that only the explorer has: each must be found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from unittest import mock

from sqlalchemy import Connection, RowMapping, and_, update

from tests.explorer.search import Report, explore
from tests.explorer.submission import WebDied
from webapp.delivery import outcomes
from webapp.delivery.retry_policy import RetryPolicy
from webapp.enquiry import DeliveryState, Enquiry
from webapp.outbox import amendments, queue, requeue
from webapp.outbox.claim import Claim, LeaseLostError, Outcome
from webapp.outbox.queue import DeliveryQueue
from webapp.outbox.store import EnquiryStore, Submission
from webapp.outbox.tables import attempts, deliveries
from webapp.platform import lookup, response
from webapp.platform.collection import Page

FORWARDING: Final = "webapp.delivery.forwarding"

SOONER: Final = 290.0
"""Seconds of a fence that ends before the platform's window does."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A safeguard that is taken out: what it is, and in which world and with how many faults it is missed."""

    safeguard: str
    world: str
    faults: int
    patch: Callable[[], AbstractContextManager[object]]


MUTANTS: Final[dict[str, Mutant]] = {}

Patch = Callable[[], AbstractContextManager[object]]


def _mutant(name: str, safeguard: str, world: str = "enquiry", faults: int = 2) -> Callable[[Patch], Patch]:
    def enter(patch: Patch) -> Patch:
        MUTANTS[name] = Mutant(safeguard, world, faults, patch)
        return patch

    return enter


@_mutant("fence", "the fence: absent means nothing until the platform can no longer accept the request")
def _fence() -> AbstractContextManager[object]:
    return mock.patch(
        f"{FORWARDING}.after_empty_lookup",
        lambda claim, date, time, policy: outcomes.after_empty_lookup(
            claim, date, time, replace(policy, unclear_wait=SOONER)
        ),
    )


@_mutant("platform-clock", "the fence by the platform's clock as well as by ours")
def _platform_clock() -> AbstractContextManager[object]:
    return mock.patch(
        f"{FORWARDING}.after_empty_lookup",
        lambda claim, date, _, policy: outcomes.after_empty_lookup(claim, date, None, policy),
    )


def _held(*, token: bool, state: bool, when_recording: bool) -> AbstractContextManager[object]:
    """Let the UPDATE of whoever holds a delivery not name its token, or its state."""
    real = queue._change_held  # noqa: SLF001 (it is what is taken out)

    def change(connection: Connection, claim: Claim, changes: dict[str, Any]) -> None:
        if ("state" in changes) != when_recording:
            real(connection, claim, changes)
            return
        wanted = [deliveries.c.id == claim.delivery_id]
        wanted += [deliveries.c.lease == claim.lease_token] if token else []
        wanted += [deliveries.c.state == claim.state] if state else []
        if connection.execute(update(deliveries).where(*wanted).values(changes)).rowcount != 1:
            raise LeaseLostError(claim.reference)

    return mock.patch.object(queue, "_change_held", change)


@_mutant("token-sending", "the lease token in the UPDATE before a send")
def _token_sending() -> AbstractContextManager[object]:
    return _held(token=False, state=True, when_recording=False)


@_mutant("token-recording", "the lease token in the UPDATE of an outcome")
def _token_recording() -> AbstractContextManager[object]:
    return _held(token=False, state=True, when_recording=True)


@_mutant("state", "the state in the WHERE of an outcome's UPDATE, with the token out as well")
def _state() -> AbstractContextManager[object]:
    return _held(token=False, state=False, when_recording=True)


@_mutant("commit", "the commit before the send")
def _commit() -> AbstractContextManager[object]:
    def begin(self: DeliveryQueue, _claim: Claim, _request: dict[str, Any]) -> datetime:
        with self._database.reading() as connection:
            return self._database.now(connection)

    return mock.patch.object(DeliveryQueue, "begin_sending", begin)


@_mutant("request-date", "the request's date, written down before the send")
def _request_date() -> AbstractContextManager[object]:
    def begin(self: DeliveryQueue, claim: Claim, request: dict[str, Any]) -> datetime:
        with self._database.writing() as connection:
            written = update(attempts).where(attempts.c.id == claim.attempt_id).values(request=request)
            connection.execute(written)
            return self._database.now(connection)

    return mock.patch.object(DeliveryQueue, "begin_sending", begin)


@_mutant("comparison", "the look's exact comparison of the name")
def _comparison() -> AbstractContextManager[object]:
    return mock.patch.object(lookup, "is_own_name", lambda listed, reference, _sent: reference in listed)


@_mutant("paging", "the paging of the look")
def _paging() -> AbstractContextManager[object]:
    return mock.patch.object(Page, "is_last", return_value=True)


@_mutant("venue", "the look's venue")
def _venue() -> AbstractContextManager[object]:
    return mock.patch.object(lookup.LookupTarget, "_is_in_venue", return_value=True)


@_mutant("order", "the order of an enquiry's deliveries", world="amendment")
@contextmanager
def _order() -> Iterator[None]:
    with ExitStack() as stack:
        for module in (amendments, requeue):
            stack.enter_context(mock.patch.object(module, "must_wait", return_value=False))
        yield


@_mutant("next", "the next delivery made due by the one before it", world="amendment")
def _next() -> AbstractContextManager[object]:
    return mock.patch.object(queue, "release_next", return_value=None)


@_mutant("rescue", "the look for what a worker left in the state sending with a request written down")
@contextmanager
def _rescue() -> Iterator[None]:
    real = DeliveryQueue._make_claim  # noqa: SLF001 (it is what is taken out)

    def make_claim(self: DeliveryQueue, connection: Connection, row: RowMapping, *others: Any) -> Claim:
        is_rescued = row["state"] == DeliveryState.SENDING
        return real(self, connection, {**row, "request_date": None} if is_rescued else row, *others)  # type: ignore[arg-type]

    in_doubt = and_(queue.IS_IN_DOUBT, deliveries.c.state != DeliveryState.SENDING)
    with (
        mock.patch.object(queue, "IS_IN_DOUBT", in_doubt),
        mock.patch.object(DeliveryQueue, "_make_claim", make_claim),
    ):
        yield


@_mutant("doubt", "a lost answer taken for doubt, and not for a request that was not accepted")
def _doubt() -> AbstractContextManager[object]:
    def after_failed_send(*given: Any) -> Outcome:
        outcome = outcomes.after_failed_send(*given)
        return replace(outcome, state=DeliveryState.QUEUED, in_doubt=False) if outcome.in_doubt else outcome

    return mock.patch(f"{FORWARDING}.after_failed_send", after_failed_send)


@_mutant("gateway", "a 502 taken for doubt")
def _gateway() -> AbstractContextManager[object]:
    return mock.patch.object(response, "may_hide_acceptance", return_value=False)


@_mutant("retry-looks", "the look before what may have arrived is retried")
def _retry_looks() -> AbstractContextManager[object]:
    real = requeue._reset  # noqa: SLF001 (it is what is taken out)

    def begin(connection: Connection, number: int, _state: DeliveryState, due_at: datetime | None) -> None:
        real(connection, number, DeliveryState.QUEUED, due_at)
        connection.execute(update(deliveries).where(deliveries.c.id == number).values(request_date=None))

    return mock.patch.object(requeue, "_reset", begin)


@_mutant("retry-state", "a retry's look at the state: what is delivered is left alone")
@contextmanager
def _retry_state() -> Iterator[None]:
    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(requeue, "RETRYABLE_STATES", frozenset(DeliveryState)))
        stack.enter_context(mock.patch.object(requeue, "check_transition", return_value=None))
        yield


@_mutant("turn", "the turn of a change that is due, which a retry leaves to it", world="amendments")
def _turn() -> AbstractContextManager[object]:
    return mock.patch.object(requeue, "_has_turn", return_value=False)


def _amended(**changes: Any) -> AbstractContextManager[object]:
    def amended(connection: Connection, row: RowMapping) -> Any:
        base = amendments.load_amendment_base(connection, row)
        return base and replace(base, **changes)

    return mock.patch.object(queue, "load_amendment_base", amended)


@_mutant("superseded", "the change that a later one has superseded, and that is not sent", world="amendments")
def _superseded() -> AbstractContextManager[object]:
    return _amended(is_superseded=False)


@_mutant(
    "given-up", "the comparison with a change that was given up and may have arrived", world="amendments"
)
def _given_up() -> AbstractContextManager[object]:
    return _amended(in_doubt=())


@_mutant("giving-up", "the wait for the last request before a change is given up", world="amendments")
def _giving_up() -> AbstractContextManager[object]:
    return mock.patch.object(RetryPolicy, "may_give_up", lambda policy, claim, _date: policy.is_over(claim))


@_mutant("receipt", "the receipt after the commit")
def _receipt() -> AbstractContextManager[object]:
    real = EnquiryStore.accept

    def accept(self: EnquiryStore, enquiry: Enquiry, submission: Submission) -> Enquiry:
        try:
            return real(self, enquiry, submission)
        except WebDied:
            return enquiry

    return mock.patch.object(EnquiryStore, "accept", accept)


def explore_without(name: str) -> Report:
    """Explore the world of a safeguard without it, as far as it is missed there."""
    mutant = MUTANTS[name]
    with mutant.patch():
        return explore(mutant.world, mutant.faults)
