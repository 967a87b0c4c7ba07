"""Fixtures of the journeys: a browser, the demonstration, and a server of every page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.audits.server import PageServer, serve_pages
from tests.journeys.browser import launch_browser
from tests.journeys.browser_contexts import BrowserContexts
from tests.journeys.demonstration import Demonstration, run_demonstration


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with launch_browser() as browser:
        yield browser


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    """The forms with a worker and a platform, for journeys that end on the platform."""
    with run_demonstration(tmp_path_factory.mktemp("demo")) as demo:
        yield demo


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageServer]:
    """The forms alone, for journeys that end at the receipt."""
    with serve_pages(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture
def contexts(browser: Browser) -> Iterator[BrowserContexts]:
    contexts = BrowserContexts(browser)
    yield contexts
    contexts.close()


@pytest.fixture(params=[False, True], ids=["without JavaScript", "with JavaScript"])
def has_script(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def window(contexts: BrowserContexts, server: PageServer) -> Page:
    """A page of the server with JavaScript, as nearly every visitor has it."""
    return contexts.open(server.address)


@pytest.fixture
def page(contexts: BrowserContexts, server: PageServer, has_script: bool) -> Page:
    """A page of the server; its tests run without JavaScript and with it."""
    return contexts.open(server.address, java_script_enabled=has_script)
