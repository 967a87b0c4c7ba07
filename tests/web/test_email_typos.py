"""Likely typos in the domain of an email address are queried once, and then accepted."""

import pytest

from tests.support.harness import Venue, form_text
from tests.support.pages import TYPED, Page, PageCheckingClient
from webapp.outbox.database import Database
from webapp.outbox.queries import DeliveryQueries, Filter
from webapp.web.form.email_typos import PROVIDERS, likely_address


@pytest.mark.parametrize(
    ("typed", "likely"),
    [
        ("ada@gmial.com", "ada@gmail.com"),
        ("ada@gamil.com", "ada@gmail.com"),
        ("ada@gmai.com", "ada@gmail.com"),
        ("ada@Gmail.con", "ada@gmail.com"),
        ("ada@hotmial.com", "ada@hotmail.com"),
        ("ada@yaho.com", "ada@yahoo.com"),
        ("ada@outlok.com", "ada@outlook.com"),
        ("ada@bigpond.con", "ada@bigpond.com"),
        ("ada@example.con", "ada@example.com"),
        ("ada@harbour.ogr", "ada@harbour.org"),
        ("ada@gmail.co", "ada@gmail.com"),
        ("ada@yahoo.cm", "ada@yahoo.com"),
        ("ada@hotmail.om", "ada@hotmail.com"),
        ("ada@outlook.c", "ada@outlook.com"),
    ],
)
def test_a_misspelt_provider_domain_gets_a_suggestion(typed: str, likely: str) -> None:
    assert likely_address(typed) == likely


@pytest.mark.parametrize(
    "typed",
    [
        *(f"ada@{domain}" for domain in PROVIDERS),
        "ada@example.com",
        "ada@tidewater.com.au",
        "ada@gmx.li",
        "ada@uni-bonn.de",
        "ada@mit.edu",
        "ada@bücher.example",
        "ada@acme.co",
        "ada@hall.cm",
        "ada@cloud.co",
        "ada@live.co",
    ],
)
def test_no_other_domain_is_queried(typed: str) -> None:
    assert likely_address(typed) is None


@pytest.mark.engines("sqlite")
def test_a_likely_typo_is_queried_once_and_then_accepted(
    client: PageCheckingClient, database: Database
) -> None:
    asked = client.send(email="ada@gmial.com")
    assert asked.status_code == 422
    page = Page(asked.text)
    (message,) = page.summary()
    assert message == "Check your email address: did you mean ada@gmail.com? If not, send it as it is"
    assert page.one("[role=alert] a").attrs["href"] == "#email"
    assert page.value("email") == "ada@gmial.com"
    assert DeliveryQueries(database).list(Filter()) == []
    assert client.send(page=page, email="ada@gmial.com").status_code == 303
    assert len(DeliveryQueries(database).list(Filter())) == 1


@pytest.mark.engines("sqlite")
def test_a_typo_in_an_answer_is_queried_by_its_question(venue: Venue) -> None:
    venue.open(form_text({}, {"name": "partner", "label": "Partner's email", "kind": "email"}))
    page = Page(venue.send(email="ada@gmial.com", partner="charles@hotmial.com").text)
    assert page.summary() == [
        "Check your email address: did you mean ada@gmail.com? If not, send it as it is",
        "Check your answer to “Partner's email”: did you mean charles@hotmail.com? If not, send it as it is",
    ]


@pytest.mark.engines("sqlite")
def test_a_second_typo_is_queried_and_both_are_remembered(client: PageCheckingClient) -> None:
    page = Page(client.send(email="ada@gmial.com").text)
    other = client.send(page=page, email="ada@hotmial.com")
    assert other.status_code == 422
    hidden = {"asked_about": ["ada@gmial.com", "ada@hotmial.com"], "token": page.hidden()["token"]}
    fields = Page(other.text).all("input[name=asked_about]")
    assert [field.attrs["value"] for field in fields] == hidden["asked_about"]


@pytest.mark.engines("sqlite")
def test_a_typo_is_queried_together_with_other_errors(client: PageCheckingClient) -> None:
    page = Page(client.send(email="ada@gmial.com", first_name="").text)
    assert len(page.summary()) == 2
    assert client.send(page=page, email="ada@gmial.com").status_code == 303


@pytest.mark.engines("sqlite")
def test_a_corrected_address_is_accepted_at_once(client: PageCheckingClient) -> None:
    page = Page(client.send(email="ada@gmial.com").text)
    assert client.send(page=page, email="ada@gmail.com").status_code == 303


@pytest.mark.engines("sqlite")
def test_a_typo_in_a_change_is_queried_once(client: PageCheckingClient) -> None:
    receipt = client.send().location
    page = client.page(f"{receipt}/change")
    sent = {**page.hidden(), **page.answers(), "email": "ada@gmial.com"}
    asked = client.post(f"{receipt}/change", data=sent)
    assert asked.status_code == 422
    again = {**Page(asked.text).hidden(), **Page(asked.text).answers()}
    assert client.post(f"{receipt}/change", data=again).status_code == 303


@pytest.mark.engines("sqlite")
def test_a_database_outage_keeps_which_typos_were_queried(
    client: PageCheckingClient, database: Database
) -> None:
    receipt = client.send().location
    page = client.page(f"{receipt}/change")
    typed = {**page.hidden(), **page.answers(), "email": "ada@gmial.com"}
    asked = Page(client.post(f"{receipt}/change", data=typed).text)
    with database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE enquiries RENAME TO away")
    away = client.post(f"{receipt}/change", data={**asked.hidden(), **asked.answers()})
    assert (away.status_code, Page(away.text).hidden()) == (503, asked.hidden())


@pytest.mark.engines("sqlite")
def test_a_change_does_not_query_the_enquirys_own_addresses(venue: Venue) -> None:
    venue.open(form_text({}, {"name": "partner", "kind": "email"}))
    typed = {"email": "ada@Gmial.com", "partner": "charles@Hotmial.com"}
    page = Page(venue.send(**typed).text)
    assert len(page.summary()) == 2
    sent = {**page.hidden(), **page.answers(), "asked_about": list(typed.values())}
    receipt = str(venue.client.post("/f/form", data=sent).location)
    assert venue.change(receipt, message="Ninety").status_code == 303
    asked = venue.change(receipt, email="ada@gamil.com", partner="charles@hotmial.com")
    assert asked.status_code == 422
    assert len(Page(asked.text).summary()) == 1


@pytest.mark.engines("sqlite")
def test_forged_asked_about_values_do_no_harm(client: PageCheckingClient, database: Database) -> None:
    page = client.page("/f/weddings")
    forged = {"asked_about": ["\x00<b>\x1b", "nobody", "\N{PARTY POPPER}" * 300]}
    again = client.post("/f/weddings", data={**TYPED, **page.hidden(), **forged, "first_name": ""})
    assert again.status_code == 422
    assert Page(again.text).value("last_name") == TYPED["last_name"]
    answer = client.post("/f/weddings", data={**TYPED, **page.hidden(), **forged, "email": "ada@gmial.com"})
    assert answer.status_code == 422
    forged = {"asked_about": ["ada@gmial.com"]}
    answer = client.post("/f/weddings", data={**TYPED, **page.hidden(), **forged, "email": "ada@gmial.com"})
    assert answer.status_code == 303
    assert len(DeliveryQueries(database).list(Filter())) == 1


@pytest.mark.parametrize(
    "domain",
    [
        *("hotmail.com.au", "hotmail.be", "hotmail.dk", "hotmail.se", "hotmail.gr", "hotmail.com.br"),
        *("outlook.be", "outlook.dk", "outlook.ie", "outlook.com.br", "outlook.com.tr", "yahoo.com.ar"),
        *("protonmail.ch", "posteo.eu", "telefonica.es", "online.de", "webmail.com", "inmail.com"),
        *("olive.com", "alive.com", "lives.com", "example.bet"),
    ],
)
def test_real_domains_similar_to_a_providers_are_not_queried(domain: str) -> None:
    assert likely_address(f"ada@{domain}") is None
