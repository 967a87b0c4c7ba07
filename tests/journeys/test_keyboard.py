"""With the keyboard alone: the tab order, a visible focus, and what Enter does."""

from __future__ import annotations

from typing import Any, Final

import pytest
from playwright.sync_api import Page, expect

from tests.audits.server import PageServer
from tests.audits.visitor import BrowserVisitor
from tests.journeys.browser_contexts import BrowserContexts
from tests.journeys.visitor import fill_in, receipt_answers, reference, send

ZOOMED: Final[dict[str, Any]] = {"viewport": {"width": 320, "height": 256}, "device_scale_factor": 4}
"""1280 by 1024 at 400 %."""

FOCUS = """() => {
  const focused = document.activeElement;
  const { outlineStyle, outlineWidth, outlineColor, outlineOffset } = getComputedStyle(focused);
  const ring = parseFloat(outlineWidth) + parseFloat(outlineOffset) - 1;
  const { top, right, bottom, left } = focused.getBoundingClientRect();
  // Of a textarea Chromium scrolls only the line with the caret into view, here the first.
  const end = focused.matches("textarea") ? top + 44 : bottom + ring;
  const inFront = document.elementFromPoint((left + right) / 2, (top + Math.min(end, bottom)) / 2);
  const isOutlined = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  return {
    name: focused.id || focused.getAttribute("value") || focused.textContent.trim(),
    isAtTheEnd: focused === document.body,
    isOutlined: isOutlined && !outlineColor.endsWith(", 0)"),
    isInView: top >= ring && end <= innerHeight && left >= ring && right + ring <= innerWidth,
    isInFront: focused.contains(inFront),
  };
}"""


def next_stop(page: Page, key: str = "Tab") -> str:
    """Press a key, and return which element has the focus, visibly; return "" at the end of the page."""
    page.keyboard.press(key)
    focus: dict[str, Any] = page.evaluate(FOCUS)
    if focus["isAtTheEnd"]:
        return ""
    assert focus["isOutlined"], focus
    assert focus["isInView"], focus
    assert focus["isInFront"], focus
    return str(focus["name"])


def all_stops(page: Page) -> list[str]:
    stops = []
    while stop := next_stop(page):
        stops.append(stop)
    return stops


def test_the_tab_order_follows_the_page(window: Page) -> None:
    window.goto("/f/weddings")
    assert all_stops(window) == [
        "Skip to main content",
        *("first_name", "last_name", "email", "phone", "company", "event_date", "guests", "message"),
        *("consent", "Send enquiry", "weddings@harbourhall.example", "de", "fr", "es", "ar"),
    ]


def test_the_focus_ring_is_fully_visible_after_scrolling(
    contexts: BrowserContexts, server: PageServer
) -> None:
    page = contexts.open(server.address, viewport={"width": 1280, "height": 720})
    page.goto("/f/events")
    assert "Send enquiry" in all_stops(page)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_focus_is_never_hidden_at_high_zoom(
    language: str, contexts: BrowserContexts, server: PageServer
) -> None:
    page = contexts.open(server.address, **ZOOMED)
    visitor = BrowserVisitor(server, page, language)
    visitor.visit("/f/events")
    visitor.send({"occasion": "21", "guests": "many", "heard": "26"})
    expect(page.locator(".summary")).to_be_focused()
    wrong = page.locator(".summary a").count()
    stops = all_stops(page)
    # A group of radio buttons is one stop; each checkbox is one.
    assert stops[wrong:][:4] == ["first_name", "last_name", "email", "phone"]
    assert [stop for stop in stops if stop.startswith(("format", "rooms", "heard"))] == [
        *("format-0", "rooms-0", "rooms-1", "rooms-2", "heard-2"),
    ]
    visitor.visit(visitor.receipt())
    assert len(all_stops(page)) >= 5
    visitor.visit("/nowhere")
    assert len(all_stops(page)) >= 3


def test_the_skip_link_appears_on_focus_and_skips_the_header(window: Page) -> None:
    window.goto("/f/weddings")
    skip = window.locator(".skip")
    expect(skip).to_have_css("clip-path", "inset(50%)")
    assert next_stop(window) == "Skip to main content"
    expect(skip).to_have_css("clip-path", "none")
    shown = skip.bounding_box()
    assert shown is not None
    assert shown["height"] >= 44
    window.keyboard.press("Enter")
    expect(window.locator("main")).to_be_focused()
    assert next_stop(window) == "first_name"
    assert next_stop(window, "Shift+Tab") == "Skip to main content"


def test_every_kind_of_question_works_by_keyboard_alone(window: Page) -> None:
    window.goto("/f/events")
    answers = {
        "first_name": "Ada",
        "last_name": "Lovelace",
        "email": "ada@example.com",
        "occasion": "A company event",
        "event_date": "31.5.2031",
        "guests": "120",
        "wishes": "Lanterns",
    }
    presses = {
        "format-0": ("ArrowDown",),
        "flexible": ("Space",),
        "rooms-0": ("Space",),
        "rooms-2": ("Space",),
        "heard-0": ("Space", "ArrowDown", "ArrowUp"),
    }
    while (stop := next_stop(window)) != "Send enquiry":
        window.keyboard.type(answers.get(stop, ""))
        for key in presses.get(stop, ()):
            window.keyboard.press(key)
    window.keyboard.press("Space")
    assert reference(window)
    sent = receipt_answers(window)
    assert [sent[label] for label in ("What are you planning?", "Which kind of company event?")] == [
        *("A company event", "A residential conference"),
    ]
    assert sent["When is your event?"] == "31 May 2031"
    assert sent["Which rooms do you like?"] == "Great Hall, Boathouse"
    assert sent["How did you hear about us?"] == "On the web"
    assert sent["What would make it special?"] == "Lanterns"


def test_enter_in_a_field_sends_the_enquiry_in_its_language(page: Page) -> None:
    page.goto("/f/weddings?lang=de")
    fill_in(page, first_name="")
    page.locator("#guests").press("Enter")
    expect(page.locator(".summary")).to_be_focused()
    assert next_stop(page) == "Geben Sie Ihren Vornamen ein"
    page.keyboard.press("Enter")
    expect(page.locator("#first_name")).to_be_focused()
    page.keyboard.type("Ada")
    page.keyboard.press("Enter")
    assert reference(page)
    expect(page.locator("html")).to_have_attribute("lang", "de")


def test_the_language_and_a_change_are_reached_by_keyboard(
    window: Page,
) -> None:
    window.goto("/f/weddings")
    fill_in(window)
    window.locator("[lang=de][name=switch]").focus()
    window.keyboard.press("Enter")
    expect(window.locator("html")).to_have_attribute("lang", "de")
    first = send(window)
    # The skip link and the email link come first.
    assert all_stops(window)[2:] == [
        *("Anfrage ändern oder ergänzen", "Kopie speichern", "Weitere Anfrage senden"),
    ]
    window.get_by_role("link", name="Anfrage ändern oder ergänzen").focus()
    window.keyboard.press("Enter")
    expect(window.locator("h1")).to_have_text("Anfrage ändern oder ergänzen")
    window.locator("#guests").press("Enter")
    assert reference(window) == first
