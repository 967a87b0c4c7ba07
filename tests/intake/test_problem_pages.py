"""The pages for when things go wrong."""

import pytest
from flask import Flask

from tests.conftest import settings_for
from tests.pages import Page, PageCheckingClient
from webapp.app import create_app
from webapp.formfile.reader import Forms
from webapp.outbox.database import Database


def client_of(app: Flask) -> PageCheckingClient:
    app.test_client_class = PageCheckingClient
    client = app.test_client()
    assert isinstance(client, PageCheckingClient)
    return client


@pytest.mark.parametrize(
    ("method", "address", "status", "says"),
    [
        ("GET", "/nonsense", 404, "check that it is correct"),
        ("GET", "/f/nonsense", 404, "check that it is correct"),
        ("PUT", "/f/weddings", 405, "Nothing has been sent."),
        ("POST", "/f/nonsense", 404, "check that it is correct"),
    ],
)
def test_each_problem_has_a_page_that_leads_on(
    method: str, address: str, status: int, says: str, client: PageCheckingClient
) -> None:
    answer = client.open(address, method=method)
    assert answer.status_code == status
    assert says in answer.text
    assert Page(answer.text).all("a[href='/f/weddings']")


def test_a_fault_of_ours_says_what_to_do_and_shows_nothing_of_itself(app: Flask) -> None:
    def broken() -> str:
        raise LookupError("the inner workings")

    app.add_url_rule("/broken", "broken", broken)
    answer = client_of(app).get("/broken")
    assert answer.status_code == 500
    assert "send it again" in answer.text
    assert "inner workings" not in answer.text


def test_a_host_that_is_not_trusted_is_refused(database_url: str, database: Database, forms: Forms) -> None:
    settings = settings_for(database_url, trusted_hosts="forms.example.com")
    client = client_of(create_app(settings, forms, database))
    assert client.get("/f/weddings", headers={"Host": "evil.example"}).status_code == 400
    assert client.get("/f/weddings", headers={"Host": "forms.example.com"}).status_code == 200


@pytest.mark.parametrize(
    ("hops", "address"), [(0, "http://localhost/f/"), (1, "https://forms.example.com/f/")]
)
def test_only_as_many_proxies_count_as_are_there(
    hops: int, address: str, database_url: str, database: Database, forms: Forms
) -> None:
    client = client_of(create_app(settings_for(database_url, proxy_hops=hops), forms, database))
    page = client.page(
        "/f/weddings", headers={"X-Forwarded-Proto": "https", "X-Forwarded-Host": "forms.example.com"}
    )
    assert page.hidden()["landing_address"].startswith(address)
