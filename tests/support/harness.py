"""A venue from end to end: its forms file, the pages, the worker, and the sandbox as its platform."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from werkzeug.test import TestResponse

from tests.conftest import settings_for
from tests.support.enquiries import queue_of
from tests.support.pages import Page, checking_client
from webapp.app import create_app
from webapp.delivery.current_forms import CurrentForms
from webapp.delivery.forwarding import Forwarder
from webapp.delivery.retry_policy import RetryPolicy
from webapp.delivery.worker import Worker
from webapp.formfile.reader import read_forms
from webapp.outbox.database import Database
from webapp.outbox.queries import DeliveryQueries, DeliveryRow, Filter
from webapp.outbox.wakeup import WakeupListener
from webapp.platform.client import Account, PlatformClient
from webapp.sandbox import SandboxServer

IDS = {"venueId": 107, "typeId": 18, "sourceId": 25}
VISITOR = {"first_name": "Ada", "last_name": "Lovelace", "email": "ada@example.com"}


def toml(value: Any) -> str:
    """Return a value as TOML, in one line."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {toml(entry)}" for key, entry in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False)


def form_text(
    constants: Mapping[str, Any] | None = None, *questions: Mapping[str, Any], slug: str = "form", **top: Any
) -> str:
    """Return a forms file with one form; constants that are None are left out."""
    table = {**IDS, **(constants or {})}
    parts = [f"[forms.{slug}]", 'title = "Plan your event"', *(f"{key} = {toml(top[key])}" for key in top)]
    parts += [
        f"[forms.{slug}.opportunity]",
        *(f"{key} = {toml(constant)}" for key, constant in table.items() if constant is not None),
    ]
    for question in questions:
        whole = {"name": "asked", "label": "What is asked?", **question}
        parts += [f"[[forms.{slug}.questions]]", *(f"{key} = {toml(entry)}" for key, entry in whole.items())]
    return "\n".join(parts) + "\n"


class Venue:
    """A venue's forms, the pages that show them, and the worker that forwards their enquiries."""

    def __init__(self, database: Database, url: str, sandbox: SandboxServer, folder: Path) -> None:
        self.database = database
        self.sandbox = sandbox
        self._url = url
        self.file = folder / "forms.toml"
        self.platform = PlatformClient(Account(sandbox.url, "test-key", "test-secret"), 2)
        self.open(form_text())

    def open(self, text: str) -> None:
        """Replace the forms file, and serve its forms from now on."""
        self.file.write_text(text, encoding="utf-8")
        app = create_app(settings_for(self._url, forms_file=self.file), read_forms(self.file), self.database)
        self.client = checking_client(app)

    def send(self, slug: str = "form", query: str = "", **answers: Any) -> TestResponse:
        """Fill in a form, send it, and return the response."""
        page = self.client.page(f"/f/{slug}{query}")
        return self.client.post(f"/f/{slug}", data={**VISITOR, **page.hidden(), **answers})

    def receive(self, slug: str = "form", query: str = "", **answers: Any) -> str:
        """Send an enquiry that is accepted, and return its receipt's address."""
        answer = self.send(slug, query, **answers)
        assert answer.status_code == 303, Page(answer.text).summary()
        return str(answer.location)

    def change(self, receipt: str, **answers: Any) -> TestResponse:
        """Change an enquiry by its receipt, and return the response; None removes an answer."""
        page = self.client.page(f"{receipt}/change")
        typed = {**page.hidden(), **page.answers(), **answers}
        return self.client.post(
            f"{receipt}/change", data={key: answer for key, answer in typed.items() if answer is not None}
        )

    def forward(self) -> None:
        """Let a worker send everything that is due."""
        queue = queue_of(self.database)
        policy = RetryPolicy(5, 330.0, timedelta(days=14), Random(1))
        forms = read_forms(self.file)
        forwarder = Forwarder(queue, self.platform, CurrentForms(lambda: forms), policy)
        worker = Worker(queue, WakeupListener(self.database), forwarder, 4, record_within=20)
        worker.run(threading.Event(), once=True)

    def received(self) -> list[dict[str, Any]]:
        """Return the opportunities that the platform has, oldest first."""
        return self.sandbox.opportunities()[::-1]

    def deliveries(self) -> list[DeliveryRow]:
        """Return every delivery, oldest first."""
        return DeliveryQueries(self.database).list(Filter())[::-1]
