"""A browser that blocks the script or its storage can still send an enquiry."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.visitor import fill_in, send, send_button


def without_script(page: Page) -> None:
    page.route("**/static/*.js", lambda route: route.fulfill(status=200, content_type="text/javascript"))


def without_storage(page: Page) -> None:
    page.add_init_script(
        "Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('No') } })"
    )


@pytest.mark.parametrize("block", [without_script, without_storage])
def test_an_enquiry_needs_neither_script_nor_storage(block: Callable[[Page], None], window: Page) -> None:
    block(window)
    window.goto("/f/weddings")
    send_button(window).click()
    expect(window.locator(".summary")).to_be_focused()
    fill_in(window)
    assert send(window)
