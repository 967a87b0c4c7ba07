"""Makes the folder for leadform's own files, which only its owner may enter."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path
from typing import Final

PRIVATE_FOLDER: Final = 0o700


def make_private_folder(folder: Path) -> None:
    """Make a folder that only its owner can enter, and the folders above it, where they are missing.

    Raises:
        OSError: it cannot be made.
    """
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    nearest = missing[-1].parent if missing else folder
    if not nearest.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(nearest))
    folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    for made in reversed(missing):
        give_to_the_owner_of_its_folder(made)


def give_to_the_owner_of_its_folder(path: Path) -> None:
    """Give what root has made to the owner of its folder: the service runs as that user and must open it."""
    if os.geteuid() == 0:
        owner = path.parent.stat()
        with suppress(PermissionError):  # root may not in some containers
            os.chown(path, owner.st_uid, owner.st_gid)
