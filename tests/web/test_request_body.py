"""A request is read at a bounded cost, counted in calls, since seconds vary by machine."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import dateparser
import phonenumbers
import pytest
from email_validator import validate_email
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, TestResponse, run_wsgi_app

from tests.support.costly_input import (
    BUILT_IN,
    FIELDS,
    FORM,
    HIDDEN,
    MAX_SENT,
    REPEATED,
    VALID,
    encode_form,
    long_texts,
    make_environ,
    serve_form,
)
from tests.support.harness import Venue
from tests.support.pages import Page, PageCheckingClient
from webapp.languages.text_cleaning import RAW_OF_ONE
from webapp.web.request_body import MAX_PARTS
from webapp.web.request_headers import MAX_HEADER, without_long_headers

LINES = ("first_name", "last_name", "email", "phone", "company", "line", "patterned", "address", "dialled")
LIMITS = {"first_name": 80, "last_name": 80, "email": 254, "phone": 50, "message": 4000, "lines": 4000}
MUCH = 60_000
ANSWERED = {200, 303, 422}


@pytest.fixture(scope="module")
def everything() -> Iterator[Flask]:
    """A form with a field of each kind."""
    with serve_form() as app:
        app.test_client_class = PageCheckingClient
        yield app


def post(app: Flask, body: bytes) -> TestResponse:
    return app.test_client().post("/f/form", data=body, content_type="application/x-www-form-urlencoded")


def status_of(app: Flask, body: bytes, **others: Any) -> int:
    """Return the status of the response to a body; the page is not parsed, which would take longest."""
    return int(run_wsgi_app(app, make_environ(body, **others), buffered=True)[1].split()[0])


def calls_of(app: Flask, body: bytes) -> int:
    """Return how many functions, including built-in ones, one request calls."""
    environ, calls = make_environ(body), 0

    def count(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal calls
        del frame, argument
        calls += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        run_wsgi_app(app, environ, buffered=True)
    finally:
        sys.setprofile(before)
    return calls


# Too long


@pytest.mark.parametrize("name", [*LINES, "message", "lines"])
def test_a_far_too_long_text_is_refused_by_length_and_kept(everything: Flask, name: str) -> None:
    typed = "1,e\u0301 " * (MUCH // 5) + "1"
    page = Page(post(everything, encode_form({**VALID, name: typed})).text)
    most = f"{LIMITS.get(name, 200):,}"
    assert any(
        f"must be {most} characters or fewer: it has {len(typed):,}" in message for message in page.summary()
    )
    assert page.value(name) == typed


@pytest.mark.parametrize(
    ("name", "message"), [("number", "Enter a number, like"), ("day", "Enter a date, like")]
)
@pytest.mark.parametrize("typed", ["on " * 1500 + "12 June 2090", f"1{',' * MUCH}1", "1" * MUCH])
def test_a_far_too_long_date_or_number_is_refused_and_kept(
    everything: Flask, name: str, message: str, typed: str
) -> None:
    page = Page(post(everything, encode_form({**VALID, name: typed})).text)
    assert page.summary()[0].startswith(message)
    assert page.value(name) == typed


def test_only_the_length_of_a_far_too_long_text_is_read(
    everything: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []

    def noting(reader: Callable[..., Any], place: int = 0) -> Callable[..., Any]:
        def note(*arguments: Any, **named: Any) -> Any:
            read.append(len(arguments[place]))
            return reader(*arguments, **named)

        return note

    monkeypatch.setattr(unicodedata, "normalize", noting(unicodedata.normalize, 1))
    monkeypatch.setattr(dateparser, "parse", noting(dateparser.parse))
    monkeypatch.setattr(phonenumbers, "parse", noting(phonenumbers.parse))
    monkeypatch.setattr("webapp.forms.kinds.email.validate_email", noting(validate_email))
    for name in (*FIELDS, *HIDDEN):
        status_of(everything, encode_form({**VALID, "phone": "02 5550 1234", name: "1/é" * (MUCH // 4)}))
    assert max(read) <= RAW_OF_ONE * max(LIMITS.values())
    assert len(read) > len(FIELDS)  # the parsers were called at all


@pytest.mark.parametrize("name", [*FIELDS, *HIDDEN])
def test_cost_does_not_grow_with_the_length_of_a_text(everything: Flask, name: str) -> None:
    once, twice = (
        encode_form({**VALID, name: "on 1,\u0301\x07" * (size // 7)}) for size in (MUCH // 2, MUCH)
    )
    calls_of(everything, once)  # fill the caches
    assert calls_of(everything, twice) < calls_of(everything, once) * 1.02


@pytest.mark.parametrize("name", [*FIELDS, *HIDDEN])
def test_the_slowest_texts_are_answered_in_every_field(everything: Flask, name: str) -> None:
    for text in long_texts(MUCH // 4):
        assert status_of(everything, encode_form({**VALID, name: text})) in ANSWERED


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    fields=st.dictionaries(
        st.sampled_from([*FIELDS, *HIDDEN, "lang", "switch", "typed_in"]),
        st.tuples(
            st.sampled_from(REPEATED), st.sampled_from([1, 7, 60, 199, 1000]), st.text(max_size=20)
        ).map(lambda parts: parts[0] * parts[1] + parts[2])
        | st.text(max_size=60),
    )
)
def test_any_field_content_is_accepted_or_refused(everything: Flask, fields: dict[str, str]) -> None:
    sent = {name: text.encode(errors="replace").decode() for name, text in fields.items()}
    assert status_of(everything, encode_form({**VALID, **sent})) in ANSWERED


def test_a_body_is_accepted_up_to_its_limit(everything: Flask) -> None:
    rest = MAX_SENT - len(encode_form({**VALID, "message": ""}))
    assert status_of(everything, encode_form({**VALID, "message": "x" * rest})) == 422
    assert status_of(everything, encode_form({**VALID, "message": "x" * (rest + 1)})) == 413


# Cleaning


@pytest.mark.parametrize(
    ("name", "typed", "kept"),
    [
        ("message", "a\r\n" * 1999 + "bb", "a\n" * 1999 + "bb"),
        ("message", unicodedata.normalize("NFD", "Việt ") * 799 + "Nam", "Việt " * 799 + "Nam"),
        ("lines", "\N{GREEK SMALL LETTER ALPHA}\u0313\u0300\u0345" * 4000, "\u1f82" * 4000),
        ("message", " " * 50_000 + "well" + " " * 5_000, "well"),
        ("first_name", "Ada" + " " * 900 + "B.", "Ada B."),
        ("day", "12" + "\t" * 500 + "June 2090", "12 June 2090"),
    ],
)
def test_text_that_cleaning_shortens_enough_is_accepted(
    everything: Flask, name: str, typed: str, kept: str
) -> None:
    answer = post(everything, encode_form({**VALID, name: typed, "email": "no address"}))
    page = Page(answer.text)
    assert len(page.summary()) == 1
    assert page.value(name) == kept


@pytest.mark.parametrize("name", ["message", "company"])
def test_a_text_at_its_limit_is_accepted_and_one_above_refused(everything: Flask, name: str) -> None:
    most = LIMITS.get(name, 200)
    page = Page(everything.test_client().get("/f/form").text)
    whole = {**VALID, **page.hidden()}
    assert post(everything, encode_form({**whole, name: "x" * (most + 1)})).status_code == 422
    assert post(everything, encode_form({**whole, name: "x" * most})).status_code == 303


# Repeated fields


@pytest.mark.parametrize("name", ["boxes", "chosen", "button", "ticked", "line", "utm_source", "asked_about"])
def test_a_field_repeated_very_often_is_answered_or_refused(everything: Flask, name: str) -> None:
    often = f"&{name}=The+answer+1".encode()
    assert status_of(everything, encode_form(VALID) + often * (MAX_PARTS - 10)) in ANSWERED
    assert status_of(everything, encode_form(VALID) + f"&{name}=x".encode() * 10_000) == 413


def test_more_ticks_than_boxes_is_refused(everything: Flask) -> None:
    body = encode_form(VALID) + b"".join(f"&boxes=The+answer+{number}".encode() for number in range(500))
    page = Page(post(everything, body).text)
    assert "Choose one of the answers: What is asked?" in page.summary()
    assert len(page.answers()["boxes"]) == 20


def test_too_many_multipart_parts_are_refused(everything: Flask) -> None:
    part = b'--b\r\nContent-Disposition: form-data; name="line"\r\n\r\nx\r\n'
    for times, status in ((500, 422), (1500, 413)):
        body = part * times + b"--b--\r\n"
        assert status_of(everything, body, content_type="multipart/form-data; boundary=b") == status


def test_too_long_headers_are_dropped_or_cut() -> None:
    seen: dict[str, str] = {}

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        seen.update({key: value for key, value in environ.items() if isinstance(value, str)})
        start_response("200 OK", [])
        return []

    long = "a," * MAX_HEADER
    sent = {
        "Accept-Language": long,
        "Accept-Encoding": "br",
        "Referer": long,
        "X-Forwarded-For": f"{long}1.2.3.4",
    }
    environ = EnvironBuilder("/", headers=Headers(sent), content_type=f"text/html;{long}").get_environ()
    run_wsgi_app(without_long_headers(app), environ)
    assert "HTTP_ACCEPT_LANGUAGE" not in seen
    assert "CONTENT_TYPE" not in seen
    assert seen["HTTP_ACCEPT_ENCODING"] == "br"
    assert seen["HTTP_REFERER"] == long
    assert seen["HTTP_X_FORWARDED_FOR"].endswith(",1.2.3.4")
    assert len(seen["HTTP_X_FORWARDED_FOR"]) == MAX_HEADER


# A change


@pytest.mark.engines("sqlite")
def test_far_too_long_answers_in_a_change_are_refused(venue: Venue) -> None:
    venue.open(FORM)
    receipt = venue.receive(consent="y")
    for text in ("on " * 1500, "1" + "," * MUCH + "1", "\u0301" * 9000 + "\u0323" * 9000):
        for name in ("day", "message", "line"):
            answer = venue.change(receipt, **{name: text})
            assert answer.status_code == 422, (name, text[:3])
    assert set(BUILT_IN) <= set(venue.client.page(f"{receipt}/change").answers())


def test_a_typo_in_an_unasked_question_is_not_queried(everything: Flask) -> None:
    for address in ("ada@gmial.com", f"{'a' * MUCH}@gmial.com"):
        page = Page(post(everything, encode_form({**VALID, "unasked": address})).text)
        assert page.summary() == []
