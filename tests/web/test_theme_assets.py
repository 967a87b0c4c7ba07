"""A form's theme on its pages, and its time zone on the receipt."""

from __future__ import annotations

import pytest

from tests.support.harness import Venue, form_text
from tests.support.pages import Page

pytestmark = pytest.mark.engines("sqlite")

LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'


@pytest.fixture
def themed(venue: Venue) -> Venue:
    (venue.file.parent / "hall.svg").write_text(LOGO, encoding="utf-8")
    theme = {"accent": "#7a1f3d", "radius": "0", "logo": "hall.svg", "logo_alt": "Harbour Hall"}
    venue.open(form_text(theme=theme))
    return venue


def test_a_themes_stylesheet_is_cached_until_it_changes(themed: Venue) -> None:
    first = str(themed.client.page("/f/form").all("link[rel=stylesheet]")[1].attrs["href"])
    answer = themed.client.get(first)
    assert (answer.status_code, answer.mimetype) == (200, "text/css")
    assert "immutable" in answer.headers["Cache-Control"]
    assert "--accent:#7a1f3d" in answer.text
    themed.open(form_text(theme={"accent": "#1d4f91"}))
    second = themed.client.page("/f/form").all("link[rel=stylesheet]")[1].attrs["href"]
    assert second != first


def test_the_logo_is_above_the_form_with_alternative_text(themed: Venue) -> None:
    image = themed.client.page("/f/form").one("header img")
    assert image.attrs["alt"] == "Harbour Hall"
    answer = themed.client.get(str(image.attrs["src"]))
    assert (answer.mimetype, answer.text) == ("image/svg+xml", LOGO)
    assert "immutable" in answer.headers["Cache-Control"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("version", ["", "?v=", "?v=0123456789ab"])
def test_other_versions_of_theme_files_are_not_cached(version: str, themed: Venue) -> None:
    for address in ("/f/form/theme.css", "/f/form/logo"):
        answer = themed.client.get(f"{address}{version}")
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache")


@pytest.mark.parametrize(
    ("name", "mimetype"),
    [
        ("hall.SVG", "image/svg+xml"),
        ("hall.png", "image/png"),
        ("hall.webp", "image/webp"),
        ("hall.jpg", "image/jpeg"),
        ("hall.jpeg", "image/jpeg"),
        ("hall.gif", "image/gif"),
    ],
)
def test_a_logos_type_comes_from_its_file_extension(
    name: str, mimetype: str, venue: Venue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mimetypes.guess_type", lambda *_, **__: (None, None))
    (venue.file.parent / name).write_text(LOGO, encoding="utf-8")
    venue.open(form_text(theme={"logo": name, "logo_alt": "Harbour Hall"}))
    assert venue.client.get("/f/form/logo").mimetype == mimetype


def test_every_page_of_a_form_has_its_theme(themed: Venue) -> None:
    receipt = themed.receive()
    for address in (receipt, f"{receipt}/change", "/f/form", "/nowhere"):
        page = Page(themed.client.get(address).text)
        assert len(page.all("link[rel=stylesheet]")) == 2, address
        assert page.all("header img"), address


def test_a_form_without_a_theme_has_no_extra_stylesheet_or_logo(venue: Venue) -> None:
    page = venue.client.page("/f/form")
    assert len(page.all("link[rel=stylesheet]")) == 1
    assert page.all("header") == []
    assert venue.client.get("/f/form/theme.css").status_code == 404
    assert venue.client.get("/f/form/logo").status_code == 404
    assert page.one("meta[name=color-scheme]").attrs["content"] == "light dark"


def test_a_dark_theme_declares_its_scheme_in_the_head(venue: Venue) -> None:
    venue.open(form_text(theme={"background": "#10161f", "accent": "#93cbb2"}))
    assert venue.client.page("/f/form").one("meta[name=color-scheme]").attrs["content"] == "dark"


def test_receipt_times_are_in_the_forms_time_zone(venue: Venue) -> None:
    venue.open(form_text(time_zone="Europe/Berlin"))
    receipt = venue.receive()
    assert "(Central European" in venue.client.get(receipt).text
    assert "(Central European" in venue.client.get(f"{receipt}/copy.txt").text
