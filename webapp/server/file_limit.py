"""How many connections a process can hold within the system's limit on open files."""

from __future__ import annotations

import contextlib
import resource
from typing import Final

SPARE_FILES: Final = 256
"""Files that a process needs besides its connections: the database, libraries, logs."""


def raise_file_limit(connections: int) -> int:
    """Raise this process's limit for this many connections, and return how many it allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + SPARE_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        possible = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        # macOS has another, lower limit, which getrlimit does not show.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (possible, hard))
        soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return connections if soft == resource.RLIM_INFINITY else max(1, min(connections, soft - SPARE_FILES))
