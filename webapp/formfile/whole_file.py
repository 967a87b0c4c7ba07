"""Writes a file whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_whole(path: Path, content: bytes, mode: int) -> None:
    """Let a file with this content take the place of what is at a path; who reads it sees one or the other.

    What root writes belongs to whoever owned the file before, or owns its folder: the service that runs as
    that user must be able to read it.

    Raises:
        OSError: nothing was changed.
    """
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as file:
        written = Path(file.name)
        try:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), mode)
            if os.geteuid() == 0:
                like = (path if path.exists() else path.parent).stat()
                os.fchown(file.fileno(), like.st_uid, like.st_gid)
            # Without it a power cut could leave the new name with nothing in it.
            os.fsync(file.fileno())
            written.replace(path)
        except BaseException:
            written.unlink(missing_ok=True)
            raise
