"""The failures that no request can provoke by itself, ordered by a test; never reachable over HTTP."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto


class Moment(Enum):
    """Where in a call a fault strikes."""

    INSTEAD = auto()  # answered by the fault; the request is not looked at
    NO_REQUEST = auto()  # the connection closes; the request is not looked at
    NO_ANSWER = auto()  # the request is carried out, then the connection closes
    LATE_ANSWER = auto()  # the request is carried out, the answer is held back


@dataclass(frozen=True)
class Fault:
    """One ordered failure; ``action`` None strikes whichever call comes next."""

    moment: Moment
    action: str | None = None
    status: int = 500
    headers: Mapping[str, str] = field(default_factory=dict)
    specific_code: int = 0
    body: str | None = None


class Faults:
    """Failures to come, in the order they were ordered; safe to use from any thread.

    Each strikes once, and only the API, never the page. ``action`` narrows one to a call, such as
    ``addOrUpdateOpportunity``. What each means for an enquiry: platform contract, What the outcome of a send
    means.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ordered: deque[Fault] = deque()
        self._answers_may_go = threading.Event()
        self._answers_may_go.set()
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
        """Answer the next call with a status, without looking at it.

        The answer is a refusal in the contract's shape, unless ``body`` gives its whole text, for answers
        that the contract does not know (HTML, cut off JSON, 200 without an id).
        """
        self._order(Fault(Moment.INSTEAD, action, status, dict(headers or {}), specific_code, body))

    def lose_next_request(self, *, action: str | None = None) -> None:
        """Close the next call's connection without an answer; nothing is stored."""
        self._order(Fault(Moment.NO_REQUEST, action))

    def lose_next_answer(self, *, action: str | None = None) -> None:
        """Carry out the next call, then close its connection without an answer."""
        self._order(Fault(Moment.NO_ANSWER, action))

    def hang(self, *, action: str | None = None) -> None:
        """Carry out the next call, and keep its answer back until :meth:`release`."""
        self._hanging.clear()
        self._answers_may_go.clear()
        self._order(Fault(Moment.LATE_ANSWER, action))

    def wait_until_hanging(self, timeout: float) -> bool:
        """Return whether a call was carried out, and its answer kept back, within ``timeout`` seconds."""
        return self._hanging.wait(timeout)

    def release(self) -> None:
        """Let every answer go that is kept back."""
        self._answers_may_go.set()

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

    def take(self, action: str) -> Fault | None:
        """Return the fault that strikes this call, and forget it."""
        with self._lock:
            for fault in self._ordered:
                if fault.action in (None, action):
                    self._ordered.remove(fault)
                    return fault
        return None

    def keep_back(self) -> None:
        """Return when answers that are kept back may go."""
        self._hanging.set()
        self._answers_may_go.wait()

    def _order(self, fault: Fault) -> None:
        with self._lock:
            self._ordered.append(fault)
