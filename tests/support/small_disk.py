"""A small disk of its own for a test, to be filled or made read-only."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest


@contextmanager
def small_disk(place: Path, size: str) -> Iterator[Path]:
    """Mount a disk at a new folder for the duration of the block; skip the test where that is not allowed."""
    place.mkdir()
    mounted = run("mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place))
    if mounted.returncode:
        pytest.skip(f"no disk can be mounted: {mounted.stderr.strip()}")
    try:
        yield place
    finally:
        assert run("umount", "--lazy", str(place)).returncode == 0


def make_read_only(disk: Path) -> None:
    assert run("mount", "-o", "remount,ro", str(disk)).returncode == 0


def fill(disk: Path) -> Path:
    """Write a file until no space is left; removing it makes space again."""
    filling = disk / "filling"
    with filling.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"x" * 1024)
    return filling


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, check=False, capture_output=True, text=True)
