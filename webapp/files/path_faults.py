"""Why the operating system refuses a file or a folder, in one sentence, and what to do about it."""

from __future__ import annotations

import errno
import os
import pwd
import stat
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

MAX_SHOWN: Final = 200
"""Characters of a path."""

NO_ROOM: Final = ("finds no room left", "make room on its disk, or raise its quota")

SENTENCES: Final[dict[int, tuple[str, str]]] = {
    errno.EISDIR: ("is a folder, where a file should be", "name a file, or move the folder away"),
    errno.ENOTDIR: ("is a file, where a folder should be", "name another path, or move the file away"),
    errno.EEXIST: ("is there already", "name another, or move it away"),
    errno.ELOOP: ("leads through symbolic links that end nowhere", "put a file or a folder in their place"),
    errno.ENAMETOOLONG: ("is longer than the file system allows", "name a shorter path"),
    errno.ENOSPC: NO_ROOM,
    errno.EDQUOT: NO_ROOM,
    errno.EROFS: ("is on a file system that can only be read", "mount it for writing, or name another path"),
}
"""What follows the path, and what to do. Missing and forbidden paths need a closer look instead."""

NOT_ALLOWED: Final = frozenset({errno.EACCES, errno.EPERM})

LASTING: Final = NOT_ALLOWED | {
    *(errno.EROFS, errno.ENOTDIR, errno.EEXIST, errno.EISDIR, errno.ENOENT, errno.ELOOP, errno.ENAMETOOLONG)
}
"""What a person has to correct; anything else may pass by itself."""


@dataclass(frozen=True, slots=True)
class PathFault:
    """Why a path cannot be used, and what to do; as a text it is both.

    ``lasts`` says that waiting does not help: a person has to put it right.
    """

    message: str
    what_to_do: str
    lasts: bool = False

    def __str__(self) -> str:
        return f"{self.message}: {self.what_to_do}"


def explain(error: OSError, path: str | os.PathLike[str] | None = None) -> PathFault:
    """Return why the operating system refused a path, which is the error's own unless it is given."""
    given = path if path is not None else error.filename
    if isinstance(given, bytes):
        given = os.fsdecode(given)
    if not isinstance(given, str | os.PathLike) or error.errno is None:
        reason = error.strerror or str(error) or type(error).__name__
        return PathFault(f"the operating system refused it ({reason})", "put that right, and try again")
    fault = _explained(error.errno, error.strerror or "", absolute(given))
    return replace(fault, lasts=error.errno in LASTING)


def absolute(path: str | os.PathLike[str]) -> Path:
    """Return a path from the root, without following links; never raises."""
    try:
        return Path(os.path.abspath(path))  # noqa: PTH100 (Path.resolve would follow links)
    except OSError:  # the working directory was removed
        return Path(path)


def shown(path: str | os.PathLike[str]) -> str:
    """Return a path for people: absolute, on one line, and not too long."""
    text = "".join(letter if letter.isprintable() else "?" for letter in str(absolute(path)))
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"


def user_name(uid: int) -> str:
    """Return a user's name, or the number of a user without one."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def get_owner(path: Path) -> str:
    """Return the name of a path's owner."""
    return user_name(path.stat().st_uid)


def belonging(path: Path) -> PathFault:
    """Return who owns a path, and how this process could be allowed to use it."""
    name, me = shown(path), user_name(os.geteuid())
    try:
        status = path.stat()
    except OSError as error:
        return PathFault(f"{name} cannot be looked at by {me} ({error.strerror})", "check its owner and mode")
    owner, mode = user_name(status.st_uid), f"{stat.S_IMODE(status.st_mode):03o}"
    message = f"{name} belongs to {owner} (mode {mode}), and this runs as {me}"
    if status.st_uid != os.geteuid():
        return PathFault(message, f"give it to {me} (chown {me} {name}), or run this as {owner}")
    kind = "u+rwx" if stat.S_ISDIR(status.st_mode) else "u+rw"
    return PathFault(message, f"allow it (chmod {kind} {name}), unless its file system forbids it")


def obstacle(path: Path) -> Path:
    """Return what keeps this process from a path: a folder that it may not enter, or what is nearest."""
    for route in (path, Path(os.path.realpath(path))):
        for folder in reversed(route.parents):
            if not _may(folder, os.X_OK):
                return folder
    return path if _exists(path) else _nearest(path)


def _explained(number: int, reason: str, path: Path) -> PathFault:
    if number == errno.ENOENT:
        return _missing(path)
    if number in NOT_ALLOWED:
        return belonging(obstacle(path))
    if number == errno.ENOTDIR:
        path = next((folder for folder in reversed(path.parents) if stat.S_ISREG(_mode(folder))), path)
    message, what_to_do = SENTENCES.get(number, (f"cannot be used ({reason})", "check the path and its disk"))
    return PathFault(f"{shown(path)} {message}", what_to_do)


def _missing(path: Path) -> PathFault:
    if is_link(path):
        target = f"{path.readlink()}"
        return PathFault(f"{shown(path)} is a link to {target}, which is not there", "put it there")
    folder = _nearest(path)
    if folder == path.parent:
        return PathFault(f"there is no {shown(path)}", "put it there, or name another")
    return PathFault(
        f"there is no {shown(path)}, since its folder is missing",
        f"make the folder {shown(path.parent)}",
    )


def _nearest(path: Path) -> Path:
    """Return the nearest folder above a path that exists."""
    return next((folder for folder in path.parents if _exists(folder)), path)


def is_link(path: Path) -> bool:
    """Say whether a path is a symbolic link, as far as it can be looked at."""
    return stat.S_ISLNK(_mode(path, follow_symlinks=False))


def _exists(path: Path) -> bool:
    return _mode(path) != 0


def _mode(path: Path, *, follow_symlinks: bool = True) -> int:
    """Return the type and mode of a path, or 0 when they cannot be seen."""
    try:
        return path.stat(follow_symlinks=follow_symlinks).st_mode
    except OSError:
        return 0


def _may(path: Path, kind: int) -> bool:
    """Say whether this process has access of a kind to a path; true when nothing is there."""
    is_effective = os.access in os.supports_effective_ids
    return not _exists(path) or os.access(path, kind, effective_ids=is_effective)
