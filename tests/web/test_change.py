"""The page on which a visitor changes an enquiry."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text, update

from tests.support.harness import Venue, form_text
from tests.support.pages import Page, PageCheckingClient
from webapp.enquiry import utc_now
from webapp.outbox.database import Database
from webapp.outbox.queries import DeliveryQueries, Filter
from webapp.outbox.tables import enquiries

pytestmark = pytest.mark.engines("sqlite")

Later = Callable[[float], None]


@pytest.fixture
def receipt(client: PageCheckingClient) -> str:
    page = client.page("/f/weddings?utm_source=google")
    return str(client.send(page=page).location)


@pytest.fixture
def received_ago(database: Database) -> Later:
    """Date every enquiry back by a number of hours."""

    def make_older(hours: float) -> None:
        with database.writing() as connection:
            connection.execute(update(enquiries).values(received_at=utc_now() - timedelta(hours=hours)))

    return make_older


def change(client: PageCheckingClient, receipt: str, **answers: str) -> Page:
    """Change an enquiry and return the page that follows."""
    page = client.page(f"{receipt}/change")
    answer = client.post(f"{receipt}/change", data={**page.hidden(), **page.answers(), **answers})
    return client.page(str(answer.location)) if answer.status_code == 303 else Page(answer.text)


def kinds(database: Database) -> list[str]:
    return [delivery.kind for delivery in DeliveryQueries(database).list(Filter())]


def test_the_receipt_offers_a_change_and_says_until_when(client: PageCheckingClient, receipt: str) -> None:
    page = client.page(receipt)
    link = page.one(f"a[href='{receipt}/change']")
    assert link.to_text() == "Change or add to your enquiry"
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    assert f"You can do so until {tomorrow:%-d %B %Y}" in page.html


def test_the_form_is_prefilled(client: PageCheckingClient, receipt: str) -> None:
    page = client.page(f"{receipt}/change")
    assert page.text("h1") == "Change or add to your enquiry"
    typed = page.answers()
    assert typed["first_name"] == "Ada"
    assert typed["phone"] == "0412 345 678"
    assert typed["message"] == "A wedding for eighty."
    assert typed["consent"] == "y"


def test_every_kind_of_answer_is_prefilled_as_given(venue: Venue) -> None:
    options = ["Great Hall", "Terrace"]
    questions: list[dict[str, Any]] = [
        {"name": "text", "kind": "text"},
        {"name": "number", "kind": "number"},
        {"name": "day", "kind": "date"},
        {"name": "tel", "kind": "tel"},
        {"name": "choice", "kind": "select", "options": options},
        {"name": "button", "kind": "radio", "options": options},
        {"name": "boxes", "kind": "checkboxes", "options": options},
        {"name": "box", "kind": "checkbox"},
    ]
    venue.open(form_text({}, *questions, region="AU"))
    answers: dict[str, Any] = {
        "text": "A <b>",
        "number": "1,200",
        "day": "31 May 2027",
        "tel": "0412 345 678",
        "choice": "Terrace",
        "button": "Great Hall",
        "boxes": options,
        "box": "y",
    }
    receipt = venue.receive(**answers)
    typed = venue.client.page(f"{receipt}/change").answers()
    assert {name: typed[name] for name in answers} == answers


@pytest.mark.parametrize(
    ("typed", "in_german", "number"),
    [
        ("1,200", "1.200", 1200),
        ("1.5", "1,5", 1.5),
        ("0.25", "0,25", 0.25),
        ("3.14159265", "3,14159265", 3.14159265),
        ("1.2340", "1,2340", 1.234),
        ("12,345.678", "12.345,678", 12345.678),
    ],
)
def test_numbers_and_dates_survive_reformatting_in_another_language(
    venue: Venue, typed: str, in_german: str, number: float
) -> None:
    questions = [{"name": "number", "kind": "number"}, {"name": "day", "kind": "date"}]
    # In the US 3/4/2031 is in March in English, and in April in German.
    venue.open(form_text({}, *questions, region="US"))
    receipt = venue.receive(number=typed, day="3/4/2031")
    page = venue.client.page(f"{receipt}/change?lang=de")
    assert (page.value("number"), page.value("day")) == (in_german, "4. März 2031")
    sent = {**page.hidden(), **page.answers(), "message": "Ninety"}
    assert venue.client.post(f"{receipt}/change?lang=de", data=sent).status_code == 303
    record = DeliveryQueries(venue.database).show(venue.deliveries()[0].reference)
    assert record is not None
    (amended,) = record.amendments
    answers = {name: answer.value for name, answer in amended.answers.questions.items()}
    assert answers == {"number": number, "day": "2031-03-04"}


def test_text_is_kept_when_its_question_becomes_a_number(venue: Venue) -> None:
    venue.open(form_text({}, {"kind": "text"}))
    receipt = venue.receive(asked="About 1,200")
    venue.open(form_text({}, {"kind": "number"}))
    assert venue.client.page(f"{receipt}/change").value("asked") == "About 1,200"


def test_a_change_appears_on_the_receipt_under_the_same_reference(
    client: PageCheckingClient, receipt: str, database: Database
) -> None:
    reference = client.page(receipt).text("#reference")
    page = change(client, receipt, message="A wedding for ninety.")
    assert page.text("#reference") == reference
    assert "A wedding for ninety." in page.html
    assert "Changed on" in page.html
    assert "Changed on " in client.get(f"{receipt}/copy.txt").text
    assert kinds(database) == ["update", "add"]


def test_sending_the_form_unchanged_changes_nothing(
    client: PageCheckingClient, receipt: str, database: Database
) -> None:
    assert "Changed on" not in change(client, receipt).html
    assert kinds(database) == ["add"]


def test_the_same_change_sent_twice_is_stored_once(
    client: PageCheckingClient, receipt: str, database: Database
) -> None:
    page = client.page(f"{receipt}/change")
    for _ in range(2):
        data = {**page.hidden(), **page.answers(), "message": "Ninety"}
        assert client.post(f"{receipt}/change", data=data).status_code == 303
    assert kinds(database) == ["update", "add"]


def test_resending_a_stored_change_with_an_expired_token_succeeds(
    client: PageCheckingClient, receipt: str, database: Database, let_a_day_pass: Callable[[], None]
) -> None:
    page = client.page(f"{receipt}/change")
    unchanged = {**page.hidden(), **page.answers()}
    sent = {**unchanged, "message": "Ninety"}
    first = client.post(f"{receipt}/change", data=sent)
    let_a_day_pass()
    again = client.post(f"{receipt}/change", data=sent)
    assert (again.status_code, again.location) == (303, first.location)
    change(client, receipt, message="A hundred")
    assert client.post(f"{receipt}/change", data=sent).status_code == 303
    assert client.post(f"{receipt}/change", data={**sent, "message": "A hundred"}).status_code == 303
    assert kinds(database) == ["update", "update", "add"]
    refused = client.post(f"{receipt}/change", data=unchanged)
    assert refused.status_code == 422
    assert "Your changes have not been sent yet" in refused.text
    assert kinds(database) == ["update", "update", "add"]


def test_resending_a_stored_change_after_the_deadline_succeeds(
    client: PageCheckingClient, receipt: str, database: Database, received_ago: Later
) -> None:
    page = client.page(f"{receipt}/change")
    sent = {**page.hidden(), **page.answers(), "message": "Ninety"}
    assert client.post(f"{receipt}/change", data=sent).status_code == 303
    received_ago(24)
    assert client.post(f"{receipt}/change", data=sent).status_code == 303
    assert client.post(f"{receipt}/change", data={**sent, "token": ""}).status_code == 410
    assert kinds(database) == ["update", "add"]


def test_errors_are_shown_and_answers_are_kept(
    client: PageCheckingClient, receipt: str, database: Database
) -> None:
    page = change(client, receipt, email="nobody", message="Ninety")
    assert page.summary() == ["Enter an email address in the correct format, like name@example.com"]
    assert page.value("message") == "Ninety"
    assert kinds(database) == ["add"]


def test_a_change_keeps_the_campaign_and_the_consent(
    client: PageCheckingClient, receipt: str, database: Database
) -> None:
    change(client, receipt, message="Ninety")
    record = DeliveryQueries(database).show(client.page(receipt).text("#reference"))
    assert record is not None
    (amended,) = record.amendments
    assert amended.attribution == record.enquiry.attribution
    assert amended.attribution.parameters["utm_source"] == "google"
    assert amended.consent == record.enquiry.consent


def test_after_the_deadline_no_change_is_offered_or_accepted(
    client: PageCheckingClient, receipt: str, database: Database, received_ago: Later
) -> None:
    page = client.page(f"{receipt}/change")
    received_ago(24)
    assert client.page(receipt).all(f"a[href='{receipt}/change']") == []
    for answer in (
        client.get(f"{receipt}/change"),
        client.post(f"{receipt}/change", data={**page.hidden(), **page.answers(), "message": "Ninety"}),
    ):
        assert answer.status_code == 410
        assert Page(answer.text).text("h1") == "This enquiry can no longer be changed here"
        assert "Questions? Call 02 5550 1234." in answer.text
    assert kinds(database) == ["add"]


def test_a_form_can_disallow_changes(venue: Venue) -> None:
    venue.open(form_text(amend_for=0))
    receipt = venue.receive()
    assert "/change" not in venue.client.get(receipt).text
    assert venue.client.get(f"{receipt}/change").status_code == 410


def test_only_the_receipts_address_allows_a_change(client: PageCheckingClient, receipt: str) -> None:
    assert client.get("/r/forged/change").status_code == 404
    assert client.get(f"{receipt}x/change").status_code == 404


def test_a_token_of_the_form_or_another_enquiry_is_rejected(
    client: PageCheckingClient, receipt: str, database: Database
) -> None:
    other = str(client.send(message="Another").location)
    typed = client.page(f"{receipt}/change").answers()
    for token in (
        client.page("/f/weddings").hidden()["token"],
        client.page(f"{other}/change").hidden()["token"],
        "",
    ):
        answer = client.post(f"{receipt}/change", data={**typed, "token": token, "message": "Ninety"})
        assert answer.status_code == 422
        assert "Your changes have not been sent yet" in answer.text
    assert kinds(database) == ["add", "add"]


def test_the_change_page_is_not_cached_indexed_or_referred(client: PageCheckingClient, receipt: str) -> None:
    answer = client.get(f"{receipt}/change")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer.headers["X-Robots-Tag"]


def test_a_change_keeps_venue_and_campaign_without_asking_again(venue: Venue) -> None:
    venues = [{"value": 107, "label": "The hall"}, {"value": 108, "label": "The boathouse"}]
    questions: list[dict[str, Any]] = [
        {"name": "place", "kind": "select", "to": "venueId", "required": True, "options": venues},
        {"name": "heard", "to": "utmSource"},
        {"name": "boat", "show_when": {"place": 108}, "required": True},
    ]
    venue.open(form_text({}, *questions))
    receipt = venue.receive(place="108", heard="A friend", boat="A dinghy")
    names = venue.client.page(f"{receipt}/change").answers().keys()
    assert names.isdisjoint({"place", "heard"})
    assert venue.change(receipt, boat="A canoe").status_code == 303
    venue.forward()
    (opportunity,) = venue.received()
    assert (opportunity["venueId"], opportunity["utmSource"]) == (108, "A friend")
    assert "A canoe" in opportunity["description"]


def test_a_database_outage_keeps_the_typed_changes(
    client: PageCheckingClient, receipt: str, database: Database
) -> None:
    page = client.page(f"{receipt}/change")
    with database.writing() as connection:
        connection.execute(text("ALTER TABLE amendments RENAME TO amendments_away"))
    try:
        answer = client.get(f"{receipt}/change")
        assert answer.status_code == 503
        answer = client.post(
            f"{receipt}/change", data={**page.hidden(), **page.answers(), "message": "Ninety"}
        )
        assert answer.status_code == 503
        kept = Page(answer.text)
        assert kept.value("message") == "Ninety"
        assert "we could not store them just now" in kept.html
    finally:
        with database.writing() as connection:
            connection.execute(text("ALTER TABLE amendments_away RENAME TO amendments"))
    again = client.post(f"{receipt}/change", data={**kept.hidden(), **kept.answers()})
    assert again.status_code == 303
    assert kinds(database) == ["update", "add"]
