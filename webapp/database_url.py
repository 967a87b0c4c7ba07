"""``DATABASE_URL``: what is taken, and which database it names, in words without its password."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from webapp.path_faults import absolute, shown

SQLITE: Final = "sqlite:///"
POSTGRESQL: Final = "postgresql://"
SHAPES: Final = "must be sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME"


def checked_database_url(url: str) -> str:
    """Return the address with the scheme that SQLAlchemy knows.

    Raises:
        ValueError: it names no database, or not surely the one that is meant; the message says what must be.
    """
    if url.startswith("postgres://"):
        url = POSTGRESQL + url.removeprefix("postgres://")
    if url.startswith(SQLITE):
        _check_path(url.removeprefix(SQLITE))
    elif not url.startswith(POSTGRESQL) or not _has_port_if_any(url):
        raise ValueError(SHAPES)
    elif not _name_of(url):
        raise ValueError(f"{SHAPES}; without the NAME the server would choose one")
    return url


def database_file(url: str) -> Path | None:
    """Return the absolute path of an SQLite database, or None for one on a server."""
    return absolute(url.removeprefix(SQLITE)) if url.startswith(SQLITE) else None


def described(url: str) -> str:
    """Say which database an address names: the file, or the name and the server."""
    file = database_file(url)
    if file is not None:
        return f"the SQLite file {shown(file)}"
    parts = urlsplit(url)
    host = parts.hostname or parse_qs(parts.query).get("host", ["this machine"])[0]
    port = f":{parts.port}" if parts.port else ""
    return f"the PostgreSQL database {_name_of(url)} on {host}{port}"


def _check_path(path: str) -> None:
    if path in {"", ":memory:"} or path.startswith("file:"):
        raise ValueError(f"{SHAPES}, a path of a file that stays")
    if path.startswith(("~", "$")):
        raise ValueError(
            f"{SHAPES}; {path[0]} is not replaced by anything: write the whole path, with four slashes"
        )
    if "?" in path or path != path.strip() or path.endswith("/"):
        raise ValueError(f"{SHAPES}, the path of a file with nothing behind it")


def _name_of(url: str) -> str:
    parts = urlsplit(url)
    return unquote(parts.path.strip("/")) or parse_qs(parts.query).get("dbname", [""])[0]


def _has_port_if_any(url: str) -> bool:
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False
