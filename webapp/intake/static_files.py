"""The static files, each under a name that holds a digest of its content, and compressed beforehand.

They are made anew at every start, in a folder of the process's own, so that nothing is built beforehand.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import weakref
from pathlib import Path
from tempfile import mkdtemp
from typing import Final
from wsgiref.headers import Headers
from wsgiref.types import WSGIApplication

from whitenoise import WhiteNoise
from whitenoise.compress import Compressor

PREFIX: Final = "/static/"
DIGEST_LENGTH: Final = 12
NAMED_BY_CONTENT: Final = re.compile(rf"\.[0-9a-f]{{{DIGEST_LENGTH}}}\.\w+$")


def digest_of(content: bytes) -> str:
    """Return what an address says of a content, so that another content has another address."""
    return hashlib.sha256(content).hexdigest()[:DIGEST_LENGTH]


class StaticFiles:
    """The files of a folder, published."""

    def __init__(self, source: Path) -> None:
        self._folder = mkdtemp(prefix="leadform-static-")
        weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        self._addresses: dict[str, str] = {}
        compressor = Compressor(quiet=True)
        for path in sorted(source.iterdir()):
            content = path.read_bytes()
            published = Path(self._folder, f"{path.stem}.{digest_of(content)}{path.suffix}")
            published.write_bytes(content)
            if compressor.should_compress(published.name):
                compressor.compress(str(published))
            self._addresses[path.name] = PREFIX + published.name

    def address_of(self, name: str) -> str:
        """Return the address of a file, for as long as its content is the same."""
        return self._addresses[name]

    def serve_before(self, application: WSGIApplication) -> WSGIApplication:
        """Return an application that serves the files, and everything else by the one given."""
        serving: WSGIApplication = WhiteNoise(
            application,
            root=self._folder,
            prefix=PREFIX,
            immutable_file_test=lambda _, address: NAMED_BY_CONTENT.search(address) is not None,
            add_headers_function=_never_guess_its_type,
        )
        return serving


def _never_guess_its_type(headers: Headers, path: str, address: str) -> None:
    del path, address
    headers["X-Content-Type-Options"] = "nosniff"
