"""With JavaScript, extra clicks, stuck requests and going back still make one enquiry."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.audits.server import PageServer
from tests.journeys.browser import launch_with_page_cache
from tests.journeys.browser_contexts import BrowserContexts
from tests.journeys.visitor import fill_in, reference, send, send_button

MAX_SENDING = 15_000
A_DAY = 86_400

LOG_SUBMITS = """() => addEventListener("submit", (event) => {
  const status = document.getElementById("status");
  const mayWait = status.closest("[aria-busy=true]") !== null;
  const announced = mayWait ? "announced later" : "announced";
  console.log(`${event.defaultPrevented ? "ignored" : "sent"}, ${announced}: ${status.textContent}`);
})"""
"""Logs each submit event to the console, since a page that is unloading cannot be evaluated.

A screen reader may hold back what is inside an ``aria-busy`` element until it no longer is busy.
"""


def click(page: Page) -> str:
    """Click without waiting for a response, and return what the page logs."""
    with page.expect_console_message() as logged:
        page.mouse.down()
        page.mouse.up()
    return logged.value.text


def hold_posts(page: Page) -> list[Route]:
    """Hold back every POST, and return the list that collects them."""
    held: list[Route] = []
    page.route("**/f/*", lambda route: held.append(route) if route.request.method == "POST" else None)
    return held


def test_clicks_while_sending_are_ignored_and_announced(window: Page) -> None:
    window.goto("/f/weddings")
    fill_in(window)
    window.evaluate(LOG_SUBMITS)
    held = hold_posts(window)
    send_button(window).hover()
    with window.expect_request(lambda request: request.method == "POST"):
        assert click(window) == "sent, announced: Sending…"
    assert click(window) == "ignored, announced: Sending…"
    assert click(window) == "ignored, announced: Sending…"
    (only,) = held
    only.continue_()
    assert reference(window)
    assert len(held) == 1


def test_a_language_change_does_not_count_as_sending(window: Page) -> None:
    window.goto("/f/weddings")
    fill_in(window)
    window.evaluate(LOG_SUBMITS)
    window.route("**/f/*", lambda route: route.abort("aborted"), times=1)
    window.get_by_role("button", name="Deutsch").hover()
    with window.expect_event("requestfailed"):
        assert click(window) == "sent, announced: "
    send_button(window).hover()
    assert click(window) == "sent, announced: Sending…"
    assert reference(window)


def test_a_stopped_submission_can_be_sent_again_later(window: Page) -> None:
    window.clock.install(time=0)
    window.goto("/f/weddings")
    fill_in(window)
    window.clock.pause_at(A_DAY)
    window.evaluate(LOG_SUBMITS)
    window.route("**/f/*", lambda route: route.abort("aborted"), times=1)
    send_button(window).hover()
    with window.expect_event("requestfailed"):
        assert click(window).startswith("sent")
    window.clock.fast_forward(MAX_SENDING - 1_000)
    assert click(window).startswith("ignored")
    window.clock.fast_forward(1_000)
    assert click(window).startswith("sent")
    assert reference(window)


def test_a_page_from_the_back_forward_cache_can_be_sent_again(browser: Browser, server: PageServer) -> None:
    with launch_with_page_cache(browser) as another:
        contexts = BrowserContexts(another)
        page = contexts.open(server.address)
        page.goto("/f/weddings")
        page.evaluate("window.isSamePage = true")
        fill_in(page)
        first = send(page)
        page.go_back(wait_until="commit")
        assert page.evaluate("window.isSamePage")
        expect(page.locator("#message")).to_have_value("A wedding for eighty.")
        expect(page.locator("#status")).to_have_text("")
        page.locator("#message").fill("And one more.")
        assert send(page) != first
        contexts.close()


@pytest.mark.parametrize("query", ["", "?utm_source=google", "?lang=en"])
def test_resending_a_reloaded_page_is_the_same_enquiry(query: str, page: Page) -> None:
    page.goto(f"/f/weddings{query}")
    fill_in(page)
    first = send(page)
    page.go_back()
    expect(page.locator("#message")).to_have_value("A wedding for eighty.")
    assert send(page) == first
