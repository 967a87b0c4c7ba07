"""A server of every page: the application, and routes for errors that cannot be provoked otherwise."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from html import escape
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Final, NoReturn

import pytest
from flask import Flask, Response, abort, request
from sqlalchemy import Executable, select, text, update
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.conftest import settings_for
from tests.support.processes import PROJECT
from webapp.app import create_app
from webapp.enquiry import utc_now
from webapp.formfile.reader import read_forms
from webapp.outbox.database import Database, open_database
from webapp.outbox.migrations import upgrade
from webapp.outbox.tables import enquiries
from webapp.settings.model import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

FORMS_FILE: Final = PROJECT / "webapp" / "commands" / "demo_forms.toml"


@dataclass(frozen=True, slots=True)
class PageServer:
    """The application on a port of its own, with its database.

    Attributes:
        address: the application's address.
        receipts: paths of receipts that were sent, by language.
    """

    address: str
    _database: Database
    receipts: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def without_database(self) -> Iterator[None]:
        """Break the database, so that no enquiry can be read or stored."""
        self._run(text("ALTER TABLE enquiries RENAME TO away"))
        try:
            yield
        finally:
            self._run(text("ALTER TABLE away RENAME TO enquiries"))

    @contextmanager
    def years_later(self) -> Iterator[None]:
        """Date every enquiry back so far that none can be changed any more."""
        now = utc_now()
        self._run(update(enquiries).values(received_at=now - timedelta(days=2 * 366)))
        try:
            yield
        finally:
            self._run(update(enquiries).values(received_at=now))

    def received(self) -> list[str]:
        """Return the references of all enquiries."""
        with self._database.reading() as connection:
            return list(connection.scalars(select(enquiries.c.reference)))

    def _run(self, statement: Executable) -> None:
        with self._database.writing() as connection:
            connection.execute(statement)


@contextmanager
def serve_pages(folder: Path, forms_file: Path = FORMS_FILE) -> Iterator[PageServer]:
    """Serve a forms file, by default the demonstration's, with a database in a folder."""
    url = f"sqlite:///{folder / 'leadform.db'}"
    database = open_database(url)
    upgrade(database)
    with serve(_application(url, database, forms_file)) as address:
        yield PageServer(address, database)
    database.close()


def _application(url: str, database: Database, forms_file: Path) -> Flask:
    # The developer's own settings, from the environment or from .env, must not reach an audit.
    with chdir(Path(url.removeprefix("sqlite:///")).parent), pytest.MonkeyPatch.context() as environment:
        for name in {*os.environ} & {name.upper() for name in Settings.model_fields}:
            environment.delenv(name)
        settings = settings_for(url, forms_file=forms_file)
    app = create_app(settings, read_forms(forms_file), database)
    app.add_url_rule("/broken/<int:status>", "broken", _broken)
    app.add_url_rule("/hosting", "hosting", lambda: page_with_frame(request.args["frame"]))
    return app


def _broken(status: int) -> NoReturn:
    """Fail with a status; 500 comes of an unexpected exception."""
    if status == 500:
        raise LookupError("the inner workings")
    abort(status)


def page_with_frame(address: str | None) -> Response:
    """Return a page of another site, with a frame of an address if one is given."""
    frame = (
        f'<iframe name="form" src="{escape(address)}" width="900" height="900"></iframe>' if address else ""
    )
    page = f'<!doctype html><title>A page</title><link rel="icon" href="data:,"><h1>Hello</h1>{frame}'
    # Another site would not have the policy of leadform's pages.
    return Response(page, headers={"Content-Security-Policy": "default-src * data:"})


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Do not log requests."""


@contextmanager
def serve(app: WSGIApplication) -> Iterator[str]:
    """Serve an application while the block lasts, and give its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
