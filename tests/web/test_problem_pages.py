"""Error pages say what happened and what to do."""

from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest
from flask import Flask, abort, request

from tests.conftest import settings_for
from tests.support.harness import form_text
from tests.support.pages import Page, PageCheckingClient, checking_client
from tests.support.processes import SECRET_KEY
from webapp.app import create_app
from webapp.formfile.reader import Forms, read_forms
from webapp.outbox.database import Database, open_database
from webapp.web.tokens import Tokens

NOWHERE = "postgresql://nobody@127.0.0.1:9/nothing"
"""A database that cannot be reached."""

TOO_LONG = "x" * 200_000


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[PageCheckingClient]:
    """A client of two forms with contact lines of their own, without a database."""
    file = tmp_path / "forms.toml"
    first = form_text(slug="first", contact="Call the first: 01.")
    file.write_text(first + form_text(slug="second", contact="Call the second: 02."), encoding="utf-8")
    database = open_database(NOWHERE)
    app = create_app(settings_for(NOWHERE, forms_file=file), read_forms(file), database)

    @app.before_request
    def go_wrong() -> None:
        if "fast" in request.args:
            abort(HTTPStatus.TOO_MANY_REQUESTS)
        if "half" in request.args:
            abort(HTTPStatus.BAD_REQUEST)
        if "broken" in request.args:
            raise LookupError("the inner workings")

    yield checking_client(app)
    database.close()


def a_receipt(slug: str) -> str:
    return "/r/" + Tokens([SECRET_KEY]).issue_receipt("ENQ-00000000", slug)


@pytest.mark.parametrize(
    ("method", "address", "status", "says"),
    [
        ("GET", "/nonsense", 404, "check that it is correct"),
        ("GET", "/f/nonsense", 404, "check that it is correct"),
        ("PUT", "/f/weddings", 405, "Nothing has been sent."),
        ("POST", "/f/nonsense", 404, "Nothing has been sent."),
    ],
)
def test_every_problem_page_links_to_the_form(
    method: str, address: str, status: int, says: str, client: PageCheckingClient
) -> None:
    answer = client.open(address, method=method)
    assert answer.status_code == status
    assert says in answer.text
    assert Page(answer.text).all("a[href='/f/weddings']")


def test_an_internal_error_says_what_to_do_and_leaks_nothing(app: Flask) -> None:
    def broken() -> str:
        raise LookupError("the inner workings")

    app.add_url_rule("/broken", "broken", broken)
    answer = checking_client(app).get("/broken")
    assert answer.status_code == 500
    assert "send it again" in answer.text
    assert "inner workings" not in answer.text


def test_an_untrusted_host_is_refused(database_url: str, database: Database, forms: Forms) -> None:
    settings = settings_for(database_url, trusted_hosts="forms.example.com")
    client = checking_client(create_app(settings, forms, database))
    assert client.get("/f/weddings", headers={"Host": "evil.example"}).status_code == 400
    assert client.get("/f/weddings", headers={"Host": "forms.example.com"}).status_code == 200


@pytest.mark.parametrize(
    ("hops", "address"), [(0, "http://localhost/f/"), (1, "https://forms.example.com/f/")]
)
def test_only_the_configured_proxy_hops_are_trusted(
    hops: int, address: str, database_url: str, database: Database, forms: Forms
) -> None:
    client = checking_client(create_app(settings_for(database_url, proxy_hops=hops), forms, database))
    page = client.page(
        "/f/weddings", headers={"X-Forwarded-Proto": "https", "X-Forwarded-Host": "forms.example.com"}
    )
    assert page.hidden()["landing_address"].startswith(address)


@pytest.mark.parametrize("slug", ["first", "second"])
@pytest.mark.parametrize(
    ("asked", "status", "says"),
    [
        ("POST /f/{slug}?fast", 429, ("Your enquiry has not been sent", "Wait a minute.")),
        ("POST {receipt}/change?fast", 429, ("Your changes have not been sent", "Wait a minute.")),
        ("POST /f/{slug}", 413, ("Your enquiry has not been sent.", "make your message shorter")),
        ("POST {receipt}/change", 413, ("Nothing has been changed", "make your message shorter")),
        ("POST /f/{slug}?broken", 500, ("whether it arrived", "The same enquiry sent twice is one")),
        ("POST {receipt}/change?broken", 500, ("Your enquiry is kept", "changes sent twice are made once")),
        ("POST {receipt}/change?half", 400, ("we could not read", "Nothing has been changed")),
        ("GET {receipt}", 503, ("what you sent before is kept", "Load this page again")),
        ("GET {receipt}/copy.txt", 503, ("what you sent before is kept", "Load this page again")),
        ("GET {receipt}/change", 503, ("what you sent before is kept", "Load this page again")),
    ],
)
def test_problem_pages_help_even_without_a_database(
    asked: str, status: int, says: tuple[str, ...], slug: str, alone: PageCheckingClient
) -> None:
    method, address = asked.format(slug=slug, receipt=a_receipt(slug)).split()
    answer = alone.open(address, method=method, data={"message": TOO_LONG} if status == 413 else None)
    assert answer.status_code == status
    page = Page(answer.text)
    text = page.text("main")
    assert all(sentence in text for sentence in says)
    assert method == "GET" or "Go back, where your browser keeps what you typed" in text
    assert page.text("footer") == f"Call the {slug}: {'01' if slug == 'first' else '02'}."
    assert page.all("meta[name=robots][content=noindex]")


def test_an_unreadable_receipt_links_to_the_same_page(
    alone: PageCheckingClient,
) -> None:
    receipt = a_receipt("second")
    page = Page(alone.get(f"{receipt}/change?lang=de").text)
    assert page.one("main a").attrs["href"] == f"{receipt}/change?lang=de"
    assert page.text("main a") == "Seite neu laden"


@pytest.mark.parametrize(
    ("asked", "status"),
    [("POST ?fast", 429), ("POST ?broken", 500), ("POST ?half", 400), ("POST ", 413), ("PUT ", 405)],
)
def test_problems_in_a_change_lead_back_to_the_change(
    asked: str, status: int, alone: PageCheckingClient
) -> None:
    method, query = asked.split(" ")
    change = f"{a_receipt('second')}/change"
    answer = alone.open(f"{change}{query}", method=method, data={"message": TOO_LONG})
    assert answer.status_code == status
    page = Page(answer.text)
    assert page.one("main a").attrs["href"] == change
    assert "enquiry has not been sent" not in page.text("main")
    assert "Nothing has been sent" not in page.text("main")


@pytest.mark.parametrize("address", ["/f/gone", "/r/nonsense/change", "/nowhere"])
def test_a_post_to_an_unknown_address_says_nothing_was_sent(address: str, client: PageCheckingClient) -> None:
    answer = client.post(address, data={"message": "Hello"})
    assert answer.status_code == 404
    text = Page(answer.text).text("main")
    assert "Nothing has been sent." in text
    assert "What you sent before is kept" not in text


def test_no_page_under_a_receipt_is_cached_indexed_or_referred(
    client: PageCheckingClient, alone: PageCheckingClient
) -> None:
    receipt = client.send().location
    answers = [client.get(f"{receipt}{rest}") for rest in ("", "/", "/change", "/copy.txt", "/nothing")]
    unreadable = [alone.get(a_receipt("second")), alone.get(f"{a_receipt('second')}?broken")]
    assert [answer.status_code for answer in (*answers, *unreadable)] == [200, 404, 200, 200, 404, 503, 500]
    for answer in (*answers, *unreadable):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Robots-Tag"] == "noindex"
    assert [answer.headers.get("Retry-After") for answer in unreadable] == ["10", None]


def test_an_unknown_receipts_change_page_links_to_the_form(client: PageCheckingClient) -> None:
    answer = client.get("/r/nonsense/change")
    assert answer.status_code == 404
    assert Page(answer.text).one("main a").attrs["href"] == "/f/weddings"


def test_the_form_works_and_keeps_answers_without_a_database(
    alone: PageCheckingClient,
) -> None:
    page = alone.page("/f/second?utm_source=google")
    answer = alone.post(
        "/f/second", data={**page.hidden(), "first_name": "Ada", "last_name": "L", "email": "ada@example.com"}
    )
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    kept = Page(answer.text)
    assert kept.hidden() == page.hidden()
    assert kept.value("first_name") == "Ada"
    assert kept.text("title").startswith("Error: ")
    assert "What you typed is kept below. Send it again in a moment." in kept.text(".notice")
    assert kept.text("footer") == "Call the second: 02."


def test_a_disallowed_method_gets_the_allowed_ones(client: PageCheckingClient) -> None:
    assert {"GET", "POST"} <= client.put("/f/weddings").allow
