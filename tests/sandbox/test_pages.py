from __future__ import annotations

import requests
from justhtml import Element

from tests.sandbox.caller import ADD, CONTACT, EXAMPLE_ADD, EXAMPLE_UPDATE, MINIMAL, TIMEOUT, Caller
from tests.support.pages import Page, check_page
from webapp.sandbox import SandboxServer

HOSTILE = "<script>alert('x')</script> & \"quotes\""


def page(caller: Caller) -> Page:
    answer = requests.get(f"{caller.url}/", timeout=TIMEOUT)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    return check_page(answer.text)


def article(caller: Caller, number: int) -> Element:
    return page(caller).one(f"article#opportunity-{number}")


def words(element: Element) -> str:
    return " ".join(element.to_text(" ").split())


def shown(caller: Caller, number: int = 755) -> dict[str, str]:
    """Return the properties of an opportunity as they are shown."""
    names = page(caller).all(f"article#opportunity-{number} > dl > div > dt")
    values = page(caller).all(f"article#opportunity-{number} > dl > div > dd")
    return {words(name): words(value) for name, value in zip(names, values, strict=True)}


def test_an_empty_page_says_that_nothing_has_arrived(caller: Caller) -> None:
    text = page(caller).text("body")
    assert "Nothing has arrived yet" in text
    assert "0 opportunities" in text


def test_the_page_says_that_nothing_leaves_the_machine(caller: Caller) -> None:
    assert "local stand-in for the platform: nothing leaves this machine" in page(caller).text("body")


def test_the_page_shows_every_property_by_its_own_name(caller: Caller) -> None:
    caller.add(
        description="Eighty guests\nin May",
        utmSource="google",
        utmMedium="cpc",
        utmCampaign="spring sale",
        utmTerm="wedding venue",
        utmContent="blue button",
        contact=CONTACT | {"updateIfExists": True},
        customFields=[{"fieldId": 12, "fieldValue": "2026-05-05"}],
    )
    assert shown(caller) == {
        "venueId": "107 Harbour Hall",
        "name": "Ada Lovelace",
        "description": "Eighty guests in May",
        "contact": "firstName Ada lastName Lovelace email ada@example.com updateIfExists true",
        "sourceId": "25 Website",
        "typeId": "18 Wedding",
        "utmSource": "google",
        "utmMedium": "cpc",
        "utmCampaign": "spring sale",
        "utmTerm": "wedding venue",
        "utmContent": "blue button",
        "customFields": "fieldId 12 Event date fieldValue 2026-05-05",
    }
    text = words(article(caller, 755))
    assert "Opportunity 755 · Harbour Hall · Wedding · Website · received 2026-03-04 10:20:30 UTC" in text
    assert "For Ada Lovelace" in text


def test_the_page_names_contacts_and_companies_given_by_id(caller: Caller) -> None:
    caller.add(companyId=801, companyLeadContactId=901)
    assert shown(caller)["companyId"] == "801 Tidewater Events"
    assert shown(caller)["companyLeadContactId"] == "901 Alex Reed"
    assert "For Alex Reed, Tidewater Events" in words(article(caller, 755))


def test_the_newest_opportunity_comes_first(caller: Caller) -> None:
    caller.add(name="Older")
    caller.add(name="Newer")
    seen = page(caller)
    assert [words(heading) for heading in seen.all("article h2")] == ["Newer", "Older"]
    assert "2 opportunities, newest first" in seen.text("body")


def test_the_history_shows_what_every_request_changed(caller: Caller) -> None:
    caller.call(ADD, EXAMPLE_ADD)
    caller.call(ADD, EXAMPLE_UPDATE)
    caller.call(ADD, EXAMPLE_UPDATE)
    entries = page(caller).all("article#opportunity-755 details > ol > li")
    lines = [words(entry).replace(" :", ":") for entry in entries]
    assert lines[0].startswith("Added 2026-03-04 10:20:30 UTC venueId: 107 name: Lead By API company: {")
    assert lines[1:] == [
        "Updated 2026-03-04 10:20:30 UTC name: Lead By API → Updated Name",
        "Updated 2026-03-04 10:20:30 UTC Nothing changed.",
    ]


def test_visitors_input_is_escaped(caller: Caller) -> None:
    contact = CONTACT | {"firstName": HOSTILE}
    caller.add(name=HOSTILE, utmSource=HOSTILE, contact=contact)
    caller.update(name=HOSTILE * 2)
    seen = page(caller)
    assert seen.all("script") == []
    assert seen.all("article h2")[0].to_text() == HOSTILE * 2
    assert shown(caller)["utmSource"] == HOSTILE


def test_the_page_allows_only_its_own_style_sheet(caller: Caller) -> None:
    answer = requests.get(f"{caller.url}/", timeout=TIMEOUT)
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
    assert answer.headers["Cache-Control"] == "no-store"
    link = Page(answer.text).one("link[rel=stylesheet]")
    style = requests.get(f"{caller.url}{link.attrs['href']}", timeout=TIMEOUT)
    assert style.status_code == 200
    assert "prefers-color-scheme: dark" in style.text


def test_the_json_list_has_what_was_received_newest_first(sandbox: SandboxServer, caller: Caller) -> None:
    caller.add(name="Zoë")
    caller.add(venueId="108")
    expected = [{"id": 756, **MINIMAL, "venueId": "108"}, {"id": 755, **MINIMAL, "name": "Zoë"}]
    assert requests.get(f"{caller.url}/opportunities.json", timeout=TIMEOUT).json() == expected
    assert sandbox.opportunities() == expected


def test_an_unknown_path_is_not_found(caller: Caller) -> None:
    assert requests.get(f"{caller.url}/nowhere", timeout=TIMEOUT).status_code == 404
