"""What a visitor does on the pages: fills a form in, sends it, and reads the receipt."""

from __future__ import annotations

from typing import Final

from playwright.sync_api import Locator, Page, expect

from tests.support.pages import TYPED

SEND: Final = "#enquiry button[type=submit]"


def fill_in(page: Page, **changes: str) -> None:
    """Type the same as ever into the form, with changes, and agree."""
    for name, answer in {**TYPED, **changes}.items():
        if name == "consent":
            page.locator("#consent").check()
        else:
            page.locator(f"#{name}").fill(answer)


def send_button(page: Page) -> Locator:
    """Return the button that sends the form of the page, in whatever language."""
    return page.locator(SEND)


def send(page: Page) -> str:
    """Send the form and return the reference on the receipt."""
    send_button(page).click()
    return reference(page)


def reference(page: Page) -> str:
    """Return the reference on the receipt, as soon as it is there."""
    expect(page.locator("#reference")).to_be_visible()
    return page.locator("#reference").inner_text()


def told_back(page: Page) -> dict[str, str]:
    """Return what the receipt says was sent, by the labels."""
    listed: dict[str, str] = page.locator("dl > div").evaluate_all(
        "all => Object.fromEntries(all.map(element => [...element.children].map(part => part.innerText)))"
    )
    return listed


def what_is_wrong(page: Page) -> list[str]:
    """Return the messages of the summary of errors, as soon as it is there."""
    expect(page.locator(".summary")).to_be_visible()
    return page.locator(".summary li").all_inner_texts()
