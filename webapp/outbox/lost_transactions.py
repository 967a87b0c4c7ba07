"""Repeats work whose transaction was lost through no fault of its own."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import structlog

from webapp.outbox.database import TransactionLostError

Given = ParamSpec("Given")
Result = TypeVar("Result")

log = structlog.get_logger(__name__)


def retry_when_lost(work: Callable[Given, Result]) -> Callable[Given, Result]:
    """Decorate work that is repeated once, immediately, when its transaction was lost.

    Only for idempotent work: a COMMIT whose answer was lost may have taken effect.
    """

    @wraps(work)
    def work_twice_when_lost(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        try:
            return work(*args, **kwargs)
        except TransactionLostError as error:
            log.warning("transaction_lost", reason=str(error))
        return work(*args, **kwargs)

    return work_twice_when_lost
