"""What the system knows of processes, by their ids."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path


def children_of(pid: int) -> list[int]:
    """Return the process ids of a process's children; none if it has ended."""
    found = []
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # a thread may end meanwhile
            found += [int(child) for child in listed.read_text(encoding="ascii").split()]
    return found


def is_running(pid: int) -> bool:
    """Say whether a process still runs; one that only waits to be reaped does not."""
    return _state(pid) not in {"", "Z"}


def is_suspended(pid: int) -> bool:
    """Say whether SIGSTOP has suspended a process."""
    return _state(pid) == "T"


def _state(pid: int) -> str:
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return ""
    return status.rpartition(")")[2].split()[0]
