"""Journeys in each language, and from one language to another."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.audits.server import PageServer
from tests.journeys.browser_contexts import BrowserContexts
from tests.journeys.visitor import fill_in, receipt_answers, reference, send, send_button


def language(page: Page) -> str | None:
    return page.locator("html").get_attribute("lang")


def switch_to(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()
    expect(page.get_by_role("button", name=name)).to_have_count(0)


def test_changing_the_language_keeps_everything_typed(page: Page) -> None:
    page.goto("/f/events?utm_source=google&gclid=abc")
    page.locator("#first_name").fill("Zoë “Ada” & Co")
    page.locator("#email").fill("not yet")
    page.locator("#occasion").select_option("21")
    page.locator("#format-1").check()
    page.locator("#event_date").fill("31 May 2031")
    page.locator("#guests").fill("1.5")
    page.locator("#flexible").check()
    page.locator("#rooms-2").check()
    page.locator("#wishes").fill("Lanterns,\nand a boat")
    for name, tag, number in (
        ("Deutsch", "de", "1,5"),
        ("العربية", "ar", "1.5"),
        ("Español", "es", "1,5"),
        ("English", "en", "1.5"),
    ):
        switch_to(page, name)
        assert language(page) == tag
        expect(page.locator(".summary, .notice, .error:visible")).to_have_count(0)
        expect(page.locator("#first_name")).to_have_value("Zoë “Ada” & Co")
        expect(page.locator("#email")).to_have_value("not yet")
        expect(page.locator("#occasion")).to_have_value("21")
        expect(page.locator("#event_date")).to_have_value("31 May 2031")
        expect(page.locator("#guests")).to_have_value(number)
        expect(page.locator("#wishes")).to_have_value("Lanterns,\nand a boat")
        for box in ("#format-1", "#flexible", "#rooms-2"):
            expect(page.locator(box)).to_be_checked()
        for box in ("#format-0", "#rooms-0", "#rooms-1"):
            expect(page.locator(box)).not_to_be_checked()
        assert page.locator("[name=gclid]").get_attribute("value") == "abc"
    page.locator("#last_name").fill("Lovelace")
    page.locator("#email").fill("ada@example.com")
    assert send(page)
    assert receipt_answers(page)["When is your event?"] == "31 May 2031"
    assert receipt_answers(page)["How many guests?"] == "1.5"


def test_an_enquiry_begun_in_one_language_is_received_in_another(page: Page) -> None:
    page.goto("/f/weddings")
    fill_in(page)
    switch_to(page, "Français")
    send(page)
    assert language(page) == "fr"
    expect(page.locator("h1")).to_have_text("Nous avons reçu votre demande")
    page.go_back()
    assert language(page) == "fr"


def test_the_browsers_language_is_used_by_default(contexts: BrowserContexts, server: PageServer) -> None:
    page = contexts.open(server.address, locale="de-DE")
    page.goto("/")
    expect(page).to_have_title("Planen Sie Ihre Hochzeit in der Harbour Hall")
    fill_in(page)
    send(page)
    assert language(page) == "de"
    assert "lang=" not in page.url


def test_a_chosen_language_overrides_the_browsers_throughout(
    contexts: BrowserContexts, server: PageServer
) -> None:
    page = contexts.open(server.address, locale="de-DE")
    page.goto("/?lang=fr&utm_source=google")
    fill_in(page, first_name="")
    send_button(page).click()
    expect(page.locator(".summary a")).to_have_text("Saisissez votre prénom")
    page.locator("#first_name").fill("Ada")
    first = send(page)
    assert language(page) == "fr"
    page.locator("a[href*=change]").click()
    assert language(page) == "fr"
    page.locator("#message").fill("Quatre-vingt-dix.")
    send_button(page).click()
    assert (reference(page), language(page)) == (first, "fr")
    page.locator(".actions a.link-button").click()
    assert language(page) == "fr"
    assert page.locator("[name=utm_source]").get_attribute("value") == "google"


def test_a_form_in_one_language_offers_no_other(contexts: BrowserContexts, server: PageServer) -> None:
    page = contexts.open(server.address, locale="de-DE")
    page.goto("/f/callback")
    expect(page.locator("button")).to_have_count(1)
    assert language(page) == "en"


@pytest.mark.parametrize(
    ("tag", "typed", "shown", "number"),
    [
        ("en", "May 31st, 2031", "31 May 2031", "1,200"),
        ("de", "31. Mai 2031", "31. Mai 2031", "1.200"),
        ("fr", "31/05/2031", "31 mai 2031", "1 200"),
        ("es", "31 de mayo de 2031", "31 de mayo de 2031", "1.200"),
        ("ar", "٣١/٥/٢٠٣١", "31 مايو 2031", "١٢٠٠"),  # noqa: RUF001 (as they are typed)
    ],
)
def test_a_formatted_date_is_accepted_again_in_a_change(
    tag: str, typed: str, shown: str, number: str, window: Page
) -> None:
    window.goto(f"/f/weddings?lang={tag}")
    fill_in(window, event_date=typed, guests=number)
    first = send(window)
    received, sent = window.locator("main > p.hint").inner_text(), receipt_answers(window)
    assert shown in sent.values()
    window.locator("a[href*=change]").click()
    expect(window.locator("#event_date")).to_have_value(shown)
    send_button(window).click()
    assert reference(window) == first
    assert receipt_answers(window) == sent
    # Nothing was changed, so no change is shown.
    assert window.locator("main > p.hint").inner_text() == received
