"""The forms as the forms file has them now, for a process that runs longer than the file stays the same."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import structlog

from webapp.formfile.reader import Forms, get_fingerprint

RETRY_INTERVAL: Final = 10.0
"""Seconds after which a file that could not be used is read again: a logo that it names may be back."""

REPORT_INTERVAL: Final = 600.0
"""Seconds after which a file that still cannot be used is logged again."""

log = structlog.get_logger(__name__)


class FormsFile:
    """A forms file that is read again when it has changed.

    When a change cannot be used, the log says so from time to time, and the forms stay as they were.

    Args:
        path: the file.
        forms: what was read from it, or what stands in for it while it cannot be used.
        read: reads the file, or raises FormsFileError.
        clock: a monotonic clock, in seconds.
    """

    def __init__(
        self,
        path: Path,
        forms: Forms,
        read: Callable[[Path], Forms],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._path = path
        self._forms = forms
        self._read = read
        self._clock = clock
        self._seen = forms.source.fingerprint
        self._is_usable = self._seen is not None
        self._tried_at = self._reported_at = clock()
        self._lock = threading.Lock()

    def forms(self) -> Forms:
        """Return the forms as the file has them now."""
        with self._lock:
            found = get_fingerprint(self._path)
            has_changed = found != self._seen
            is_due = not self._is_usable and self._clock() - self._tried_at >= RETRY_INTERVAL
            if has_changed or is_due:
                self._seen = found
                self._read_again(is_news=has_changed)
            return self._forms

    def _read_again(self, *, is_news: bool) -> None:
        self._tried_at = now = self._clock()
        try:
            self._forms = self._read(self._path)
        except Exception as error:  # noqa: BLE001 (no delivery may fail because of the file)
            self._is_usable = False
            if is_news or now - self._reported_at >= REPORT_INTERVAL:
                self._reported_at = now
                log.error("forms_file_not_usable", reason=str(error), forms="as they were before")  # noqa: TRY400 (the reason is the whole story)
        else:
            self._is_usable = True
            log.info("forms_file_read_again")
