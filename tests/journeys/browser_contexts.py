"""Browser contexts that check what every visitor may rely on.

No cookie is set, no other host is contacted, and the browser logs no errors.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, WebError


class _CheckedContext:
    def __init__(self, context: BrowserContext, hosts: set[str]) -> None:
        self._context = context
        self._hosts = hosts
        self._requested: set[str] = set()
        self._pages: set[str] = set()
        self._complaints: list[tuple[str, str]] = []
        context.on("request", self._note_request)
        context.on("console", self._note_console)
        context.on("weberror", self._note_error)

    def end(self) -> None:
        """Close the context, and check what it did."""
        cookies = self._context.cookies()
        self._context.close()
        assert cookies == []
        assert {urlsplit(url).netloc for url in self._requested} <= self._hosts
        # A page itself may have an error status, such as 422.
        complaints = [
            text
            for url, text in self._complaints
            if url not in self._pages or "responded with a status" not in text
        ]
        assert complaints == []

    def _note_request(self, request: Request) -> None:
        self._requested.add(request.url)
        if request.is_navigation_request():
            self._pages.add(request.url)

    def _note_console(self, message: ConsoleMessage) -> None:
        # Browsers log an error when autofocus is blocked in a frame of another site.
        if message.type in {"error", "warning"} and not message.text.startswith("Blocked autofocusing"):
            self._complaints.append((message.location["url"], message.text))

    def _note_error(self, error: WebError) -> None:
        self._complaints.append(("", error.error.message))


class BrowserContexts:
    """The browser contexts of one test."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._watches: list[_CheckedContext] = []

    def open(self, address: str, also: Sequence[str] = (), **options: Any) -> Page:
        """Open an empty page whose paths are relative to an address.

        ``also`` are the other addresses that it may contact; ``options`` go to Playwright's ``new_context``.
        """
        context = self._browser.new_context(base_url=address, **options)
        context.set_default_timeout(15_000)
        self._watches.append(_CheckedContext(context, {urlsplit(url).netloc for url in (address, *also)}))
        return context.new_page()

    def close(self) -> None:
        """Close every context, and check what it did."""
        while self._watches:
            self._watches.pop().end()
