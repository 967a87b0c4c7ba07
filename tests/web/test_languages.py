"""Which language a page is in, from the form to the receipt."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final, NoReturn

import pytest
from flask import Flask, abort

from tests.support.harness import VISITOR, Venue, form_text
from tests.support.pages import ISOLATES, TYPED, Page, PageCheckingClient
from webapp.languages.language import LANGUAGES, LanguageTag, get_language
from webapp.outbox.database import Database

pytestmark = pytest.mark.engines("sqlite")

IN_TWO: Final[dict[str, Any]] = {
    "intro": {"en": "Tell us about it.", "de": "Erzählen Sie uns davon."},
    "thanks": {"en": "We will call you.", "de": "Wir rufen Sie an."},
}
FRENCH: Final = {"Accept-Language": "fr-CH, fr;q=0.9, en;q=0.8"}


def language_of_page(page: Page) -> str:
    return str(page.one("html").attrs["lang"])


@pytest.fixture
def app(app: Flask) -> Flask:
    """The application, with a route that fails with a given status."""

    def fail(slug: str, status: int) -> NoReturn:
        del slug
        if status == HTTPStatus.INTERNAL_SERVER_ERROR:
            raise LookupError
        abort(status)

    app.add_url_rule("/f/<slug>/fail/<int:status>", "fail", fail)
    return app


# Which language


@pytest.mark.parametrize(
    ("top", "query", "accepted", "spoken"),
    [
        ({}, "", "", "en"),
        ({}, "", "de", "de"),
        ({}, "", "de-AT,de;q=0.8,en;q=0.5", "de"),
        ({}, "", "en;q=0.5, ar-EG", "ar"),
        ({}, "", "it, pt-BR;q=0.9, es;q=0.1", "es"),
        ({}, "", "it", "en"),
        ({}, "", "*", "en"),
        ({}, "", "it, fr;q=0", "en"),
        ({}, "", "nonsense;;q=,,", "en"),
        ({}, "?lang=fr", "de", "fr"),
        ({}, "?lang=FR-ca", "de", "fr"),
        ({}, "?lang=de_AT", "fr", "de"),
        ({}, "?lang=it", "de", "de"),
        ({}, "?lang=", "de", "de"),
        ({}, "?lang=deutsch", "fr", "fr"),
        ({}, "?lang=%00", "fr", "fr"),
        ({}, "?lang=it&lang=de", "fr", "fr"),
        ({"lang": "es"}, "", "de", "es"),
        ({"lang": "es"}, "?lang=de", "fr", "de"),
        ({"lang": "es"}, "?lang=it", "fr", "es"),
        (IN_TWO, "", "de", "de"),
        (IN_TWO, "", "fr, de;q=0.5", "de"),
        (IN_TWO, "", "fr", "en"),
        (IN_TWO, "?lang=fr", "de", "de"),
        (IN_TWO, "?lang=fr", "es", "en"),
        ({**IN_TWO, "lang": "de"}, "", "en", "de"),
        ({**IN_TWO, "lang": "de"}, "?lang=en", "fr", "en"),
    ],
)
def test_the_language_comes_from_query_then_form_then_browser(
    top: Mapping[str, Any], query: str, accepted: str, spoken: LanguageTag, venue: Venue
) -> None:
    venue.open(form_text(**top))
    answer = venue.client.get(f"/f/form{query}", headers={"Accept-Language": accepted})
    assert language_of_page(Page(answer.text)) == spoken
    assert answer.headers["Content-Language"] == spoken
    assert "Accept-Language" in answer.headers["Vary"]


@pytest.mark.parametrize("tag", LANGUAGES)
def test_a_page_declares_its_language_and_direction(tag: LanguageTag, client: PageCheckingClient) -> None:
    page = client.page(f"/f/weddings?lang={tag}")
    assert page.one("html").attrs == {"lang": tag, "dir": "rtl" if tag == "ar" else "ltr"}
    translate = get_language(tag).gettext
    assert page.text("label[for=first_name]") == translate("First name")
    assert page.text("button") == translate("Send enquiry")


@pytest.mark.parametrize("tag", LANGUAGES)
def test_errors_are_in_the_visitors_language(tag: LanguageTag, client: PageCheckingClient) -> None:
    hidden = client.page(f"/f/weddings?lang={tag}").hidden()
    answer = client.post(f"/f/weddings?lang={tag}", data={**TYPED, **hidden, "first_name": "", "consent": ""})
    assert (answer.status_code, answer.headers["Content-Language"]) == (422, tag)
    page, translate = Page(answer.text), get_language(tag).gettext
    assert page.summary() == [
        translate("Enter your first name"),
        translate("Tick the box to agree, so that we may answer your enquiry"),
    ]
    assert page.text("[role=alert] h2") == translate("There is a problem")
    assert page.value("last_name") == TYPED["last_name"]


@pytest.mark.parametrize(
    ("tag", "parts"),
    [
        (
            "de",
            ["zum Beispiel name@example.com: Office", "Antwort auf „Partner“: Meinten Sie ada@gmail.com?"],
        ),
        (
            "fr",
            [
                "par exemple name@example.com : Office",
                "réponse à « Partner » : vouliez-vous dire ada@gmail.com ?",
            ],
        ),
        ("es", ["como nombre@example.com: Office", "respuesta a «Partner»: ¿quiso escribir ada@gmail.com?"]),
        ("ar", ["مثل name@example.com: Office", "إجابتك عن «Partner»: هل تقصد ada@gmail.com؟"]),
    ],
)
def test_email_errors_name_the_question_in_the_visitors_language(
    tag: LanguageTag, parts: list[str], venue: Venue
) -> None:
    questions = [{"name": label.lower(), "label": label, "kind": "email"} for label in ("Office", "Partner")]
    venue.open(form_text({}, *questions, lang=tag))
    page = Page(venue.send(office="nobody", partner="ada@gmial.com").text)
    messages = [ISOLATES.sub("", message) for message in page.summary()]
    assert [part in message for part, message in zip(parts, messages, strict=True)] == [True, True], messages


PROBLEMS: Final = {
    404: "Page not found",
    405: "This page cannot be used that way",
    413: "What you sent is too long",
    429: "You are sending too fast",
    500: "Something went wrong on our side",
    503: "This page cannot be shown just now",
}


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize(("status", "title"), PROBLEMS.items())
def test_problem_pages_are_in_the_visitors_language(
    status: int, title: str, tag: LanguageTag, client: PageCheckingClient
) -> None:
    address = f"/f/weddings/fail/{status}"
    for answer in (
        client.get(f"{address}?lang={tag}"),
        client.get(address, headers={"Accept-Language": tag}),
    ):
        page = Page(answer.text)
        assert (answer.status_code, language_of_page(page)) == (status, tag)
        assert answer.headers["Content-Language"] == tag
        assert page.text("h1") == get_language(tag).gettext(title)
        assert client.page(str(page.one("main a").attrs["href"])).all("form")
    kept = Page(client.get(f"{address}?lang={tag}").text).one("main a").attrs["href"]
    assert language_of_page(client.page(str(kept))) == tag


@pytest.mark.parametrize("tag", LANGUAGES)
def test_not_found_pages_are_in_the_visitors_language(tag: LanguageTag, client: PageCheckingClient) -> None:
    for address in ("/f/nonsense", "/nonsense", "/r/nonsense", "/r/nonsense/change"):
        page = Page(client.get(f"{address}?lang={tag}").text)
        assert page.text("h1") == get_language(tag).gettext("Page not found")


# How it is kept


@pytest.mark.parametrize("tag", LANGUAGES)
def test_the_receipt_and_the_next_enquiry_keep_the_language(tag: LanguageTag, venue: Venue) -> None:
    client, translate = venue.client, get_language(tag).gettext
    page = client.page(f"/f/form?lang={tag}&utm_source=google", headers=FRENCH)
    action = str(page.one("form").attrs["action"])
    answer = client.post(action, data={**VISITOR, **page.hidden()}, headers=FRENCH)
    receipt = str(answer.location)
    assert answer.status_code == 303
    assert "lang" not in receipt
    shown = client.page(receipt, headers=FRENCH)
    assert language_of_page(shown) == tag
    assert shown.text("h1") == translate("We have received your enquiry")
    links = [str(link.attrs["href"]) for link in shown.all("main a")]
    change, copy, again = (next(link for link in links if part in link) for part in ("change", "copy", "/f/"))
    assert language_of_page(client.page(change, headers=FRENCH)) == tag
    assert translate("First name") in client.get(copy, headers=FRENCH).text
    another = client.page(again, headers=FRENCH)
    assert language_of_page(another) == tag
    assert another.hidden()["utm_source"] == "google"


@pytest.mark.parametrize("tag", LANGUAGES)
def test_a_change_and_its_errors_keep_the_enquirys_language(tag: LanguageTag, venue: Venue) -> None:
    client, translate = venue.client, get_language(tag).gettext
    page = client.page(f"/f/form?lang={tag}")
    sent = client.post(f"/f/form?lang={tag}", data={**VISITOR, **page.hidden()})
    page = client.page(f"{sent.location}/change")
    action = str(page.one("form").attrs["action"])
    assert page.text("h1") == translate("Change or add to your enquiry")
    wrong = client.post(action, data={**page.hidden(), **page.answers(), "last_name": ""})
    assert (wrong.status_code, Page(wrong.text).summary()) == (422, [translate("Enter your last name")])
    right = client.post(action, data={**page.hidden(), **page.answers(), "last_name": "King"})
    assert right.status_code == 303
    changed = client.page(str(right.location))
    assert language_of_page(changed) == tag
    assert changed.terms()[translate("Last name")] == "King"


def test_an_unsupported_language_falls_back_to_the_enquirys(venue: Venue) -> None:
    client = venue.client
    page = client.page("/f/form?lang=de")
    receipt = str(
        client.post(str(page.one("form").attrs["action"]), data={**VISITOR, **page.hidden()}).location
    )
    assert language_of_page(client.page(f"{receipt}?lang=it")) == "de"
    assert language_of_page(client.page(f"{receipt}?lang=fr")) == "fr"


def test_a_receipt_outlives_its_forms_translation(venue: Venue) -> None:
    venue.open(form_text({}, {"label": {"en": "Which room?", "de": "Welcher Raum?"}}, **IN_TWO))
    receipt = send_in_german(venue, asked="Terrasse")
    assert language_of_page(venue.client.page(receipt)) == "de"
    texts = {"intro": "Tell us about it.", "thanks": "We will call you.", "lang": "en"}
    venue.open(form_text({}, {"label": "Which room?"}, **texts))
    # The form can still be shown in German, around texts in English.
    assert language_of_page(venue.client.page(receipt)) == "de"
    venue.open(form_text({}, {"label": {"en": "Which room?", "fr": "Quelle salle ?"}}))
    page = venue.client.page(receipt)
    assert language_of_page(page) == "en"
    assert page.terms()["Welcher Raum?"] == "Terrasse"
    assert page.terms()["First name"] == "Ada"
    changed = venue.change(receipt, asked="Great Hall")
    assert changed.status_code == 303
    assert venue.client.page(receipt).terms()["Which room?"] == "Great Hall"


def test_without_a_database_the_browsers_language_is_used(
    client: PageCheckingClient, database: Database, tmp_path: Path
) -> None:
    del tmp_path
    receipt = str(client.send().location)
    with database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE enquiries RENAME TO away")
    page = Page(client.get(receipt, headers={"Accept-Language": "es"}).text)
    assert page.text("h1") == get_language("es").gettext("This page cannot be shown just now")


def send_in_german(venue: Venue, **answers: str) -> str:
    page = venue.client.page("/f/form?lang=de")
    action = str(page.one("form").attrs["action"])
    answer = venue.client.post(action, data={**VISITOR, **page.hidden(), **answers})
    assert answer.status_code == 303, Page(answer.text).summary()
    return str(answer.location)
