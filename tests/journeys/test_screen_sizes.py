"""Every page on narrow, wide and zoomed screens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import pytest
from playwright.sync_api import Page

from tests.audits.gallery import EXHIBITS, Gallery
from tests.audits.server import PageServer

SCREENS: Final = {
    "320 pixels": (320, 640, 1),
    "1280 pixels": (1280, 800, 1),
    # 1280 by 1024 at 400 %, as WCAG 2.2 asks for (1.4.10).
    "400 percent": (320, 256, 4),
}
"""Width and height in CSS pixels, and the device pixels per CSS pixel."""

TOO_SMALL = """() => [...document.querySelectorAll(
    'button, .action, .link-button, .choice, .summary a, input:not([type=hidden]), select, textarea')]
  .filter(element => !element.closest('.choice') || element.matches('.choice'))
  .map(element => [element.outerHTML.slice(0, 80), element.getBoundingClientRect()])
  .filter(([, { width, height }]) => height < 44 || width < 44)
  .map(([what, { width, height }]) => `${what}: ${width} by ${height}`)"""

CUT_OFF = """() => [...document.querySelectorAll('body *:not(.visually-hidden, .skip, .visually-hidden *)')]
  .filter(element => element.getClientRects().length)
  .map(element => [element.outerHTML.slice(0, 80), element.getBoundingClientRect()])
  .filter(([, { left, right }]) => left < -1 || right > innerWidth + 1)
  .map(([what]) => what)"""


@contextmanager
def screen_resizer(page: Page) -> Iterator[Callable[[str], None]]:
    """Give a function that resizes the page's screen without reloading the page."""
    session = page.context.new_cdp_session(page)

    def resize_to(screen: str) -> None:
        width, height, scale = SCREENS[screen]
        size = {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": False}
        session.send("Emulation.setDeviceMetricsOverride", size)
        assert page.evaluate("[innerWidth, innerHeight, devicePixelRatio]") == [width, height, scale]

    yield resize_to
    session.detach()


LONG = pytest.mark.long


@pytest.mark.parametrize("language", ["en", pytest.param("de", marks=LONG), pytest.param("ar", marks=LONG)])
def test_no_page_overflows_and_every_target_is_large_enough(
    language: str, window: Page, server: PageServer
) -> None:
    gallery = Gallery(server, window)
    with screen_resizer(window) as resize_to:
        for exhibit in EXHIBITS:
            with gallery.shown(exhibit, language):
                for screen in SCREENS:
                    resize_to(screen)
                    too_wide = window.evaluate("document.documentElement.scrollWidth - innerWidth")
                    assert too_wide <= 0, f"{exhibit.name} on {screen} is {too_wide} pixels too wide"
                    assert window.evaluate(CUT_OFF) == [], (exhibit.name, screen)
                    assert window.evaluate(TOO_SMALL) == [], (exhibit.name, screen)
