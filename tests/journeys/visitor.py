"""What a visitor does on the pages: fills a form in, sends it, and reads the receipt."""

from __future__ import annotations

from typing import Final

from playwright.sync_api import Locator, Page, expect

from tests.support.pages import TYPED

SEND: Final = "#enquiry button[type=submit]"


def fill_in(page: Page, **changes: str) -> None:
    """Fill in the usual answers with changes, and tick the consent."""
    for name, answer in {**TYPED, **changes}.items():
        if name == "consent":
            page.locator("#consent").check()
        else:
            page.locator(f"#{name}").fill(answer)


def send_button(page: Page) -> Locator:
    """Return the button that sends the page's form, in any language."""
    return page.locator(SEND)


def send(page: Page) -> str:
    """Send the form and return the reference on the receipt."""
    send_button(page).click()
    return reference(page)


def reference(page: Page) -> str:
    """Wait for the receipt, and return its reference."""
    expect(page.locator("#reference")).to_be_visible()
    return page.locator("#reference").inner_text()


def receipt_answers(page: Page) -> dict[str, str]:
    """Return the answers on the receipt, by label."""
    answers: dict[str, str] = page.locator("dl > div").evaluate_all(
        "all => Object.fromEntries(all.map(element => [...element.children].map(part => part.innerText)))"
    )
    return answers


def error_messages(page: Page) -> list[str]:
    """Wait for the error summary, and return its messages."""
    expect(page.locator(".summary")).to_be_visible()
    return page.locator(".summary li").all_inner_texts()
