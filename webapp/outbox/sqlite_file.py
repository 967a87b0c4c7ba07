"""The file of an SQLite database: readable by its owner alone, and why it cannot be used."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from webapp.files.path_faults import PathFault, belonging, explain, is_link, shown
from webapp.files.private_folder import give_to_the_owner_of_its_folder, make_private_folder

PRIVATE_FILE: Final = 0o600

SIDE_FILES: Final = ("-wal", "-shm", "-journal")

RESTORE: Final = (
    "stop leadform and restore a copy of its folder; keep the damaged file for sqlite3's .recover"
)


def make_file(path: Path) -> None:
    """Make an empty file that only its owner can read, and its folder, unless it exists.

    What root makes in another user's folder is given to that user, as SQLite does with its own side files.
    Otherwise the service that runs as that user could not open it.

    Raises:
        OSError: it cannot be made.
    """
    if path.exists():
        return
    make_private_folder(path.parent)
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, PRIVATE_FILE))
    except FileExistsError:
        return
    give_to_the_owner_of_its_folder(path)


def explain_sqlite(error: BaseException, path: Path) -> PathFault | None:
    """Return what an error of SQLite or of its path means for the file, or None when it says nothing."""
    if isinstance(error, OSError):
        if error.errno is None:  # raised about the file's identity, with a message of its own
            return None
        is_missing = error.errno == errno.ENOENT and not is_link(path)
        return _missing(path) if is_missing else explain(error, path)
    words = str(error)
    return next(
        (explanation(path, words) for part, explanation in EXPLANATIONS.items() if part in words), None
    )


def _missing(path: Path) -> PathFault:
    return PathFault(
        f"there is no database at {shown(path)} yet",
        "run leadform db upgrade, or leadform serve",
        lasts=True,
    )


def _explain_not_opened(path: Path, words: str) -> PathFault:
    """Find out why SQLite cannot open its file, or those beside it, for writing."""
    for file in (path, *(path.with_name(f"{path.name}{end}") for end in SIDE_FILES)):
        try:
            file.stat()
        except FileNotFoundError as error:
            if file == path:
                return explain(error, path) if is_link(path) else _missing(path)
            continue
        except OSError as error:
            return explain(error, file)
        if file.is_dir():
            return explain(OSError(errno.EISDIR, words), file)
        if not _may_write(file):
            return _forbidden(file)
    if not _may_write(path.parent):
        return _forbidden(path.parent)
    return PathFault(f"{shown(path)} cannot be used ({words})", "check the disk that it is on")


def _may_write(path: Path) -> bool:
    return os.access(path, os.R_OK | os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def _forbidden(path: Path) -> PathFault:
    is_mounted_so = os.statvfs(path).f_flag & os.ST_RDONLY
    if is_mounted_so:
        return explain(OSError(errno.EROFS, ""), path)
    return replace(belonging(path), lasts=True)


def _explain_io_error(path: Path, words: str) -> PathFault:
    try:
        disk = os.statvfs(path)
    except OSError as error:
        return explain(error, path)
    if disk.f_bavail == 0 or (disk.f_files and disk.f_favail == 0):
        return explain(OSError(errno.ENOSPC, ""), path)
    if disk.f_flag & os.ST_RDONLY:
        return explain(OSError(errno.EROFS, ""), path)
    return PathFault(f"the disk under {shown(path)} does not work ({words})", "check the disk and its log")


EXPLANATIONS: Final[dict[str, Callable[[Path, str], PathFault]]] = {
    "unable to open": _explain_not_opened,
    "readonly": _explain_not_opened,
    "permission": _explain_not_opened,
    "disk I/O": _explain_io_error,
    "is full": lambda path, _: explain(OSError(errno.ENOSPC, ""), path),
    "not a database": lambda path, words: PathFault(
        f"{shown(path)} is not an SQLite database ({words})",
        "move that file away",
        lasts=True,
    ),
    "malformed": lambda path, words: PathFault(f"{shown(path)} is damaged ({words})", RESTORE),
    "locked": lambda path, words: PathFault(
        f"{shown(path)} is in use by another process ({words})", "try again in a moment"
    ),
}
"""What an error means, by a part of SQLite's message."""
