"""Going back restores every answer, and sending again without a change is the same enquiry.

Each test runs with the browser's back/forward cache, which keeps the page itself, and without it, where the
browser restores the fields of a new page; at the top level, and in a frame of the same site or of another.
That cache never serves a step back inside a frame.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.audits.server import PageServer, serve_pages
from tests.journeys.browser import launch_with_page_cache
from tests.journeys.browser_contexts import BrowserContexts
from tests.journeys.form_visit import FILLED, Visit, forms_file
from tests.journeys.other_site import serve_other_site

TOP, OWN_FRAME, FOREIGN_FRAME = "at the top", "in a frame of its own site", "in a frame of another site"


@dataclass(frozen=True, slots=True)
class Places:
    """The forms, and a site that frames them."""

    server: PageServer
    site: str


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    folder = tmp_path_factory.mktemp("places")
    with serve_other_site() as site:
        file = folder / "forms.toml"
        file.write_text(forms_file(site), encoding="utf-8")
        with serve_pages(folder, file) as server:
            yield Places(server, site)


@pytest.fixture(scope="module")
def keeping_browser(browser: Browser) -> Iterator[Browser]:
    with launch_with_page_cache(browser) as another:
        yield another


@dataclass(frozen=True, slots=True)
class Way:
    """How a visitor uses the form: in which place, and in which browser."""

    place: str
    has_script: bool = True
    keeps_pages: bool = True

    def __str__(self) -> str:
        script = "with JavaScript" if self.has_script else "without JavaScript"
        return f"{self.place}, {script}, {'with' if self.keeps_pages else 'without'} the cache"

    @property
    def restores_the_page(self) -> bool:
        """Whether going back shows the page itself, from the back/forward cache."""
        return self.keeps_pages and self.place == TOP


COMMON: Final = [
    Way(TOP),
    Way(TOP, has_script=False, keeps_pages=False),
    Way(FOREIGN_FRAME, keeps_pages=False),
]
RARE: Final = [
    Way(TOP, keeps_pages=False),
    Way(TOP, has_script=False),
    Way(FOREIGN_FRAME),
    Way(FOREIGN_FRAME, has_script=False),
    Way(FOREIGN_FRAME, has_script=False, keeps_pages=False),
]
OWN_FRAMES: Final = [replace(way, place=OWN_FRAME) for way in (*COMMON, *RARE) if way.place == FOREIGN_FRAME]
WITHOUT_STORAGE: Final = FOREIGN_FRAME
"""The place without storage, where a reload empties the form as it does without JavaScript."""


def ways(*others: Way, scripted: bool = False, stored: bool = False) -> pytest.MarkDecorator:
    """Run a test in every way; those that few visitors use are marked as long."""
    common, rare = (
        [
            way
            for way in listed
            if (way.has_script or not scripted) and (way.place != WITHOUT_STORAGE or not stored)
        ]
        for listed in (COMMON, [*RARE, *others])
    )
    return pytest.mark.parametrize(
        "way", [*common, *(pytest.param(way, marks=pytest.mark.long) for way in rare)], ids=str
    )


Open = Callable[[str], Visit]


@pytest.fixture
def window(request: pytest.FixtureRequest, way: Way, places: Places) -> Iterator[Page]:
    contexts = BrowserContexts(request.getfixturevalue("keeping_browser" if way.keeps_pages else "browser"))
    yield contexts.open(places.server.address, [places.site], java_script_enabled=way.has_script)
    contexts.close()


@pytest.fixture
def opened(window: Page, places: Places, way: Way) -> Open:
    """Open a form in its place; called again, open it once more."""

    def open_form(path: str) -> Visit:
        if way.place == TOP:
            window.goto(path)
            return Visit(window, window)
        host = places.server.address if way.place == OWN_FRAME else places.site
        window.goto(f"{host}/hosting?frame={places.server.address}{path}")
        frame = window.frame("form")
        assert frame is not None
        expect(frame.locator("#enquiry")).to_be_visible()
        return Visit(window, frame)

    return open_form


@ways(*OWN_FRAMES)
def test_resending_unchanged_is_the_same_enquiry(opened: Open, way: Way, places: Places) -> None:
    visit = opened("/f/events")
    visit.fill_in()
    first, received = visit.submit(), places.server.received()
    assert first in received
    for _ in range(2):
        visit.back()
        assert visit.is_same_page() == way.restores_the_page
        assert visit.values() == FILLED
        assert visit.submit() == first
    assert places.server.received() == received


@ways()
def test_going_back_restores_corrected_and_original_answers(opened: Open, places: Places) -> None:
    visit = opened("/f/events")
    visit.fill_in()
    visit.form.locator("#guests").fill("some")
    refused = visit.values()
    visit.send()
    expect(visit.form.locator("#guests-error")).to_be_visible()
    visit.back()
    assert visit.values() == refused
    visit.send()
    expect(visit.form.locator("#guests-error")).to_be_visible()
    visit.form.locator("#guests").fill("90")
    corrected = visit.values()
    first, received = visit.submit(), places.server.received()
    visit.back()
    assert visit.values() == corrected
    assert visit.submit() == first
    visit.back()
    visit.back()
    assert visit.values() == refused
    visit.form.locator("#guests").fill("90")
    assert visit.submit() == first
    assert places.server.received() == received


@ways()
def test_going_back_from_another_enquiry_leads_to_the_first(opened: Open, places: Places) -> None:
    visit = opened("/f/events?utm_source=google")
    visit.fill_in()
    first, received = visit.submit(), places.server.received()
    visit.form.locator(".actions a.link-button").click()
    expect(visit.form.locator("#enquiry")).to_be_visible()
    assert set(visit.values().values()) == {"", False}
    visit.back()
    assert visit.reference() == first
    visit.back()
    assert visit.values() == FILLED
    assert visit.submit() == first
    assert places.server.received() == received


@ways()
def test_going_back_from_a_change_leads_to_receipt_and_form(opened: Open, places: Places) -> None:
    visit = opened("/f/events")
    visit.fill_in()
    first, received = visit.submit(), places.server.received()
    for guests in ("90", "100"):
        visit.form.locator("a[href*=change]").click()
        visit.form.locator("#guests").fill(guests)
        assert visit.submit() == first
        expect(visit.form.locator("main")).to_contain_text(guests)
        visit.back()
        assert visit.values()["guests"] == guests
        assert visit.submit() == first
        expect(visit.form.locator("main")).to_contain_text(guests)
    for _ in range(4):
        visit.back()
    visit.back()
    assert visit.values() == FILLED
    assert visit.submit() == first
    assert places.server.received() == received


@ways()
def test_going_back_from_another_language_restores_both(opened: Open, places: Places) -> None:
    visit = opened("/f/events")
    visit.fill_in()
    visit.form.locator("button[lang=de]").click()
    expect(visit.form.locator("html")).to_have_attribute("lang", "de")
    in_german = visit.values()
    visit.back()
    expect(visit.form.locator("html")).to_have_attribute("lang", "en")
    assert visit.values() == FILLED
    visit.form.locator("button[lang=de]").click()
    expect(visit.form.locator("html")).to_have_attribute("lang", "de")
    first, received = visit.submit(), places.server.received()
    visit.back()
    assert visit.values() == in_german
    assert visit.submit() == first
    visit.back()
    visit.back()
    assert visit.values() == FILLED
    assert visit.submit() == first
    assert places.server.received() == received


@ways()
def test_going_back_from_a_thanks_page_restores_the_form(opened: Open, way: Way, places: Places) -> None:
    visit = opened("/f/elsewhere")
    visit.fill_in()
    before = places.server.received()
    for _ in range(2):
        visit.send()
        expect(visit.form.locator("h1")).to_have_text("Hello")
        visit.back()
        assert visit.is_same_page() == way.restores_the_page
        assert visit.values() == FILLED
    assert len(places.server.received()) == len(before) + 1


@ways(*OWN_FRAMES, scripted=True, stored=True)
def test_restored_answers_survive_a_reload_as_the_same_enquiry(opened: Open, places: Places) -> None:
    visit = opened("/f/events")
    visit.fill_in()
    first, received = visit.submit(), places.server.received()
    visit.back()
    visit.reload()
    assert visit.values() == FILLED
    assert visit.submit() == first
    assert places.server.received() == received


@ways(scripted=True)
def test_going_back_works_after_another_window_opened_the_form(opened: Open, places: Places) -> None:
    visit = opened("/f/events")
    visit.fill_in()
    first, received = visit.submit(), places.server.received()
    another = visit.page.context.new_page()
    another.goto("/f/events")
    visit.back()
    assert visit.submit() == first
    assert places.server.received() == received
    # The same answers in a form opened anew are another enquiry.
    begun = Visit(another, another)
    begun.fill_in()
    assert begun.submit() != first
