"""The static files, served from memory under names with a digest of their content.

They are read and compressed at every start: nothing needs building, and a running process needs no folder.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from mimetypes import guess_type
from pathlib import Path
from typing import Final

import brotli
from flask import Blueprint, Response, abort, request, url_for

DIGEST_LENGTH: Final = 12
IMMUTABLE: Final = "public, max-age=315360000, immutable"
"""For an address that holds a digest of the content."""


def make_digest(content: bytes) -> str:
    """Return the digest that an address holds, so that other content has another address."""
    return hashlib.sha256(content).hexdigest()[:DIGEST_LENGTH]


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file, raw and compressed; ``name`` includes its digest, ``encodings`` has the smallest first."""

    name: str
    content: bytes
    mimetype: str
    modified_at: datetime
    encodings: Mapping[str, bytes]

    @classmethod
    def read(cls, path: Path) -> StaticFile:
        """Read a file, and compress it by every encoding that makes it smaller."""
        content = path.read_bytes()
        compressed = {
            "br": brotli.compress(content),
            "gzip": gzip.compress(content, mtime=0),
        }
        smallest_first = sorted(compressed.items(), key=lambda item: len(item[1]))
        encodings = {name: packed for name, packed in smallest_first if len(packed) < len(content)}
        modified_at = datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
        name = f"{path.stem}.{make_digest(content)}{path.suffix}"
        mimetype = guess_type(path.name)[0] or "application/octet-stream"
        return cls(name, content, mimetype, modified_at, encodings)

    def response(self) -> Response:
        """Return the answer to the request: the file, a range of it, or that it has not changed."""
        encoding = next((name for name in self.encodings if request.accept_encodings[name] > 0), "")
        content = self.encodings.get(encoding, self.content)
        response = Response(content, mimetype=self.mimetype)
        response.headers["Cache-Control"] = IMMUTABLE
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.last_modified = self.modified_at
        response.set_etag(f"{make_digest(self.content)}{encoding and '-'}{encoding}")
        response.vary.add("Accept-Encoding")
        if encoding:
            response.content_encoding = encoding
        response.make_conditional(request, accept_ranges=True, complete_length=len(content))
        return response


class StaticFiles:
    """The files of a folder, published."""

    def __init__(self, source: Path) -> None:
        read = {path.name: StaticFile.read(path) for path in source.iterdir()}
        self._names = {name: file.name for name, file in read.items()}
        self._files = {file.name: file for file in read.values()}

    def get_address(self, name: str) -> str:
        """Return the address of a file with its present content."""
        return url_for("static_files.show", name=self._names[name], _external=False)

    def blueprint(self) -> Blueprint:
        """Return the route."""
        routes = Blueprint("static_files", __name__)
        routes.add_url_rule("/static/<name>", "show", self.show)
        return routes

    def show(self, name: str) -> Response:
        """Serve a file."""
        return self._files[name].response() if name in self._files else abort(HTTPStatus.NOT_FOUND)
