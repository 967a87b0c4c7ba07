"""Journeys with a turn in them: a page that was open too long, a mistyped address, a date as it is said."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.audits.house import House
from tests.pages import TYPED
from webapp.intake.tokens import TOKEN_LIFETIME


@pytest.fixture(params=[False, True], ids=["without JavaScript", "with JavaScript"])
def page(request: pytest.FixtureRequest, browser: Browser, house: House) -> Iterator[Page]:
    context = browser.new_context(base_url=house.address, java_script_enabled=request.param)
    page = context.new_page()
    page.set_default_timeout(15_000)
    asked: set[str] = set()
    page.on("request", lambda each: asked.add(urlsplit(each.url).netloc))
    yield page
    assert asked == {urlsplit(house.address).netloc}, "a page asked another host"
    assert context.cookies() == []
    context.close()


def fill_in(page: Page) -> None:
    page.goto("/f/weddings?utm_source=google&gclid=abc")
    for name in ("first_name", "last_name", "email", "phone", "message"):
        page.locator(f"[name={name}]").fill(TYPED[name])
    page.locator("[name=consent]").check()


def send(page: Page) -> None:
    page.get_by_role("button", name="Send enquiry").click()


def test_a_page_that_was_open_too_long_is_sent_again_with_everything_kept(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_in(page)
    late = datetime.now(UTC).timestamp() + TOKEN_LIFETIME + 60
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: late)
    send(page)
    expect(page.locator(".notice")).to_be_focused()
    expect(page.locator(".notice")).to_contain_text("Check what you typed and send it again")
    expect(page.locator("[name=message]")).to_have_value(TYPED["message"])
    expect(page.locator("[name=consent]")).to_be_checked()
    assert page.locator("[name=gclid]").get_attribute("value") == "abc"
    send(page)
    expect(page.locator("#reference")).to_be_visible()


def test_a_likely_typo_is_asked_about_once_and_let_through(page: Page) -> None:
    fill_in(page)
    page.locator("[name=email]").fill("ada@gmial.com")
    send(page)
    expect(page.get_by_role("alert")).to_contain_text("did you mean ada@gmail.com?")
    send(page)
    expect(page.locator("#reference")).to_be_visible()
    expect(page.locator("dl")).to_contain_text("ada@gmial.com")


@pytest.mark.parametrize("typed", ["31 May 2031", "31.5.2031", "31/5/31", "May 31st, 2031", "2031-05-31"])
def test_a_date_is_taken_as_it_is_typed_and_told_back_in_words(typed: str, page: Page) -> None:
    fill_in(page)
    page.locator("[name=event_date]").fill(typed)
    send(page)
    expect(page.locator("dl")).to_contain_text("31 May 2031")
    receipt, reference = page.url, page.locator("#reference").inner_text()
    page.reload()
    assert (page.url, page.locator("#reference").inner_text()) == (receipt, reference)
