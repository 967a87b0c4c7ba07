"""What the small script adds, in a real browser, and that nothing is missing where it cannot."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.audits.guest import Guest
from tests.audits.house import House
from tests.pages import TYPED

KEPT = "Object.entries(sessionStorage).filter(([key]) => key.startsWith('leadform:'))"


@pytest.fixture
def page(browser: Browser, house: House) -> Iterator[Page]:
    context = browser.new_context(base_url=house.address)
    page = context.new_page()
    page.set_default_timeout(15_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(error.message))
    yield page
    assert errors == []
    assert context.cookies() == []
    context.close()


def fill_in(page: Page) -> None:
    for name in ("first_name", "last_name", "email", "phone", "message"):
        page.locator(f"[name={name}]").fill(TYPED[name])
    page.locator("[name=consent]").check()


def test_a_second_click_is_ignored_and_screen_readers_are_told_that_it_is_sending(page: Page) -> None:
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    page.goto("/f/weddings")
    fill_in(page)
    told = page.evaluate(
        """() => {
          const button = document.querySelector("form button");
          button.click();
          button.click();
          return document.querySelector("[role=status]").textContent;
        }"""
    )
    assert told == "Sending…"
    expect(page.locator("#reference")).to_be_visible()
    assert len(posts) == 1


@pytest.mark.parametrize("query", ["", "?utm_source=google", "?lang=en"])
def test_coming_back_by_the_browsers_history_the_form_can_be_sent_again_and_is_the_same(
    query: str, page: Page
) -> None:
    page.goto(f"/f/weddings{query}")
    fill_in(page)
    page.get_by_role("button", name="Send enquiry").click()
    reference = page.locator("#reference").inner_text()
    page.go_back()
    fill_in(page)
    page.get_by_role("button", name="Send enquiry").click()
    assert page.locator("#reference").inner_text() == reference


def test_what_was_typed_survives_an_accidental_reload_and_nothing_secret_is_kept(page: Page) -> None:
    page.goto("/f/events?utm_source=google")
    page.locator("[name=first_name]").fill("Ada")
    page.locator("[name=occasion]").select_option("20")
    page.locator("[name=rooms]").nth(1).check()
    page.locator("[name=heard]").nth(0).check()
    page.reload()
    expect(page.locator("[name=first_name]")).to_have_value("Ada")
    expect(page.locator("[name=occasion]")).to_have_value("20")
    expect(page.locator("[name=rooms]").nth(1)).to_be_checked()
    expect(page.locator("[name=heard]").nth(0)).to_be_checked()
    ((_, kept),) = page.evaluate(KEPT)
    assert "token" not in kept
    assert "google" not in kept


def test_a_form_that_is_opened_anew_is_empty(page: Page) -> None:
    page.goto("/f/weddings")
    page.locator("[name=first_name]").fill("Ada")
    page.goto("/f/callback")
    page.goto("/f/weddings")
    expect(page.locator("[name=first_name]")).to_have_value("")
    assert page.evaluate(KEPT) == []


def test_what_was_typed_is_forgotten_once_it_was_received(page: Page) -> None:
    page.goto("/f/weddings")
    fill_in(page)
    assert page.evaluate(KEPT) != []
    page.get_by_role("button", name="Send enquiry").click()
    expect(page.locator("#reference")).to_be_visible()
    assert page.evaluate(KEPT) == []


def test_the_characters_left_are_told_near_the_limit_alone(page: Page) -> None:
    page.goto("/f/events?lang=de")
    wishes = page.locator("[name=wishes]")
    count = page.locator("#wishes + .count")
    wishes.fill("a" * 700)
    expect(count).to_be_hidden()
    wishes.fill("a" * 900)
    expect(count).to_have_text("Verbleibende Zeichen: 100")
    expect(page.locator("#status")).to_have_text("Verbleibende Zeichen: 100")
    wishes.fill("🎉" * 1001)
    expect(count).to_have_text("Zeichen zu viel: 1")
    expect(count).to_have_class(re.compile("error"))


def test_what_is_wrong_has_the_focus(page: Page, house: House) -> None:
    guest = Guest(house, page, "en")
    guest.visit("/f/weddings")
    guest.send()
    expect(page.locator(".summary")).to_be_focused()


@pytest.mark.parametrize("blocked", ["sessionStorage", "script"])
def test_where_it_is_blocked_nothing_is_missing(blocked: str, page: Page) -> None:
    if blocked == "script":
        page.route("**/static/*.js", lambda route: route.abort())
    else:
        page.add_init_script(
            "Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('No') } })"
        )
    page.goto("/f/weddings")
    page.get_by_role("button", name="Send enquiry").click()
    expect(page.locator(".summary")).to_be_focused()
    fill_in(page)
    page.get_by_role("button", name="Send enquiry").click()
    expect(page.locator("#reference")).to_be_visible()
