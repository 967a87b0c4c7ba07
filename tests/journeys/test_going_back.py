"""Going back brings everything back as it was typed, and what is sent again unchanged is the same enquiry.

Each way is gone with the browser's back/forward cache, which keeps the page itself, and without it, where the
page is made anew from what the browser has of it; at the top of a window and in a frame of the same site or
of another. A step back inside of a frame is never made by that cache.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.audits.server import House, opened_house
from tests.journeys.browser import that_keeps_pages_alive
from tests.journeys.browser_contexts import Windows
from tests.journeys.coming_back import EVERYTHING, Visit, forms_file
from tests.journeys.framing import opened_site

TOP, OWN_FRAME, FOREIGN_FRAME = "at the top", "in a frame of its own site", "in a frame of another site"


@dataclass(frozen=True, slots=True)
class Places:
    """The forms, and a site that frames them."""

    house: House
    site: str


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    folder = tmp_path_factory.mktemp("places")
    with opened_site() as site:
        file = folder / "forms.toml"
        file.write_text(forms_file(site), encoding="utf-8")
        with opened_house(folder, file) as house:
            yield Places(house, site)


@pytest.fixture(scope="module")
def keeping_browser(browser: Browser) -> Iterator[Browser]:
    with that_keeps_pages_alive(browser) as another:
        yield another


@dataclass(frozen=True, slots=True)
class Way:
    """How a visitor has the form: in which place, and in what browser."""

    place: str
    has_script: bool = True
    keeps_pages: bool = True

    def __str__(self) -> str:
        script = "with JavaScript" if self.has_script else "without JavaScript"
        return f"{self.place}, {script}, {'with' if self.keeps_pages else 'without'} the cache"

    @property
    def brings_back_the_page(self) -> bool:
        """Whether going back shows the very page that was left."""
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
"""Where a frame of another site has no storage, a reload empties it as any page without the script."""


def ways(*others: Way, scripted: bool = False, stored: bool = False) -> pytest.MarkDecorator:
    """Return what runs a test by every way; those that few visitors have are for the long suite."""
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
    windows = Windows(request.getfixturevalue("keeping_browser" if way.keeps_pages else "browser"))
    yield windows.open(places.house.address, [places.site], java_script_enabled=way.has_script)
    windows.close()


@pytest.fixture
def opened(window: Page, places: Places, way: Way) -> Open:
    """Open a form in the window; called again, open it anew in the same place."""

    def open_form(path: str) -> Visit:
        if way.place == TOP:
            window.goto(path)
            return Visit(window, window)
        host = places.house.address if way.place == OWN_FRAME else places.site
        window.goto(f"{host}/hosting?frame={places.house.address}{path}")
        frame = window.frame("form")
        assert frame is not None
        expect(frame.locator("#enquiry")).to_be_visible()
        return Visit(window, frame)

    return open_form


@ways(*OWN_FRAMES)
def test_resending_unchanged_is_the_same_enquiry(opened: Open, way: Way, places: Places) -> None:
    visit = opened("/f/events")
    visit.fill_in()
    visit.send()
    first, received = visit.reference(), places.house.received()
    assert first in received
    for _ in range(2):
        visit.back()
        assert visit.is_kept() == way.brings_back_the_page
        assert visit.held() == EVERYTHING
        visit.send()
        assert visit.reference() == first
    assert places.house.received() == received


@ways()
def test_going_back_restores_corrected_and_original_answers(opened: Open, places: Places) -> None:
    visit = opened("/f/events")
    visit.fill_in()
    visit.form.locator("#guests").fill("some")
    refused = visit.held()
    visit.send()
    expect(visit.form.locator("#guests-error")).to_be_visible()
    visit.back()
    assert visit.held() == refused
    visit.send()
    expect(visit.form.locator("#guests-error")).to_be_visible()
    visit.form.locator("#guests").fill("90")
    mended = visit.held()
    visit.send()
    first, received = visit.reference(), places.house.received()
    visit.back()
    assert visit.held() == mended
    visit.send()
    assert visit.reference() == first
    visit.back()
    visit.back()
    assert visit.held() == refused
    visit.form.locator("#guests").fill("90")
    visit.send()
    assert visit.reference() == first
    assert places.house.received() == received


@ways()
def test_going_back_from_another_enquiry_leads_to_the_first(opened: Open, places: Places) -> None:
    visit = opened("/f/events?utm_source=google")
    visit.fill_in()
    visit.send()
    first, received = visit.reference(), places.house.received()
    visit.form.locator(".actions a.link-button").click()
    expect(visit.form.locator("#enquiry")).to_be_visible()
    assert set(visit.held().values()) == {"", False}
    visit.back()
    assert visit.reference() == first
    visit.back()
    assert visit.held() == EVERYTHING
    visit.send()
    assert visit.reference() == first
    assert places.house.received() == received


@ways()
def test_going_back_from_a_change_leads_to_receipt_and_form(opened: Open, places: Places) -> None:
    visit = opened("/f/events")
    visit.fill_in()
    visit.send()
    first, received = visit.reference(), places.house.received()
    for guests in ("90", "100"):
        visit.form.locator("a[href*=change]").click()
        visit.form.locator("#guests").fill(guests)
        visit.send()
        assert visit.reference() == first
        expect(visit.form.locator("main")).to_contain_text(guests)
        visit.back()
        assert visit.held()["guests"] == guests
        visit.send()
        assert visit.reference() == first
        expect(visit.form.locator("main")).to_contain_text(guests)
    for _ in range(4):
        visit.back()
    visit.back()
    assert visit.held() == EVERYTHING
    visit.send()
    assert visit.reference() == first
    assert places.house.received() == received


@ways()
def test_going_back_from_another_language_restores_both(opened: Open, places: Places) -> None:
    visit = opened("/f/events")
    visit.fill_in()
    visit.form.locator("button[lang=de]").click()
    expect(visit.form.locator("html")).to_have_attribute("lang", "de")
    in_german = visit.held()
    visit.back()
    expect(visit.form.locator("html")).to_have_attribute("lang", "en")
    assert visit.held() == EVERYTHING
    visit.form.locator("button[lang=de]").click()
    expect(visit.form.locator("html")).to_have_attribute("lang", "de")
    visit.send()
    first, received = visit.reference(), places.house.received()
    visit.back()
    assert visit.held() == in_german
    visit.send()
    assert visit.reference() == first
    visit.back()
    visit.back()
    assert visit.held() == EVERYTHING
    visit.send()
    assert visit.reference() == first
    assert places.house.received() == received


@ways()
def test_going_back_from_a_thanks_page_restores_the_form(opened: Open, way: Way, places: Places) -> None:
    visit = opened("/f/elsewhere")
    visit.fill_in()
    before = places.house.received()
    for _ in range(2):
        visit.send()
        expect(visit.form.locator("h1")).to_have_text("Hello")
        visit.back()
        assert visit.is_kept() == way.brings_back_the_page
        assert visit.held() == EVERYTHING
    assert len(places.house.received()) == len(before) + 1


@ways(*OWN_FRAMES, scripted=True, stored=True)
def test_restored_answers_survive_a_reload_as_the_same_enquiry(opened: Open, places: Places) -> None:
    visit = opened("/f/events")
    visit.fill_in()
    visit.send()
    first, received = visit.reference(), places.house.received()
    visit.back()
    visit.reload()
    assert visit.held() == EVERYTHING
    visit.send()
    assert visit.reference() == first
    assert places.house.received() == received


@ways(scripted=True)
def test_going_back_works_after_another_window_opened_the_form(opened: Open, places: Places) -> None:
    visit = opened("/f/events")
    visit.fill_in()
    visit.send()
    first, received = visit.reference(), places.house.received()
    another = visit.page.context.new_page()
    another.goto("/f/events")
    visit.back()
    visit.send()
    assert visit.reference() == first
    assert places.house.received() == received
    # Begun anew, the same is another enquiry.
    begun = Visit(another, another)
    begun.fill_in()
    begun.send()
    assert begun.reference() != first
