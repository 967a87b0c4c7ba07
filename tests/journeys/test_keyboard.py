"""A whole enquiry by keyboard alone, with the focus in sight all the way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.audits.house import House

FOCUS = """() => {
  const style = getComputedStyle(document.activeElement);
  return [document.activeElement.id || document.activeElement.textContent.trim(),
          style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2];
}"""


@pytest.fixture(params=[False, True], ids=["without JavaScript", "with JavaScript"])
def page(request: pytest.FixtureRequest, browser: Browser, house: House) -> Iterator[Page]:
    context = browser.new_context(base_url=house.address, java_script_enabled=request.param)
    page = context.new_page()
    page.set_default_timeout(15_000)
    yield page
    context.close()


def next_stop(page: Page) -> str:
    """Go on by the tabulator, and return what has the focus, which must be seen."""
    page.keyboard.press("Tab")
    where, is_seen = page.evaluate(FOCUS)
    assert is_seen, f"the focus cannot be seen at {where}"
    return str(where)


def test_an_enquiry_is_made_mended_and_received_by_keyboard_alone(page: Page) -> None:
    page.goto("/f/weddings")
    assert next_stop(page) == "Skip to main content"
    for field, typed in (
        ("first_name", "Ada"),
        ("last_name", "Lovelace"),
        ("email", "ada"),
        ("phone", "0412 345 678"),
        ("company", ""),
        ("event_date", "31 May 2031"),
        ("guests", "80"),
        ("message", "A wedding for eighty."),
    ):
        assert next_stop(page) == field
        page.keyboard.type(typed)
    assert next_stop(page) == "consent"
    page.keyboard.press("Space")
    assert next_stop(page) == "Send enquiry"
    page.keyboard.press("Enter")
    expect(page.locator(".summary")).to_be_focused()
    assert next_stop(page).startswith("Enter an email address")
    page.keyboard.press("Enter")
    expect(page.locator("#email")).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.type("@example.com")
    page.keyboard.press("Enter")
    expect(page.locator("#reference")).to_be_visible()
    expect(page.locator("dl")).to_contain_text("31 May 2031")


def test_one_of_several_is_chosen_by_the_arrows_and_several_by_the_space_bar(page: Page) -> None:
    page.goto("/f/events")
    page.locator("#format-0").focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#format-1")).to_be_checked()
    page.locator("#rooms-0").focus()
    page.keyboard.press("Space")
    assert next_stop(page) == "rooms-1"
    page.keyboard.press("Space")
    expect(page.locator("#rooms-0")).to_be_checked()
    expect(page.locator("#rooms-1")).to_be_checked()


def test_the_skip_link_leads_behind_everything_above_the_form(page: Page) -> None:
    page.goto("/f/callback")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert next_stop(page) == "first_name"
