"""What gunicorn's master keeps for the processes that it forks: the configuration, and if any has served.

The master reads the configuration (``gunicorn.conf.py``) at its start and when it is reloaded; the processes
inherit this module's memory, so that one that takes another's place needs no file to be readable.
"""

from __future__ import annotations

import mmap
import os
import signal
from dataclasses import replace
from typing import Any, Final

from webapp.child_processes import inherited_settings, when_left_alone
from webapp.logs import configure_logging
from webapp.running_configuration import Complaint, Serving, configuration_to_serve


class WebMaster:
    """One gunicorn; in a process that it did not start, nothing is kept."""

    def __init__(self) -> None:
        self._kept: Serving | None = None
        # Shared with every process that is forked later.
        self._has_served = mmap.mmap(-1, 1)

    def read_configuration(self) -> Serving:
        """Read the configuration, or keep the one of before, for the processes to come.

        Raises:
            ConfigurationError: there is none of before.
        """
        if self._kept is None:
            self._kept = configuration_to_serve(inherited_settings())
        else:
            self._kept = _read_again(self._kept)
        configure_logging(self._kept.settings.log_format, self._kept.settings.log_level)
        self._kept.tell()
        return self._kept

    def configuration(self) -> Serving:
        """Return what the master has read; under a gunicorn without our configuration, read it.

        Raises:
            ConfigurationError: it is wrong.
        """
        return self._kept or self.read_configuration()

    @property
    def has_served(self) -> bool:
        """Say whether any process of this gunicorn has come as far as to serve."""
        return self._has_served[0] == 1

    def note_that_it_serves(self) -> None:
        """Let the processes that take this one's place know that it can be done."""
        self._has_served[0] = 1


MASTER: Final = WebMaster()


def _read_again(kept: Serving) -> Serving:
    try:
        return configuration_to_serve(kept.settings, kept.forms)
    except Exception as error:  # noqa: BLE001 (an exception here would end gunicorn, with all that serves)
        complaint = Complaint("configuration_not_usable", str(error), "with the configuration as it was")
        return replace(kept, complaints=(complaint,))


def stop_when_left_alone(_server: Any, worker: Any) -> None:
    """In a new process of gunicorn: tell the master to stop as soon as ``leadform serve`` is no more.

    The master forks, and so has no thread that could wait for it.
    """
    master: int = worker.ppid

    def stop_master() -> None:
        if os.getppid() == master:
            os.kill(master, signal.SIGTERM)

    when_left_alone(stop_master)
