"""Shows the modules and functions that one POST of a form with two questions runs: ``make trace``.

The first line of each group is a module of ``webapp``, the others its functions in the order in which they
were first called.

Counted is every function and method of ``webapp`` that ran between the request and its response: those that
are wrapped around every request, and those that Flask, WTForms or SQLAlchemy call back, with their modules.
Comprehensions, generator expressions and lambdas are part of the function around them. A class counts when
one of its own methods was called. What runs once, at the start or for the first request, does not count.

Some of SQLAlchemy's callbacks are listeners and column types of one kind of database, here SQLite. The last
line says how much is left without them.
"""

from __future__ import annotations

import inspect
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from types import FrameType
from typing import Any, Final

import click
from flask import Flask

from tests.support.pages import TYPED, check_page
from tests.support.processes import PROJECT
from webapp.app import create_app
from webapp.formfile.reader import read_forms
from webapp.logs import configure_logging
from webapp.outbox.database import open_database
from webapp.outbox.migrations import upgrade
from webapp.settings.model import Settings

FORM: Final = """
[forms.form]
title = "A form with two questions"
region = "AU"

[forms.form.opportunity]
venueId = 107
typeId = 18
sourceId = 25

[[forms.form.questions]]
name = "event_date"
label = "When?"
kind = "date"
to = "customFields.12"

[[forms.form.questions]]
name = "guests"
label = "How many guests?"
kind = "number"
to = "customFields.14"
"""
ANSWERS: Final = {**TYPED, "event_date": "12 May 2030", "guests": "80"}

PACKAGE: Final = PROJECT / "webapp"
PARSERS: Final = re.compile(r"_?(parse|read)_\w+|parse|process_formdata")
"""The names of functions that parse an answer."""

PARSER_PACKAGES: Final = ("webapp.web.form", "webapp.forms", "webapp.languages")


class Trace:
    """The calls of ``webapp``'s own functions, in the order of each function's first call.

    Attributes:
        calls: how often each was called, by module and qualified name.
        outside_sqlalchemy: those of ``calls`` that ran at least once with no frame of SQLAlchemy below them.
    """

    def __init__(self) -> None:
        self.calls: Counter[tuple[str, str]] = Counter()
        self.outside_sqlalchemy: set[tuple[str, str]] = set()

    def note(self, frame: FrameType, event: str, _argument: Any) -> None:
        """Count a call; a callback for ``sys.setprofile``."""
        path = Path(frame.f_code.co_filename)
        name = frame.f_code.co_qualname
        # Comprehensions, generator expressions and lambdas are part of the function around them.
        if event != "call" or name.endswith(">") or not path.is_relative_to(PACKAGE):
            return
        function = _module_of(path), name
        self.calls[function] += 1
        if not _is_called_by_sqlalchemy(frame):
            self.outside_sqlalchemy.add(function)

    def modules(self) -> dict[str, list[str]]:
        """Return the functions by module."""
        modules: dict[str, list[str]] = {}
        for module, function in self.calls:
            modules.setdefault(module, []).append(function)
        return modules

    def classes(self) -> set[tuple[str, str]]:
        """Return the classes with a method that was called."""
        found = set()
        for module, function in self.calls:
            owner = function.rpartition(".")[0]
            if owner and inspect.isclass(getattr(sys.modules[module], owner, None)):
                found.add((module, owner))
        return found

    def parsers(self) -> Iterator[tuple[str, int]]:
        """Yield each function that parses an answer, with the number of its calls."""
        for (module, function), count in self.calls.items():
            name = function.rpartition(".")[2]
            if module.startswith(PARSER_PACKAGES) and PARSERS.fullmatch(name):
                yield f"{module}.{function}", count


def _module_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


def _is_called_by_sqlalchemy(frame: FrameType) -> bool:
    """Say whether SQLAlchemy stands among the callers of a function."""
    caller = frame.f_back
    while caller is not None:
        if caller.f_globals.get("__name__", "").partition(".")[0] == "sqlalchemy":
            return True
        caller = caller.f_back
    return False


@click.command()
def main() -> None:
    """Send one enquiry, and print what it ran."""
    configure_logging("console", "warning")
    with _served() as app:
        trace = _trace_post(app)
    modules = trace.modules()
    for module, functions in modules.items():
        click.echo("\n    ".join((module, *functions)))
    click.echo("\nFunctions that parse an answer, with their calls for two questions and built-in fields:")
    for name, count in trace.parsers():
        click.echo(f"{count:5} {name}")
    click.echo(f"\n{len(modules)} modules, {len(trace.calls)} functions, {len(trace.classes())} classes")
    rest = trace.outside_sqlalchemy
    names = {module for module, _ in rest}
    click.echo(f"without what SQLAlchemy calls back: {len(names)} modules, {len(rest)} functions")


def _trace_post(app: Flask) -> Trace:
    """Send the form once to fill the caches, and once more with the trace."""
    trace = Trace()
    _send(app)
    _send(app, trace)
    return trace


def _send(app: Flask, trace: Trace | None = None) -> None:
    client = app.test_client()
    hidden = check_page(client.get("/f/form?utm_source=google").text).hidden()
    sys.setprofile(trace.note if trace else None)
    try:
        answer = client.post("/f/form", data={**ANSWERS, **hidden})
    finally:
        sys.setprofile(None)
    if answer.status_code != HTTPStatus.SEE_OTHER:
        raise AssertionError(f"The enquiry was answered with {answer.status}")


@contextmanager
def _served() -> Iterator[Flask]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "forms.toml")
        file.write_text(FORM, encoding="utf-8")
        settings = Settings.model_validate(
            {
                "secret_key": "k" * 32,
                "database_url": f"sqlite:///{folder}/leadform.db",
                "platform_url": "http://127.0.0.1:9",
                "platform_key": "key",
                "platform_secret": "secret",
                "forms_file": file,
            }
        )
        database = open_database(settings.database_url.get_secret_value())
        try:
            upgrade(database)
            yield create_app(settings, read_forms(file), database)
        finally:
            database.close()


if __name__ == "__main__":
    main()
