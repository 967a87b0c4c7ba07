"""Errors, expired pages and outages keep all answers until the enquiry or its change can be sent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.audits.server import PageServer
from tests.journeys.visitor import error_messages, fill_in, receipt_answers, send, send_button

LetADayPass = Callable[[], None]


def send_and_open_change(page: Page) -> str:
    """Send an enquiry, open the page that changes it, and return its reference."""
    page.goto("/f/weddings")
    fill_in(page)
    first = send(page)
    page.get_by_role("link", name="Change or add to your enquiry").click()
    return first


def test_an_expired_form_is_sent_again_with_everything_kept(page: Page, let_a_day_pass: LetADayPass) -> None:
    page.goto("/f/weddings?utm_source=google&gclid=abc")
    fill_in(page)
    let_a_day_pass()
    send_button(page).click()
    expect(page.locator(".notice")).to_be_focused()
    expect(page.locator(".notice")).to_contain_text("Check what you typed and send it again")
    expect(page.locator("#message")).to_have_value("A wedding for eighty.")
    expect(page.locator("#consent")).to_be_checked()
    assert page.locator("[name=gclid]").get_attribute("value") == "abc"
    assert send(page)


def test_an_expired_change_is_sent_again_with_everything_kept(
    window: Page, let_a_day_pass: LetADayPass
) -> None:
    first = send_and_open_change(window)
    window.locator("#message").fill("A wedding for ninety.")
    let_a_day_pass()
    send_button(window).click()
    expect(window.locator(".notice")).to_be_focused()
    expect(window.locator(".notice")).to_contain_text("Your changes have not been sent yet")
    expect(window.locator("#message")).to_have_value("A wedding for ninety.")
    assert send(window) == first
    assert receipt_answers(window)["Message"] == "A wedding for ninety."


def test_an_expired_form_with_an_error_shows_both(page: Page, let_a_day_pass: LetADayPass) -> None:
    page.goto("/f/weddings?gclid=abc")
    fill_in(page, last_name="")
    let_a_day_pass()
    send_button(page).click()
    expect(page.locator(".notice")).to_contain_text("this page had been open for too long")
    expect(page.locator(".summary")).to_be_focused()
    assert error_messages(page) == ["Enter your last name"]
    page.locator("#last_name").fill("Lovelace")
    assert page.locator("[name=gclid]").get_attribute("value") == "abc"
    assert send(page)


def test_an_unstored_enquiry_can_be_sent_again(page: Page, server: PageServer) -> None:
    page.goto("/f/weddings")
    fill_in(page, guests="80")
    with server.without_database():
        send_button(page).click()
        expect(page.locator(".notice")).to_be_focused()
        expect(page.locator(".notice")).to_contain_text("we could not store it just now")
    assert send(page)
    assert receipt_answers(page)["How many guests?"] == "80"


def test_an_unstored_change_can_be_sent_again(window: Page, server: PageServer) -> None:
    first = send_and_open_change(window)
    window.locator("#guests").fill("90")
    with server.without_database():
        send_button(window).click()
        expect(window.locator(".notice")).to_contain_text("we could not store them just now")
    assert send(window) == first
    assert receipt_answers(window)["How many guests?"] == "90"


def test_a_likely_typo_is_queried_once_and_then_accepted(page: Page) -> None:
    page.goto("/f/weddings")
    fill_in(page, email="ada@gmial.com")
    send_button(page).click()
    expect(page.get_by_role("alert")).to_contain_text("did you mean ada@gmail.com?")
    assert send(page)
    assert receipt_answers(page)["Email address"] == "ada@gmial.com"


def test_a_corrected_address_is_not_queried_again(window: Page) -> None:
    window.goto("/f/weddings")
    fill_in(window, email="ada@gmial.com")
    send_button(window).click()
    window.get_by_role("link", name="did you mean ada@gmail.com?").click()
    expect(window.locator("#email")).to_be_focused()
    window.locator("#email").fill("ada@hotmial.com")
    send_button(window).click()
    expect(window.get_by_role("link", name="did you mean ada@hotmail.com?")).to_be_visible()
    window.locator("#email").fill("ada@hotmail.com")
    assert send(window)
    assert receipt_answers(window)["Email address"] == "ada@hotmail.com"


def test_a_typo_in_a_change_is_queried_only_once(window: Page) -> None:
    first = send_and_open_change(window)
    window.locator("#email").fill("ada@gmial.com")
    send_button(window).click()
    assert len(error_messages(window)) == 1
    assert send(window) == first
    assert receipt_answers(window)["Email address"] == "ada@gmial.com"


@pytest.mark.parametrize("typed", ["31 May 2031", "31.5.2031", "31/5/31", "May 31st, 2031", "2031-05-31"])
def test_a_date_is_accepted_as_typed_and_shown_in_words(typed: str, window: Page) -> None:
    window.goto("/f/weddings")
    fill_in(window, event_date=typed)
    send(window)
    assert receipt_answers(window)["When is your wedding?"] == "31 May 2031"


def test_an_unreadable_date_is_kept_with_an_error(window: Page) -> None:
    window.goto("/f/weddings")
    for wrong, message in (
        ("in a while", "Enter a date, like"),
        ("31.2.2031", "Enter a date, like"),
        ("31 May 2001", "Enter a date on or after today"),
    ):
        fill_in(window, event_date=wrong)
        send_button(window).click()
        expect(window.locator("#event_date-error")).to_contain_text(message)
        expect(window.locator("#event_date")).to_have_value(wrong)
    window.locator("#event_date").fill("31 may 2031")
    assert send(window)
    assert receipt_answers(window)["When is your wedding?"] == "31 May 2031"


def test_a_saved_copy_has_the_reference_and_all_answers(window: Page, tmp_path: Path) -> None:
    window.goto("/f/weddings")
    fill_in(window, event_date="31 May 2031")
    first = send(window)
    with window.expect_download() as download:
        window.get_by_role("link", name="Save a copy").click()
    assert download.value.suggested_filename == f"{first}.txt"
    download.value.save_as(tmp_path / "copy.txt")
    kept = (tmp_path / "copy.txt").read_text(encoding="utf-8")
    assert first in kept
    for label, value in receipt_answers(window).items():
        assert f"{label}: {value}" in kept
