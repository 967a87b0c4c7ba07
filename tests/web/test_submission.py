"""Sending the form: what is stored, what is refused, and that no answer is lost."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask

from tests.support.pages import TYPED, Page, PageCheckingClient
from webapp.enquiry import Enquiry
from webapp.outbox.database import Database
from webapp.outbox.serialization import parse_enquiry, stored_enquiries
from webapp.outbox.tables import enquiries
from webapp.web.tokens import Tokens


def stored(database: Database) -> list[Enquiry]:
    with database.reading() as connection:
        rows = connection.execute(stored_enquiries().order_by(enquiries.c.id)).mappings().all()
    return [parse_enquiry(row) for row in rows]


def test_a_sent_form_is_stored_and_leads_to_the_receipt(
    client: PageCheckingClient, database: Database
) -> None:
    page = client.page("/f/weddings?utm_source=google&gclid=abc", headers={"Referer": "https://a.example/"})
    answer = client.send(page=page, company="Analytical Engines")
    assert answer.status_code == 303
    assert answer.location.startswith("/r/")
    (enquiry,) = stored(database)
    assert enquiry.form == "weddings"
    assert (enquiry.answers.first_name, enquiry.answers.last_name) == ("Ada", "Lovelace")
    assert enquiry.answers.phone is not None
    assert (enquiry.answers.phone.typed, enquiry.answers.phone.e164) == ("0412 345 678", "+61412345678")
    assert enquiry.answers.company == "Analytical Engines"
    assert enquiry.consent is not None
    assert enquiry.consent.text == "Harbour Hall may contact me about this enquiry."
    assert enquiry.attribution.parameters == {"utm_source": "google", "gclid": "abc"}
    assert enquiry.attribution.referrer == "https://a.example/"
    assert enquiry.attribution.landing_address == "http://localhost/f/weddings?utm_source=google&gclid=abc"


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("first_name", "", "Enter your first name"),
        ("first_name", "  \x00 ", "Enter your first name"),
        ("first_name", "x" * 81, "First name must be 80 characters or fewer: it has 81"),
        ("last_name", "", "Enter your last name"),
        ("email", "", "Enter your email address"),
        ("email", "ada@", "Enter an email address in the correct format, like name@example.com"),
        ("phone", "", "Enter your phone number"),
        (
            "phone",
            "5550 1234",
            "Enter a whole phone number, like 0412 345 678, or one from abroad, like +44 20 7946 0958",
        ),
        ("message", "x" * 4001, "Message must be 4,000 characters or fewer: it has 4,001"),
    ],
)
def test_an_invalid_answer_is_shown_and_everything_typed_is_kept(
    field: str, typed: str, message: str, client: PageCheckingClient, database: Database
) -> None:
    answer = client.send(changes={field: typed})
    assert answer.status_code == 422
    page = Page(answer.text)
    assert page.text("title").startswith("Error: ")
    assert page.summary() == [message]
    assert page.one(f"[role=alert] a[href='#{field}']")
    assert message in page.text(f"[id={field}-error]")
    assert page.one(f"[name={field}]").attrs["aria-invalid"] == "true"
    for name, value in TYPED.items():
        if name not in {field, "consent"}:
            assert page.value(name) == value
    assert "checked" in page.one("[name=consent]").attrs
    assert stored(database) == []


def test_an_unticked_consent_is_refused(client: PageCheckingClient) -> None:
    data = {**TYPED, **client.page("/f/weddings").hidden()}
    del data["consent"]
    answer = client.post("/f/weddings", data=data)
    assert answer.status_code == 422
    assert Page(answer.text).summary() == ["Tick the box to agree, so that we may answer your enquiry"]


def test_all_errors_are_shown_in_page_order(client: PageCheckingClient) -> None:
    page = client.page("/f/weddings")
    answer = client.post("/f/weddings", data=page.hidden())
    assert [message.split(" your ")[-1] for message in Page(answer.text).summary()[:4]] == [
        "first name",
        "last name",
        "email address",
        "phone number",
    ]


HALF_A_SURROGATE_PAIR = b"\xed\xa0\x80"


def urlencoded(fields: dict[str, str], damaged: bytes) -> tuple[bytes, str]:
    body = urlencode({**fields, "first_name": "PLACE"}).encode()
    escaped = "".join(f"%{byte:02X}" for byte in damaged).encode()
    return body.replace(b"PLACE", escaped), "application/x-www-form-urlencoded"


def unescaped(fields: dict[str, str], damaged: bytes) -> tuple[bytes, str]:
    body = urlencode({**fields, "first_name": "PLACE"}).encode()
    return body.replace(b"PLACE", damaged), "application/x-www-form-urlencoded"


def multipart(fields: dict[str, str], damaged: bytes) -> tuple[bytes, str]:
    parts = "".join(
        f'--line\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in {**fields, "first_name": "PLACE"}.items()
    )
    body = f"{parts}--line--\r\n".encode().replace(b"PLACE", damaged)
    return body, "multipart/form-data; boundary=line"


@pytest.mark.parametrize("encode", [urlencoded, unescaped, multipart])
def test_broken_unicode_is_refused_with_a_clear_message(
    encode: Callable[[dict[str, str], bytes], tuple[bytes, str]],
    client: PageCheckingClient,
    database: Database,
) -> None:
    body, content_type = encode({**TYPED, **client.page("/f/weddings").hidden()}, HALF_A_SURROGATE_PAIR)
    answer = client.post("/f/weddings", data=body, content_type=content_type)
    assert answer.status_code == 422
    page = Page(answer.text)
    assert page.summary() == ["First name has characters that did not arrive whole: type it again"]
    assert page.value("last_name") == TYPED["last_name"]
    assert stored(database) == []


def test_an_answer_of_control_characters_alone_is_empty(
    client: PageCheckingClient, database: Database
) -> None:
    assert client.send("short", phone="\x00").status_code == 303
    (enquiry,) = stored(database)
    assert enquiry.answers.phone is None


def test_control_characters_are_removed(client: PageCheckingClient, database: Database) -> None:
    page = client.page("/f/weddings?utm_source=goo%00gle")
    assert client.send(page=page, first_name="A\x00da", message="a\x07b\r\nc").status_code == 303
    (enquiry,) = stored(database)
    assert enquiry.answers.first_name == "A da"
    assert enquiry.answers.message == "ab\nc"
    assert enquiry.attribution.parameters == {"utm_source": "google"}


def test_the_campaign_survives_failed_submissions(client: PageCheckingClient, database: Database) -> None:
    page = client.page(
        "/f/weddings?utm_source=google&utm_term=a%20b&gclid=abc", headers={"Referer": "https://a.example/"}
    )
    for _ in range(3):
        page = Page(client.send(page=page, first_name="").text)
    assert client.send(page=page).status_code == 303
    (enquiry,) = stored(database)
    assert enquiry.attribution.parameters == {"utm_source": "google", "utm_term": "a b", "gclid": "abc"}
    assert enquiry.attribution.referrer == "https://a.example/"


def test_a_too_long_campaign_does_not_block_the_enquiry(
    client: PageCheckingClient, database: Database
) -> None:
    page = client.page("/f/weddings", query_string={"utm_source": "x" * 300, "gclid": "y" * 1025})
    assert client.send(page=page).status_code == 303
    (enquiry,) = stored(database)
    assert enquiry.attribution.parameters == {"utm_source": "x" * 255}
    assert len(enquiry.attribution.notes) == 2


def test_a_double_click_is_one_enquiry_with_one_receipt(
    client: PageCheckingClient, database: Database
) -> None:
    page = client.page("/f/weddings")
    first, second = client.send(page=page), client.send(page=page)
    assert first.location == second.location
    assert len(stored(database)) == 1


def test_changed_content_under_the_same_token_is_a_new_enquiry(
    client: PageCheckingClient, database: Database
) -> None:
    page = client.page("/f/weddings")
    first, second = client.send(page=page), client.send(page=page, message="Make it ninety.")
    assert first.location != second.location
    assert len(stored(database)) == 2


@pytest.mark.parametrize(
    "token", ["", "nonsense", Tokens(["a key of somebody else, long enough"]).issue("weddings")]
)
def test_a_bad_token_asks_to_send_again_and_keeps_everything(
    token: str, client: PageCheckingClient, database: Database
) -> None:
    page = client.page("/f/weddings?utm_source=google")
    answer = client.send(page=page, token=token)
    assert answer.status_code == 422
    assert "Check what you typed and send it again" in answer.text
    again = Page(answer.text)
    assert again.value("first_name") == "Ada"
    assert again.hidden()["utm_source"] == "google"
    assert again.hidden()["token"] != token
    assert stored(database) == []
    assert client.send(page=again).status_code == 303


def test_an_expired_token_is_replaced_on_the_next_page(
    client: PageCheckingClient, database: Database, let_a_day_pass: Callable[[], None]
) -> None:
    page = client.page("/f/weddings")
    let_a_day_pass()
    answer = client.send(page=page)
    assert answer.status_code == 422
    assert stored(database) == []
    assert client.send(page=Page(answer.text)).status_code == 303


def test_resending_with_an_expired_token_leads_to_the_receipt(
    client: PageCheckingClient, database: Database, let_a_day_pass: Callable[[], None]
) -> None:
    page = client.page("/f/weddings")
    first = client.send(page=page)
    let_a_day_pass()
    assert client.send(page=page).location == first.location
    assert len(stored(database)) == 1


def test_a_token_of_another_form_is_rejected(client: PageCheckingClient, database: Database) -> None:
    token = client.page("/f/short").hidden()["token"]
    assert client.send(token=token).status_code == 422
    assert stored(database) == []


def test_unknown_fields_are_ignored(client: PageCheckingClient, database: Database) -> None:
    answer = client.send(id="1", venueId="999", typeId="999", opportunity="{}")
    assert answer.status_code == 303
    (enquiry,) = stored(database)
    assert "999" not in repr(enquiry)


def test_hidden_fields_are_not_stored(client: PageCheckingClient, database: Database) -> None:
    client.send("short", company="Sneaky", message="Sneaky")
    (enquiry,) = stored(database)
    assert (enquiry.answers.company, enquiry.answers.message) == ("", "")


def test_a_form_can_redirect_to_its_thanks_page(client: PageCheckingClient, database: Database) -> None:
    answer = client.send("thanks")
    assert (answer.status_code, answer.location) == (303, "https://www.harbourhall.example/thanks")
    assert len(stored(database)) == 1


def test_a_body_over_64_kib_is_too_large(client: PageCheckingClient, database: Database) -> None:
    answer = client.send(message="x" * 65_536)
    assert answer.status_code == 413
    assert "has not been sent" in answer.text
    assert stored(database) == []


def test_a_storage_failure_keeps_everything_for_sending_again(
    client: PageCheckingClient, database: Database
) -> None:
    page = client.page("/f/weddings?utm_source=google")
    with database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE deliveries RENAME TO away")
    answer = client.send(page=page)
    assert answer.status_code == 503
    assert "has not been sent yet" in answer.text
    assert answer.headers["Retry-After"]
    again = Page(answer.text)
    assert again.value("message") == TYPED["message"]
    assert again.hidden() == page.hidden()
    with database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO deliveries")
    assert client.send(page=again).status_code == 303
    assert len(stored(database)) == 1


@pytest.mark.parametrize(
    "typed", ["<b>bold</b>", '"><script>alert(1)</script>', "{{ 7 * 7 }}", "O'Brien & Söhne", "🎉"]
)
def test_typed_markup_is_shown_again_as_text(typed: str, client: PageCheckingClient) -> None:
    page = Page(client.send(first_name="", last_name=typed, message=typed).text)
    assert (page.value("last_name"), page.value("message")) == (typed, typed)


def test_no_personal_data_reaches_the_log(
    client: PageCheckingClient, app: Flask, capfd: pytest.CaptureFixture[str]
) -> None:
    client.send()
    client.send(first_name="")
    output: Any = capfd.readouterr()
    for private in ("Ada", "Lovelace", "ada@example.com", "0412", "eighty"):
        assert private not in output.out + output.err
    assert app is not None
