"""The processor time that the worst input of each field costs: ``make costs``.

Each text of ``tests/support/costly_input.py`` is sent in each field at three lengths: as long as the field
takes, as long as it is still cleaned, and as long as a body may be. The worst is measured again, and the
table in docs/security.md is written anew.
"""

from __future__ import annotations

import platform
import re
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click
from flask import Flask
from werkzeug.test import run_wsgi_app

from tests.support.costly_input import (
    BUILT_IN,
    FIELDS,
    HIDDEN,
    MAX_SENT,
    QUESTIONS,
    VALID,
    encode_form,
    long_texts,
    make_environ,
    serve_form,
    slow_texts,
    truncate_bytes,
)
from tests.support.processes import PROJECT
from webapp.languages.text_cleaning import RAW_ALWAYS, RAW_OF_ONE
from webapp.web.request_body import MAX_BODY, MAX_PARTS

FILE: Final = PROJECT / "docs" / "security.md"
BETWEEN: Final = re.compile(r"(<!-- costs -->\n).*(<!-- end of costs -->)", re.DOTALL)

MAX_ALLOWED: Final = 500
"""Milliseconds; ten times the usual, so that a slow machine passes and quadratic time does not."""

TURNS: Final = 5
MAX_LENGTH: Final = {
    "first_name": 80,
    "last_name": 80,
    "email": 254,
    "phone": 50,
    "message": 4000,
    "lines": 4000,
}
USUAL_MAX_LENGTH: Final = 200
ADDRESS: Final = 8000
HEADERS: Final = 60

Request = dict[str, Any]


class Form:
    """The form of ``tests/support/costly_input.py`` as it is served, and what one request to it costs."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def cost(self, request: Request) -> float:
        """Return the milliseconds of processor time that a request takes."""
        environ = make_environ(**request)
        began = time.process_time()
        run_wsgi_app(self._app, environ, buffered=True)
        return (time.process_time() - began) * 1000

    def worst(self, requests: Mapping[str, Request]) -> tuple[str, float]:
        """Return the name and the cost of the most expensive request, as the median of several turns."""
        costs = sorted(requests, key=lambda name: self.cost(requests[name]), reverse=True)[:3]
        measured = {
            name: sorted(self.cost(requests[name]) for _ in range(TURNS))[TURNS // 2] for name in costs
        }
        name = max(measured, key=measured.__getitem__)
        return name, measured[name]


@click.command()
def main() -> None:
    """Measure, write the table, and fail where anything costs more than half a second."""
    with serve_form() as app:
        form = Form(app)
        form.worst({"warm": _post(VALID)})
        rows = [(what, *form.worst(requests)) for what, requests in _kinds()]
    table = "\n".join(["| what | the worst that was found | ms |", "| --- | --- | ---: |", *map(_row, rows)])
    click.echo(table)
    text = FILE.read_text(encoding="utf-8")
    measured = f"{table}\n\nMeasured {_machine()}.\n"
    FILE.write_text(BETWEEN.sub(lambda found: f"{found[1]}\n{measured}\n{found[2]}", text), encoding="utf-8")
    if max(cost for _, _, cost in rows) > MAX_ALLOWED:
        sys.exit(f"A request costs more than {MAX_ALLOWED} milliseconds.")


def _kinds() -> Iterator[tuple[str, dict[str, Request]]]:
    """Yield what is measured: each kind of field, then the rest of a request, then all at once."""
    yield "an enquiry as people send it", {"well filled in": _post(VALID)}
    for name in FIELDS:
        yield _name_of(name), dict(_in_one_field(name))
    for name in HIDDEN:
        yield f"hidden `{name}`", dict(_in_one_field(name))
    yield "many parts", dict(_many_parts())
    yield "address and headers", dict(_around_the_body())
    yield "a whole request", dict(_everywhere())


def _name_of(field: str) -> str:
    kinds = {str(question["name"]): str(question["kind"]) for question in QUESTIONS}
    if field == "patterned":
        return "a question of kind `text` with a `pattern`"
    if field == "unasked":
        return "a question that is not asked"
    return f"`{field}`" if field in BUILT_IN else f"a question of kind `{kinds[field]}`"


def _in_one_field(name: str) -> Iterator[tuple[str, Request]]:
    longest = MAX_LENGTH.get(name, USUAL_MAX_LENGTH)
    rest = len(encode_form({**VALID, name: ""}))
    cleaned = max(RAW_ALWAYS, RAW_OF_ONE * longest)
    for size, told, some in (
        (longest, "at its limit", slow_texts),
        (cleaned, "still cleaned", long_texts),
        (MAX_SENT, "at the body's limit", long_texts),
    ):
        for text in some(size):
            yield f"{_shown(text)} …, {told}", _post({**VALID, name: truncate_bytes(text, MAX_SENT - rest)})


def _everywhere() -> Iterator[tuple[str, Request]]:
    """Yield requests with the same text in every field up to its limit, and the rest in one."""
    filled = [name for name in FIELDS if name not in {"consent", "ticked"}]
    for number in range(len(list(slow_texts(USUAL_MAX_LENGTH)))):
        fields = {name: list(slow_texts(MAX_LENGTH.get(name, USUAL_MAX_LENGTH)))[number] for name in filled}
        for name, factor in (("message", RAW_OF_ONE), ("lines", RAW_OF_ONE)):
            fields[name] = list(slow_texts(MAX_LENGTH[name] * factor))[number]
        room = max(0, MAX_SENT - len(encode_form({**VALID, **fields})) - 20)
        fields["landing_address"] = truncate_bytes(list(slow_texts(room + 20))[number], room) if room else ""
        yield f"{_shown(fields['message'])} … in every field", _post({**VALID, **fields})


def _many_parts() -> Iterator[tuple[str, Request]]:
    for name in ("boxes", "chosen", "utm_source", "asked_about", "x", "token", ""):
        value = "The answer 1" if name in {"boxes", "chosen"} else "ada@gmial.com"
        parts = [f"{name}={value}{number}" for number in range(MAX_PARTS - 1)]
        yield f"1,000 of `{name}`", {"body": "&".join(parts).encode()}
        yield f"1,000 long ones of `{name}`", {"body": ("&".join(parts) + "&" + "%41" * 9000).encode()}
        lines = [
            f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\nx\r\n' for _ in range(MAX_PARTS - 1)
        ]
        body = "".join(lines).encode() + b"--b--\r\n"
        yield (
            f"1,000 of `{name}` as multipart",
            {"body": body, "content_type": "multipart/form-data; boundary=b"},
        )
    for text in ("&", "a&", "=", "%", "%41", "+", "a=&", "\r\n", "--b\r\n", "--b", "\r"):
        body = (text * MAX_BODY).encode()[:MAX_BODY]
        yield f"a body of {_shown(text)}", {"body": body}
        yield (
            f"multipart of {_shown(text)}",
            {
                "body": b'--b\r\nContent-Disposition: form-data; name="line"\r\n\r\n'
                + body
                + b"\r\n--b--\r\n",
                "content_type": "multipart/form-data; boundary=b",
            },
        )


def _around_the_body() -> Iterator[tuple[str, Request]]:
    for text in ("a,", "a;q=0.1,", 'a;a*0="x",', '"', "a;a=b,", "de,"):
        for header in ("Accept-Language", "Accept-Encoding", "X-Forwarded-For", "Referer", "User-Agent"):
            for times, repeated in ((1, ""), (HEADERS, f", {HEADERS} times")):
                value = (text * ADDRESS)[: ADDRESS * times]
                yield f"`{header}` of {_shown(text)}{repeated}", {"method": "GET", "headers": {header: value}}
        yield (
            f"`Content-Type` of {_shown(text)}",
            {"content_type": f"text/html; {text * (ADDRESS // len(text))}"},
        )
    for text in ("&", "a&", "a=&", "utm_source=%41&", "%C3%A9", "lang=de&", "%", "="):
        yield f"a query of {_shown(text)}", {"method": "GET", "query_string": (text * ADDRESS)[:ADDRESS]}
    for text in ("/a", "/", "/f", "%2F", "/f/form"):
        yield f"a path of {_shown(text)}", {"method": "GET", "path": f"/{(text * ADDRESS)[:ADDRESS]}"}
    for place in ("/r/{}", "/r/{}/change", "/f/{}"):
        yield f"`{place}`", {"method": "GET", "path": place.format("a" * ADDRESS)}


def _post(fields: Mapping[str, str]) -> Request:
    return {"body": encode_form(fields)}


def _shown(text: str) -> str:
    start = ascii(text[: 12 if text.isascii() else 3])[1:-1].replace("|", r"\|").replace("`", "'")
    return f"`{start}`"


def _row(row: tuple[str, str, float]) -> str:
    what, worst, cost = row
    return f"| {what} | {worst} | {cost:.0f} |"


def _machine() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    models = (
        re.findall(r"model name\s*: (.*)", cpuinfo.read_text(encoding="utf-8")) if cpuinfo.exists() else []
    )
    processor = f"{len(models)} processors, {models[0]}" if models else platform.machine()
    day, python = datetime.now(UTC), platform.python_version()
    return f"on {day:%Y-%m-%d} with Python {python} on {platform.system()}, {processor}"


if __name__ == "__main__":
    main()
