"""What gunicorn's master keeps for its workers: the configuration, and whether any worker has served.

The master reads the configuration when it starts and when it is reloaded. Workers are forks and inherit this
module's memory, so a new worker does not need to read a file.
"""

from __future__ import annotations

import mmap
import os
import signal
from dataclasses import replace
from typing import Any, Final

from webapp.child_processes import inherited_settings, on_parent_exit
from webapp.logs import configure_logging
from webapp.running_configuration import Complaint, RunningConfiguration, load_running_configuration


class WebMaster:
    """The state of one gunicorn; in any other process it stays empty."""

    def __init__(self) -> None:
        self._kept: RunningConfiguration | None = None
        # Shared with every worker that is forked later.
        self._has_served = mmap.mmap(-1, 1)

    def read_configuration(self) -> RunningConfiguration:
        """Read the configuration for later workers, or keep the previous one.

        Raises:
            ConfigurationError: it is wrong, and there is no previous one.
        """
        if self._kept is None:
            self._kept = load_running_configuration(inherited_settings())
        else:
            self._kept = _read_again(self._kept)
        configure_logging(self._kept.settings.log_format, self._kept.settings.log_level)
        self._kept.log_complaints()
        return self._kept

    def configuration(self) -> RunningConfiguration:
        """Return what the master has read, or read it now, in a gunicorn without our configuration file.

        Raises:
            ConfigurationError: it is wrong.
        """
        return self._kept or self.read_configuration()

    @property
    def has_served(self) -> bool:
        """Say whether any worker of this gunicorn has ever been ready to serve."""
        return self._has_served[0] == 1

    def mark_as_serving(self) -> None:
        """Tell later workers that a worker was ready to serve."""
        self._has_served[0] = 1


MASTER: Final = WebMaster()


def _read_again(kept: RunningConfiguration) -> RunningConfiguration:
    try:
        return load_running_configuration(kept.settings, kept.forms)
    except Exception as error:  # noqa: BLE001 (an exception here would stop gunicorn and all its workers)
        complaint = Complaint("configuration_not_usable", str(error), "with the configuration as it was")
        return replace(kept, complaints=(complaint,))


def stop_when_left_alone(_server: Any, worker: Any) -> None:
    """In a new worker, stop gunicorn's master as soon as ``leadform serve`` has ended.

    The master itself cannot wait in a thread, because it forks.
    """
    master: int = worker.ppid

    def stop_master() -> None:
        if os.getppid() == master:
            os.kill(master, signal.SIGTERM)

    on_parent_exit(stop_master)
