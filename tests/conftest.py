"""What the tests share: a real database, the application on it, and the sandbox platform."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from psycopg import sql
from sqlalchemy.engine import make_url

from tests.pages import PageCheckingClient
from webapp.app import create_app
from webapp.formfile.reader import Forms, read_forms
from webapp.outbox.database import Database, open_database
from webapp.outbox.migrations import upgrade
from webapp.sandbox import SandboxServer
from webapp.settings import Settings

FORMS_FILE = Path(__file__).with_name("forms.toml")
SECRET_KEY = "a key for tests, long enough to be taken"


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 5, 31, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the developer's own, from the environment or from .env, reaches a test."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(f"{name.upper()}_FILE", raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def forms() -> Forms:
    return read_forms(FORMS_FILE)


@contextmanager
def new_database(folder: Path) -> Iterator[str]:
    """Make an empty database: an SQLite file, or one on the server of TEST_DATABASE_URL."""
    server = os.environ.get("TEST_DATABASE_URL")
    if server is None:
        yield f"sqlite:///{folder / 'leadform.db'}"
        return
    name = f"leadform_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def database_url(tmp_path: Path) -> Iterator[str]:
    with new_database(tmp_path) as url:
        yield url


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database that is up to date, to be copied: migrating one takes longer than most tests."""
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
    else:
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
