"""The form's page: its fields, its hidden values, and its security headers."""

import pytest

from tests.support.pages import PageCheckingClient


def test_the_front_page_passes_the_campaign_to_the_default_form(client: PageCheckingClient) -> None:
    answer = client.get("/?utm_source=google&utm_campaign=spring%20sale&gclid=a%2Bb")
    assert answer.status_code == 302
    assert answer.location == "/f/weddings?utm_source=google&utm_campaign=spring%20sale&gclid=a%2Bb"


def test_the_form_shows_its_texts_and_fields(client: PageCheckingClient) -> None:
    page = client.page("/f/weddings")
    assert page.text("h1") == "Plan your wedding at Harbour Hall"
    assert "Tell us about your day." in page.html
    assert page.text("button") == "Send enquiry"
    asked = [field.attrs["name"] for field in page.all("input:not([type=hidden]), textarea")]
    assert asked == ["first_name", "last_name", "email", "phone", "company", "message", "consent"]
    assert page.text("label[for=consent]") == "Harbour Hall may contact me about this enquiry."


def test_a_hidden_field_is_not_shown(client: PageCheckingClient) -> None:
    asked = [
        field.attrs["name"] for field in client.page("/f/short").all("input:not([type=hidden]), textarea")
    ]
    assert asked == ["first_name", "last_name", "email", "phone"]


def test_optional_fields_are_marked(client: PageCheckingClient) -> None:
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
def test_builtin_fields_have_autocomplete_tokens(
    name: str, autocomplete: str, client: PageCheckingClient
) -> None:
    field = client.page("/f/weddings").one(f"[name={name}]")
    assert field.attrs["autocomplete"] == f"section-visitor {autocomplete}"


def test_the_form_carries_campaign_referrer_and_landing_page(
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
def test_the_landing_address_is_kept_for_any_host_name(address: str, client: PageCheckingClient) -> None:
    scheme, _, host = address.partition("://")
    page = client.page("/f/weddings", environ_overrides={"HTTP_HOST": host, "wsgi.url_scheme": scheme})
    assert page.hidden()["landing_address"] == f"{scheme.lower()}://{host}/f/weddings"


def test_a_campaign_cannot_inject_html(client: PageCheckingClient) -> None:
    page = client.page("/f/weddings", query_string={"utm_source": "\"><script src='x'></script>"})
    assert page.all("script:not([src^='/static/'])") == []
    assert page.hidden()["utm_source"] == "\"><script src='x'></script>"


def test_an_unknown_form_links_to_the_default_form(client: PageCheckingClient) -> None:
    answer = client.get("/f/nonsense")
    assert answer.status_code == 404
    assert 'href="/f/weddings"' in answer.text


def test_the_csp_is_strict_and_frames_only_allowed_origins(client: PageCheckingClient) -> None:
    policy = client.get("/f/weddings").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self';" in policy
    assert policy.endswith("frame-ancestors 'self' https://www.harbourhall.example")
    assert client.get("/f/short").headers["Content-Security-Policy"].endswith("frame-ancestors 'self'")


def test_every_page_of_a_form_may_be_framed_like_the_form(client: PageCheckingClient) -> None:
    receipt = client.send().location
    answers = [
        client.get(receipt),
        client.get(f"{receipt}/change"),
        client.send(email=""),
        client.put("/f/weddings"),
        client.get(f"{receipt}/nothing"),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 422, 405, 404]
    for answer in answers:
        policy = answer.headers["Content-Security-Policy"]
        assert policy.endswith("frame-ancestors 'self' https://www.harbourhall.example")


def test_the_csp_allows_redirecting_to_the_thanks_page(client: PageCheckingClient) -> None:
    policy = client.get("/f/thanks").headers["Content-Security-Policy"]
    assert "form-action 'self' https://www.harbourhall.example;" in policy


def test_the_back_forward_cache_may_keep_the_form(client: PageCheckingClient) -> None:
    assert "no-store" not in client.get("/f/weddings").headers["Cache-Control"]


@pytest.mark.parametrize("address", ["/f/weddings", "/healthz", "/nonsense"])
def test_every_response_has_the_security_headers(address: str, client: PageCheckingClient) -> None:
    headers = client.get(address).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Referrer-Policy" in headers
    assert "Content-Security-Policy" in headers


def test_healthz_says_ok(client: PageCheckingClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")
