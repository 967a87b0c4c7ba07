"""``DATABASE_URL``: which addresses are accepted, and how to name the database without its password."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from webapp.files.path_faults import absolute, shown

SQLITE: Final = "sqlite:///"
POSTGRESQL: Final = "postgresql://"
SHAPES: Final = "must be sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME"
MAX_PORT: Final = 65535


def normalize_database_url(url: str) -> str:
    """Return the address with the scheme that SQLAlchemy knows.

    Raises:
        ValueError: it names no database, or may not name the one that is meant; the message is the rule.
    """
    if url.startswith("postgres://"):
        url = POSTGRESQL + url.removeprefix("postgres://")
    if url.startswith(SQLITE):
        _check_path(url.removeprefix(SQLITE))
    elif not _is_valid_for_libpq(url):
        raise ValueError(f"{SHAPES}, with / and % in the password written as %2F and %25")
    elif not _libpq_parameters(url).get("dbname"):
        raise ValueError(f"{SHAPES}; without the NAME the server would choose one")
    return url


def database_file(url: str) -> Path | None:
    """Return the absolute path of an SQLite database, or None for one on a server."""
    return absolute(url.removeprefix(SQLITE)) if url.startswith(SQLITE) else None


def describe_database(url: str) -> str:
    """Return which database an address names, for people: the file, or the name and the servers."""
    file = database_file(url)
    if file is not None:
        return f"the SQLite file {shown(file)}"
    parameters = _libpq_parameters(url)
    hosts = str(parameters.get("host", "this machine")).split(",")
    ports = str(parameters.get("port", "")).split(",")
    if len(ports) == 1:
        ports *= len(hosts)  # as libpq reads it
    servers = [f"{host}:{port}" if port else host for host, port in zip(hosts, ports, strict=False)]
    return f"the PostgreSQL database {parameters.get('dbname')} on {', '.join(servers)}"


def _check_path(path: str) -> None:
    if path in {"", ":memory:"} or path.startswith("file:"):
        raise ValueError(f"{SHAPES}, the path of a file that is kept")
    if path.startswith(("~", "$")):
        raise ValueError(
            f"{SHAPES}; {path[0]} is not replaced by anything: write the whole path, with four slashes"
        )
    if "?" in path or path != path.strip() or path.endswith("/"):
        raise ValueError(f"{SHAPES}, the path of a file with nothing after it")


def _is_valid_for_libpq(url: str) -> bool:
    """Say whether a URL names one or more PostgreSQL servers, with parameters that libpq knows."""
    try:
        parameters = _libpq_parameters(url) if url.startswith(POSTGRESQL) else {}
    except ValueError:
        return False
    ports = str(parameters.get("port", "")).split(",")
    are_ports = all(not port or (port.isdecimal() and 0 < int(port) <= MAX_PORT) for port in ports)
    # libpq silently takes the last of two values for one parameter.
    names = [part.partition("=")[0] for part in url.partition("?")[2].split("&")]
    return bool(parameters) and are_ports and len(names) == len(set(names))


def _libpq_parameters(url: str) -> dict[str, Any]:
    """Return the parameters of a PostgreSQL URL as libpq reads them.

    Raises:
        ValueError: libpq cannot parse it.
    """
    from psycopg import ProgrammingError  # noqa: PLC0415 (slow to import, and SQLite needs no driver)
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415 (as above)

    try:
        return conninfo_to_dict(url)
    except ProgrammingError:
        raise ValueError(SHAPES) from None  # libpq quotes the URL, with its password
