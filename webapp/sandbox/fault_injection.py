"""Failures that no request can cause by itself, injected by a test; never reachable over HTTP."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto


class FaultKind(Enum):
    """What goes wrong with a call."""

    CANNED_ANSWER = auto()  # the fault answers; the request is ignored
    LOST_REQUEST = auto()  # the connection closes; the request is ignored
    LOST_ANSWER = auto()  # the request is carried out, then the connection closes
    LATE_ANSWER = auto()  # the request is carried out, and its answer is held back


@dataclass(frozen=True)
class InjectedFault:
    """One failure to come; with ``action`` None it applies to whichever call comes next."""

    kind: FaultKind
    action: str | None = None
    status: int = 500
    headers: Mapping[str, str] = field(default_factory=dict)
    specific_code: int = 0
    body: str | None = None


class FaultInjector:
    """Failures to come, in the order in which they were injected; safe to use from any thread.

    A fault applies once, and only to the API, never to the page. ``action`` limits it to one call, such as
    ``addOrUpdateOpportunity``. What it means for an enquiry: platform contract, "What the outcome of a send
    means".
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: deque[InjectedFault] = deque()
        self._answers_released = threading.Event()
        self._answers_released.set()
        self._hanging = threading.Event()
        self._key_revoked = threading.Event()

    def next(
        self,
        status: int,
        *,
        headers: Mapping[str, str] | None = None,
        specific_code: int = 0,
        body: str | None = None,
        action: str | None = None,
    ) -> None:
        """Answer the next call with a status, whatever it asks.

        The answer is a refusal in the contract's shape. ``body`` replaces its whole text, for answers that
        the contract does not know (HTML, truncated JSON, 200 without an id).
        """
        self._inject(
            InjectedFault(FaultKind.CANNED_ANSWER, action, status, dict(headers or {}), specific_code, body)
        )

    def lose_next_request(self, *, action: str | None = None) -> None:
        """Close the next call's connection without an answer; nothing is stored."""
        self._inject(InjectedFault(FaultKind.LOST_REQUEST, action))

    def lose_next_answer(self, *, action: str | None = None) -> None:
        """Carry out the next call, then close its connection without an answer."""
        self._inject(InjectedFault(FaultKind.LOST_ANSWER, action))

    def hang(self, *, action: str | None = None) -> None:
        """Carry out the next call, and hold its answer back until :meth:`release`."""
        self._hanging.clear()
        self._answers_released.clear()
        self._inject(InjectedFault(FaultKind.LATE_ANSWER, action))

    def wait_until_hanging(self, timeout: float) -> bool:
        """Say whether, within ``timeout`` seconds, a call is carried out and its answer held back."""
        return self._hanging.wait(timeout)

    def release(self) -> None:
        """Send every answer that is held back."""
        self._answers_released.set()

    def revoke_key(self) -> None:
        """Refuse the key with 463 from now on."""
        self._key_revoked.set()

    def restore_key(self) -> None:
        """Accept the key again."""
        self._key_revoked.clear()

    @property
    def key_revoked(self) -> bool:
        """Whether the key is refused."""
        return self._key_revoked.is_set()

    def take(self, action: str) -> InjectedFault | None:
        """Return the fault for this call, if any, and forget it."""
        with self._lock:
            for fault in self._faults:
                if fault.action in (None, action):
                    self._faults.remove(fault)
                    return fault
        return None

    def hold_answer(self) -> None:
        """Wait until answers that are held back may be sent."""
        self._hanging.set()
        self._answers_released.wait()

    def _inject(self, fault: InjectedFault) -> None:
        with self._lock:
            self._faults.append(fault)
