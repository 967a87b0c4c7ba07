"""``gunicorn tests.faults.doomed_web:app``: the forms, by a process that meets the end ``doom`` says."""

import threading
from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import Engine, event

from tests.faults.kill_points import Doom, meet, wrap
from webapp.outbox.store import EnquiryStore
from webapp.wsgi import app

__all__ = ["app"]

_of_thread: Final = threading.local()
_accept: Final[Callable[..., Any]] = EnquiryStore.accept


def _accept_noting_it(*args: Any, **kwargs: Any) -> Any:
    _of_thread.accepts = True
    try:
        return _accept(*args, **kwargs)
    finally:
        _of_thread.accepts = False


@event.listens_for(Engine, "commit")
def _commit(_: Any) -> None:
    if getattr(_of_thread, "accepts", False):
        meet(Doom.BEFORE_COMMIT)


EnquiryStore.accept = _accept_noting_it  # type: ignore[method-assign]
wrap(EnquiryStore, "accept", None, Doom.AFTER_COMMIT)
