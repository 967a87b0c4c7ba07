"""A form with a field of each kind, and the texts that are slowest to read, as an attacker might send them.

The tests check that reading them is bounded, and ``make costs`` measures it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from flask import Flask
from werkzeug.test import EnvironBuilder

from tests.conftest import settings_for
from tests.support.harness import VISITOR, form_text
from webapp.app import create_app
from webapp.enquiry import utc_now
from webapp.formfile.reader import read_forms
from webapp.forms.kinds.kind import MAX_LINE
from webapp.forms.kinds.textarea import MAX_TEXT
from webapp.outbox.database import open_database
from webapp.outbox.migrations import upgrade
from webapp.web.request_body import BYTES_OF_A_CHARACTER, MAX_BODY

QUESTIONS: Final = (
    {"name": "line", "kind": "text"},
    {
        "name": "patterned",
        "kind": "text",
        "pattern": "([A-Za-z]+ ?)+",
        "pattern_message": "Enter letters alone",
    },
    {"name": "lines", "kind": "textarea"},
    {"name": "address", "kind": "email"},
    {"name": "dialled", "kind": "tel"},
    {"name": "number", "kind": "number", "min": 1},
    {"name": "day", "kind": "date", "min": "today"},
    {"name": "hour", "kind": "time", "min": "09:00"},
    {"name": "chosen", "kind": "select", "options": [f"The answer {number}" for number in range(20)]},
    {"name": "button", "kind": "radio", "options": [f"The answer {number}" for number in range(20)]},
    {"name": "boxes", "kind": "checkboxes", "options": [f"The answer {number}" for number in range(20)]},
    {"name": "ticked", "kind": "checkbox"},
    {"name": "unasked", "kind": "email", "show_when": {"chosen": "The answer 1"}},
)
FORM: Final = form_text({}, *QUESTIONS, region="AU", consent="We may contact you.")
BUILT_IN: Final = ("first_name", "last_name", "email", "phone", "company", "message", "consent")
HIDDEN: Final = ("token", "utm_source", "gclid", "referrer", "landing_address", "asked_about")
FIELDS: Final = (*BUILT_IN, *(str(question["name"]) for question in QUESTIONS))
VALID: Final[Mapping[str, str]] = {**VISITOR, "consent": "y"}

MAX_SENT: Final = MAX_BODY + BYTES_OF_A_CHARACTER * (5 * MAX_LINE + MAX_TEXT)
"""Bytes of the longest body that the form takes."""

REPEATED: Final = (
    *("a", "A1 ", "1", "1 ", "1/", "1.", "1,", "1'", "12/6/", "12 June ", "May ", "on ", "d ", "le "),
    *("am 12.", "mar ", "1 من ", "يوم ", "٣", "٣.", "(", "(a", ")", "[a]", "00", "+", "+1 ", "1x", "ext 1 "),
    *("@", "a@", "a@b.", "a.", ".", "-", "xn--", "ü.", "é", "ß", "gmial.", '"', "\\", "'", "<", "&", "%41"),
    *(" ", "\t", "\n", "\r\n", "\x00", "\x85", "\N{NO-BREAK SPACE}", "\N{ZERO WIDTH SPACE}"),
    *("\N{RIGHT-TO-LEFT MARK}", "\N{REPLACEMENT CHARACTER}", "\N{GRINNING FACE}", "\U0001d160"),
    *("\N{COMBINING ACUTE ACCENT}", "\N{COMBINING ACUTE ACCENT}\N{COMBINING DOT BELOW}", "\u0f73", "\u1f82"),
    *("\u0344\u0f73", "\N{FULLWIDTH DIGIT ONE}", "\N{HANGUL SYLLABLE GA}", "\ufdfa", "http://a.example "),
    *(
        "a ",
        "abcdefghij",
        "1234567890",
        "January",
        "th ",
        "١٢ يونيو ",
        "º",
        "1º",
        "'27 ",
        "AM ",
        ":",
        "12:30 ",
    ),
)
"""Texts that are slow to read when they are repeated."""


def slow_texts(size: int) -> Iterator[str]:
    """Yield texts of ``size`` characters that are slow for some parser."""
    for text in REPEATED:
        yield f"{(text * (size // len(text) + 1))[: size - 1]}!"
    yield f"12 June {' ' * (size - 12)}2027"
    yield f"a@{'a' * (size - 6)}.com"
    yield from long_texts(size)


def long_texts(size: int) -> Iterator[str]:
    """Yield the few that are slow even where a text is only cleaned or measured."""
    half = size // 2
    yield f"1{',' * (size - 2)}1"
    yield ("on " * size)[:size]
    yield "x" + "\r\n" * half + "x"
    yield "\N{COMBINING ACUTE ACCENT}" * half + "\N{COMBINING DOT BELOW}" * half
    yield "\u0344" * half + "\u0f73" * half
    yield ("a" + "\N{COMBINING ACUTE ACCENT}" * 15 + "\N{COMBINING DOT BELOW}" * 15) * (size // 31)
    yield "\N{GRINNING FACE}" * size
    yield '"' * size


@contextmanager
def serve_form(now: Callable[[], datetime] = utc_now) -> Iterator[Flask]:
    """Give the form's application, on a database of its own, while the block lasts."""
    with tempfile.TemporaryDirectory() as folder:
        file, url = Path(folder) / "forms.toml", f"sqlite:///{folder}/leadform.db"
        file.write_text(FORM, encoding="utf-8")
        database = open_database(url)
        upgrade(database)
        yield create_app(settings_for(url, forms_file=file), read_forms(file), database, now)
        database.close()


def make_environ(body: bytes = b"", **others: Any) -> dict[str, Any]:
    """Return the WSGI environment of a request that posts a body; ``others`` override its parts."""
    parts = {
        "path": "/f/form",
        "method": "POST",
        "content_type": "application/x-www-form-urlencoded",
        **others,
    }
    return EnvironBuilder(input_stream=BytesIO(body), content_length=len(body), **parts).get_environ()


def encode_form(fields: Mapping[str, str]) -> bytes:
    """Return the shortest form-encoded body of these fields."""
    return b"&".join(name.encode() + b"=" + _encode_value(text) for name, text in fields.items())


def truncate_bytes(text: str, size: int) -> str:
    """Return as much of a text as fits into ``size`` bytes of a body."""
    return (
        _encode_value(text)[:size]
        .replace(b"%25", b"%")
        .replace(b"%26", b"&")
        .replace(b"%2B", b"+")
        .decode(errors="ignore")
    )


def _encode_value(text: str) -> bytes:
    return text.encode().replace(b"%", b"%25").replace(b"&", b"%26").replace(b"+", b"%2B")
