"""The form's page: what it asks, what it carries, what it lets others do with it."""

import pytest

from tests.support.pages import PageCheckingClient


def test_the_front_page_leads_to_the_default_form_with_its_campaign(client: PageCheckingClient) -> None:
    answer = client.get("/?utm_source=google&utm_campaign=spring%20sale&gclid=a%2Bb")
    assert answer.status_code == 302
    assert answer.location == "/f/weddings?utm_source=google&utm_campaign=spring%20sale&gclid=a%2Bb"


def test_the_form_shows_its_texts_and_asks_its_questions(client: PageCheckingClient) -> None:
    page = client.page("/f/weddings")
    assert page.text("h1") == "Plan your wedding at Harbour Hall"
    assert "Tell us about your day." in page.html
    assert page.text("button") == "Send enquiry"
    asked = [each.attrs["name"] for each in page.all("input:not([type=hidden]), textarea")]
    assert asked == ["first_name", "last_name", "email", "phone", "company", "message", "consent"]
    assert page.text("label[for=consent]") == "Harbour Hall may contact me about this enquiry."


def test_a_hidden_field_is_not_asked(client: PageCheckingClient) -> None:
    asked = [each.attrs["name"] for each in client.page("/f/short").all("input:not([type=hidden]), textarea")]
    assert asked == ["first_name", "last_name", "email", "phone"]


def test_what_may_be_left_open_is_marked_as_optional(client: PageCheckingClient) -> None:
    page = client.page("/f/weddings")
    assert page.text("label[for=company]") == "Company (optional)"
    assert page.text("label[for=phone]") == "Phone number"


@pytest.mark.parametrize(
    ("name", "autocomplete"),
    [
        ("first_name", "given-name"),
        ("last_name", "family-name"),
        ("email", "email"),
        ("phone", "tel"),
        ("company", "organization"),
    ],
)
def test_browsers_are_told_what_to_fill_in(name: str, autocomplete: str, client: PageCheckingClient) -> None:
    field = client.page("/f/weddings").one(f"[name={name}]")
    assert field.attrs["autocomplete"] == f"section-visitor {autocomplete}"


def test_the_campaign_is_carried_by_the_form_with_where_the_visitor_came_from(
    client: PageCheckingClient,
) -> None:
    page = client.page(
        "/f/weddings?utm_source=google&UTM_MEDIUM=cpc&gclid=a%26b&other=1",
        headers={"Referer": "https://www.google.com/"},
    )
    carried = page.hidden()
    assert carried.pop("token")
    assert carried == {
        "utm_source": "google",
        "utm_medium": "cpc",
        "gclid": "a&b",
        "referrer": "https://www.google.com/",
        "landing_address": "http://localhost/f/weddings?utm_source=google&UTM_MEDIUM=cpc&gclid=a%26b&other=1",
    }


@pytest.mark.parametrize("address", ["http://my_app:8000", "http://lead_form", "HTTPS://forms.example"])
def test_the_address_that_was_asked_for_is_kept_whatever_its_host_is_called(
    address: str, client: PageCheckingClient
) -> None:
    scheme, _, host = address.partition("://")
    page = client.page("/f/weddings", environ_overrides={"HTTP_HOST": host, "wsgi.url_scheme": scheme})
    assert page.hidden()["landing_address"] == f"{scheme.lower()}://{host}/f/weddings"


def test_a_campaign_cannot_write_into_the_page(client: PageCheckingClient) -> None:
    page = client.page("/f/weddings", query_string={"utm_source": "\"><script src='x'></script>"})
    assert page.all("script:not([src^='/static/'])") == []
    assert page.hidden()["utm_source"] == "\"><script src='x'></script>"


def test_a_form_that_does_not_exist_says_where_to_go(client: PageCheckingClient) -> None:
    answer = client.get("/f/nonsense")
    assert answer.status_code == 404
    assert 'href="/f/weddings"' in answer.text


def test_the_form_keeps_to_its_own_host_and_may_be_framed_where_it_says(client: PageCheckingClient) -> None:
    policy = client.get("/f/weddings").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self';" in policy
    assert policy.endswith("frame-ancestors 'self' https://www.harbourhall.example")
    assert client.get("/f/short").headers["Content-Security-Policy"].endswith("frame-ancestors 'self'")


def test_every_page_that_follows_a_form_may_be_framed_where_the_form_may(client: PageCheckingClient) -> None:
    receipt = client.send().location
    answers = [
        client.get(receipt),
        client.get(f"{receipt}/change"),
        client.send(email=""),
        client.put("/f/weddings"),
        client.get(f"{receipt}/nothing"),
    ]
    assert [each.status_code for each in answers] == [200, 200, 422, 405, 404]
    for answer in answers:
        policy = answer.headers["Content-Security-Policy"]
        assert policy.endswith("frame-ancestors 'self' https://www.harbourhall.example")


def test_a_form_with_a_page_of_thanks_may_lead_there(client: PageCheckingClient) -> None:
    policy = client.get("/f/thanks").headers["Content-Security-Policy"]
    assert "form-action 'self' https://www.harbourhall.example;" in policy


def test_the_back_button_may_bring_the_very_page_back(client: PageCheckingClient) -> None:
    assert "no-store" not in client.get("/f/weddings").headers["Cache-Control"]


@pytest.mark.parametrize("address", ["/f/weddings", "/healthz", "/nonsense"])
def test_every_answer_carries_the_headers_that_protect_it(address: str, client: PageCheckingClient) -> None:
    headers = client.get(address).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Referrer-Policy" in headers
    assert "Content-Security-Policy" in headers


def test_the_process_says_that_it_lives(client: PageCheckingClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")
