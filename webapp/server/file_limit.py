"""How many connections a process can have open, as the system limits its files."""

from __future__ import annotations

import contextlib
import resource
from typing import Final

SPARE_FILES: Final = 256
"""Files that a process may open besides its connections: the database, libraries, logs."""


def raise_file_limit(connections: int) -> int:
    """Let this process open so many connections, and return how many it may in fact."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + SPARE_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        possible = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        # macOS refuses more than a limit of its own, which it does not tell here.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (possible, hard))
        soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return connections if soft == resource.RLIM_INFINITY else max(1, min(connections, soft - SPARE_FILES))
