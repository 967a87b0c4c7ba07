"""Fixtures of the audits: one browser, and the gallery in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.audits.gallery import Gallery
from tests.audits.server import serve_pages
from tests.journeys.browser import launch_browser


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with launch_browser() as browser:
        yield browser


@pytest.fixture(scope="session")
def gallery(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gallery]:
    # With reduced motion, colours change at once.
    page = browser.new_page(reduced_motion="reduce")
    page.set_default_timeout(15_000)
    with serve_pages(tmp_path_factory.mktemp("server")) as server:
        yield Gallery(server, page)
