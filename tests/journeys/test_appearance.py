"""How pages look in dark mode, with reduced motion, in forced colours, and in print."""

from __future__ import annotations

from typing import Final

import pytest
from playwright.sync_api import Page, expect

from tests.audits.server import PageServer
from tests.audits.visitor import BrowserVisitor
from tests.journeys.browser_contexts import BrowserContexts

PLACES: Final = ("/f/weddings", "/f/callback", "/f/events", "/nowhere")

LUMINANCE = """(selector) => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d");
  const { backgroundColor } = getComputedStyle(document.querySelector(selector));
  canvas.fillStyle = backgroundColor;
  canvas.fillRect(0, 0, 1, 1);
  const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data;
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
}"""
"""How light a background is, from 0 to 1, accurate enough to tell dark from light."""

MOVING = """() => [...document.querySelectorAll("*")].filter((element) => {
  const style = getComputedStyle(element);
  return `${style.transitionDuration}, ${style.transitionDelay}`.split(",").some((time) => parseFloat(time))
    || style.animationName !== "none" || style.scrollBehavior === "smooth";
}).map((element) => element.localName)"""

WITHOUT_EDGE = """(all) => all.filter((element) => {
  const { appearance, borderTopStyle, borderTopWidth, borderTopColor } = getComputedStyle(element);
  const behind = getComputedStyle(document.body).backgroundColor;
  const hasEdge = borderTopStyle === "solid" && parseFloat(borderTopWidth) >= 1 && borderTopColor !== behind;
  // Radio buttons and checkboxes are drawn by the system.
  return !hasEdge && !(["radio", "checkbox"].includes(element.type) && appearance === "auto");
}).map((element) => element.outerHTML)"""


@pytest.fixture
def visitor(window: Page, server: PageServer) -> BrowserVisitor:
    return BrowserVisitor(server, window, "en")


def test_every_page_follows_the_colour_scheme(visitor: BrowserVisitor) -> None:
    for path in (*PLACES, visitor.receipt()):
        visitor.visit(path)
        for selector in ("body", "main"):
            visitor.page.emulate_media(color_scheme="dark")
            dark = visitor.page.evaluate(LUMINANCE, selector)
            visitor.page.emulate_media(color_scheme="light")
            light = visitor.page.evaluate(LUMINANCE, selector)
            assert dark < 0.15, (path, selector)
            assert light > 0.85, (path, selector)


def test_only_buttons_fade_and_reduced_motion_stops_that(visitor: BrowserVisitor) -> None:
    for path in (*PLACES, visitor.receipt()):
        visitor.visit(path)
        visitor.page.emulate_media(reduced_motion="no-preference")
        assert {*visitor.page.evaluate(MOVING)} <= {"button"}
        visitor.page.emulate_media(reduced_motion="reduce")
        assert visitor.page.evaluate(MOVING) == []


def has_border(page: Page, selector: str) -> None:
    found = page.locator(selector)
    assert found.count() > 0
    assert found.evaluate_all(WITHOUT_EDGE) == []


def test_in_forced_colours_every_control_has_an_edge(contexts: BrowserContexts, server: PageServer) -> None:
    page = contexts.open(server.address, forced_colors="active")
    visitor = BrowserVisitor(server, page, "en")
    visitor.visit("/f/events")
    has_border(page, "input:not([type=hidden]), textarea, select, button:not(.link-button)")
    visitor.send({"occasion": "21"})
    has_border(page, ".summary, [aria-invalid], button:not(.link-button)")
    for marked in page.locator(".has-error").all():
        expect(marked).to_have_css("border-left-width", "4px")
        expect(marked).to_have_css("border-left-color", "rgb(0, 0, 0)")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(":focus")).to_have_css("outline-style", "solid")
    expect(page.locator(":focus")).to_have_css("outline-width", "3px")
    visitor.visit(visitor.receipt())
    has_border(page, ".panel, .action")


def test_a_printed_receipt_is_black_on_white_without_links(
    contexts: BrowserContexts, server: PageServer
) -> None:
    page = contexts.open(server.address, color_scheme="dark")
    visitor = BrowserVisitor(server, page, "en")
    visitor.visit(visitor.receipt())
    expect(page.locator(".actions a")).to_have_count(3)
    for link in page.locator(".actions a").all():
        expect(link).to_be_visible()
    page.emulate_media(media="print")
    for link in page.locator(".actions a").all():
        expect(link).to_be_hidden()
    expect(page.locator(".skip")).to_be_hidden()
    for shown in ("#reference", "h1", "dl", "main > .lines >> nth=0"):
        expect(page.locator(shown)).to_be_visible()
    for ink in ("#reference", "dd >> nth=0", "h1"):
        expect(page.locator(ink)).to_have_css("color", "rgb(43, 36, 32)")
    for paper in ("body", "main", ".panel"):
        background = page.locator(paper).evaluate("element => getComputedStyle(element).backgroundColor")
        assert background in {"rgba(0, 0, 0, 0)", "rgb(255, 253, 249)"}, paper


def test_the_language_buttons_are_not_printed(visitor: BrowserVisitor) -> None:
    visitor.visit("/f/weddings")
    expect(visitor.page.locator(".languages")).to_be_visible()
    visitor.page.emulate_media(media="print")
    expect(visitor.page.locator(".languages")).to_be_hidden()
