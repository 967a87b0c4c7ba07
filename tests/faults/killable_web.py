"""``gunicorn tests.faults.killable_web:app``: the app, in a process killed at a point of ``kill_points``."""

import threading
from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import Engine, event

from tests.faults.kill_points import KillPoint, reach, wrap_method
from webapp.outbox.store import EnquiryStore
from webapp.wsgi import app

__all__ = ["app"]

_current: Final = threading.local()
_accept: Final[Callable[..., Any]] = EnquiryStore.accept


def _accept_flagged(*args: Any, **kwargs: Any) -> Any:
    _current.accepting = True
    try:
        return _accept(*args, **kwargs)
    finally:
        _current.accepting = False


@event.listens_for(Engine, "commit")
def _commit(_: Any) -> None:
    if getattr(_current, "accepting", False):
        reach(KillPoint.BEFORE_COMMIT)


EnquiryStore.accept = _accept_flagged  # type: ignore[method-assign]
wrap_method(EnquiryStore, "accept", None, KillPoint.AFTER_COMMIT)
