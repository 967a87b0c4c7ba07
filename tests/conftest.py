"""Fixtures for all tests: a real database, the application on it, and the sandbox platform."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import hypothesis
import pytest
import structlog
from flask import Flask

from tests.support.clock import Clock
from tests.support.pages import PageCheckingClient
from tests.support.postgresql import KeptDatabase, PostgresServer, Server
from tests.support.processes import FORMS_FILE, SECRET_KEY
from webapp.app import create_app
from webapp.formfile.reader import Forms, read_forms
from webapp.outbox.database import Database, open_database
from webapp.outbox.migrations import is_up_to_date, upgrade
from webapp.sandbox import SandboxServer
from webapp.settings.model import Settings
from webapp.web.tokens import TOKEN_LIFETIME

if TYPE_CHECKING:
    from tests.support.harness import Venue  # it needs this module

collect_ignore = ["audits"]
"""These take minutes; ``make audit`` runs them."""

# No deadline for examples, since machines are busy; a failure prints what repeats it.
hypothesis.settings.register_profile("leadform", deadline=None, print_blob=True)
hypothesis.settings.load_profile("leadform")

ENGINES = ("sqlite", "postgresql")

NewDatabase = Callable[[Path], AbstractContextManager[str]]
"""Creates an empty database for the duration of a block, in this folder if it is a file; returns its URL."""


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the developer's own settings, from the environment or .env, out of the tests."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(f"{name.upper()}_FILE", raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def _fresh_logging(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Forget after each test how the log was configured; a logger that is kept could not be listened to."""
    configure = structlog.configure
    monkeypatch.setattr(
        structlog,
        "configure",
        lambda **options: configure(**{**options, "cache_logger_on_first_use": False}),
    )
    yield
    structlog.reset_defaults()


@pytest.fixture
def let_a_day_pass(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return a function after which tokens are read as if a day had passed; no other clock changes."""

    def pass_it() -> None:
        later = SimpleNamespace(time=lambda: time.time() + TOKEN_LIFETIME + 60)
        monkeypatch.setattr("itsdangerous.timed.time", later)

    return pass_it


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def forms() -> Forms:
    return read_forms(FORMS_FILE)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run database tests on every engine; the mark ``engines`` restricts a test to some."""
    if "engine" in metafunc.fixturenames:
        marked = metafunc.definition.get_closest_marker("engines")
        wanted = os.environ.get("TEST_ENGINES", ",".join(ENGINES)).split(",")
        engines = [name for name in (marked.args if marked else ENGINES) if name in wanted]
        metafunc.parametrize("engine", engines, scope="session")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """The server of TEST_DATABASE_URL, or a temporary one."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given is not None:
        yield Server(given)
        return
    with PostgresServer() as server:
        yield server


@pytest.fixture(scope="session")
def new_database(engine: str, request: pytest.FixtureRequest) -> NewDatabase:
    """Return a function that creates an empty database for the engine: an SQLite file, or one on a server."""
    if engine == "postgresql":
        server: Server = request.getfixturevalue("postgresql")
        return lambda _: server.new_database()
    return lambda folder: nullcontext(f"sqlite:///{folder / 'leadform.db'}")


@pytest.fixture(scope="session")
def kept_database(postgresql: Server) -> Iterator[KeptDatabase]:
    """A PostgreSQL database that is migrated once, and emptied for every test."""
    with postgresql.new_database() as url:
        yield KeptDatabase(url)


@pytest.fixture
def database_url(
    engine: str, new_database: NewDatabase, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[str]:
    """The URL of a database: migrated for a test that uses ``database``, else empty."""
    needs_its_own = request.node.get_closest_marker("own_database") is not None
    if engine == "postgresql" and "database" in request.fixturenames and not needs_its_own:
        kept: KeptDatabase = request.getfixturevalue("kept_database")
        kept.empty()
        yield kept.url
        return
    with new_database(tmp_path) as url:
        yield url


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database to copy, since migrating one takes longer than most tests."""
    path: Path = tmp_path_factory.mktemp("migrated") / "leadform.db"
    database = open_database(f"sqlite:///{path}")
    upgrade(database)
    database.close()
    return path


@pytest.fixture
def database(database_url: str, migrated: Path, clock: Clock) -> Iterator[Database]:
    database = open_database(database_url, clock)
    if database_url.startswith("sqlite:///"):
        shutil.copy(migrated, database_url.removeprefix("sqlite:///"))
    elif not is_up_to_date(database):
        upgrade(database)
    yield database
    database.close()


@pytest.fixture
def settings(database_url: str) -> Settings:
    return settings_for(database_url)


def settings_for(database_url: str, platform_url: str = "http://127.0.0.1:9", **others: object) -> Settings:
    return Settings.model_validate(
        {
            "secret_key": SECRET_KEY,
            "database_url": database_url,
            "platform_url": platform_url,
            "platform_key": "test-key",
            "platform_secret": "test-secret",
            "forms_file": FORMS_FILE,
            **others,
        }
    )


@pytest.fixture
def app(settings: Settings, forms: Forms, database: Database) -> Flask:
    app = create_app(settings, forms, database)
    app.test_client_class = PageCheckingClient
    return app


@pytest.fixture
def client(app: Flask) -> PageCheckingClient:
    client = app.test_client()
    assert isinstance(client, PageCheckingClient)
    return client


@pytest.fixture
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer(key="test-key", secret="test-secret") as server:
        yield server


@pytest.fixture
def venue(database: Database, database_url: str, clock: Clock, tmp_path: Path) -> Iterator[Venue]:
    """A venue whose forms a test writes, with a platform on the test's clock."""
    from tests.support.harness import Venue  # noqa: PLC0415 (it needs this module)

    with SandboxServer(key="test-key", secret="test-secret", clock=clock) as platform:
        yield Venue(database, database_url, platform, tmp_path)
