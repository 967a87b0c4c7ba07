"""The receipt and its copy as text."""

import re

import pytest

from tests.conftest import settings_for
from tests.support.pages import Page, PageCheckingClient, checking_client
from tests.support.processes import SECRET_KEY
from webapp.app import create_app
from webapp.formfile.reader import Forms
from webapp.outbox.database import Database
from webapp.web.tokens import Tokens


@pytest.fixture
def address(client: PageCheckingClient) -> str:
    page = client.page("/f/weddings?utm_source=google&utm_campaign=spring%20sale")
    return str(client.send(page=page, message="One\nTwo <b>").location)


def test_the_receipt_shows_the_reference_and_what_happens_next(
    client: PageCheckingClient, address: str
) -> None:
    page = client.page(address)
    assert re.fullmatch(r"ENQ-[0-9A-HJKMNP-TV-Z]{8}", page.one("#reference").to_text())
    assert "We will call you within one working day." in page.html
    assert "Questions? Call 02 5550 1234." in page.html


def test_the_receipt_repeats_what_was_sent(client: PageCheckingClient, address: str) -> None:
    page = client.page(address)
    sent = page.terms()
    assert sent["First name"] == "Ada"
    assert sent["Phone number"] == "0412 345 678"
    assert "Two <b>" in sent["Message"]
    assert sent["You agreed"] == "Harbour Hall may contact me about this enquiry."


def test_the_receipt_says_received_and_never_delivered(client: PageCheckingClient, address: str) -> None:
    text = client.get(address).text.lower()
    assert "received" in text
    assert "delivered" not in text


def test_the_receipt_is_not_cached_indexed_or_referred(client: PageCheckingClient, address: str) -> None:
    headers = client.get(address).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Robots-Tag"] == "noindex"


def test_the_receipt_can_be_opened_again(client: PageCheckingClient, address: str) -> None:
    assert client.get(address).text == client.get(address).text


def test_a_copy_can_be_saved_as_text(client: PageCheckingClient, address: str) -> None:
    page = client.page(address)
    reference = page.text("#reference")
    answer = client.get(f"{address}/copy.txt")
    assert answer.mimetype == "text/plain"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{reference}.txt"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert f"Reference: {reference}" in answer.text
    assert "Message: One\nTwo <b>" in answer.text
    assert page.all(f"a[href='{address}/copy.txt']")


def test_the_next_enquirys_link_is_unique_and_keeps_the_campaign(
    client: PageCheckingClient, address: str
) -> None:
    page = client.page(address)
    again = f"/f/weddings?utm_source=google&utm_campaign=spring+sale&after={page.text('#reference')}"
    assert page.all(f"a[href='{again}']")


@pytest.mark.parametrize(
    "token", ["nonsense", "ENQ-7F3K9QXD", Tokens([SECRET_KEY]).issue_receipt("ENQ-00000000", "weddings")]
)
def test_an_unissued_receipt_address_is_not_found(token: str, client: PageCheckingClient) -> None:
    assert client.get(f"/r/{token}").status_code == 404
    assert client.get(f"/r/{token}/copy.txt").status_code == 404


def test_an_unreadable_receipt_says_nothing_is_lost(
    client: PageCheckingClient, address: str, database: Database
) -> None:
    with database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE enquiries RENAME TO away")
    answer = client.get(address)
    assert answer.status_code == 503
    assert "Nothing is lost" in answer.text


def test_receipt_addresses_use_the_public_url(database_url: str, database: Database, forms: Forms) -> None:
    settings = settings_for(database_url, public_url="https://forms.example.com")
    client = checking_client(create_app(settings, forms, database))
    assert client.send().location.startswith("https://forms.example.com/r/")


def test_a_missing_contact_line_says_to_quote_the_reference(client: PageCheckingClient) -> None:
    page = Page(client.get(client.send("short").location).text)
    assert "quote your reference" in page.html
