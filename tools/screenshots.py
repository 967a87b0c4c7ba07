"""Takes screenshots of what visitors see, into docs/screenshots: ``make screenshots``."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal

from playwright.sync_api import Browser

from tests.audits.gallery import EXHIBITS, Gallery
from tests.audits.server import serve_pages
from tests.journeys.browser import launch_browser
from tests.support.processes import PROJECT

FOLDER: Final = PROJECT / "docs" / "screenshots"
SHOWN: Final = {
    "form": "The form",
    "form-with-errors": "The form, sent empty",
    "form-with-likely-typo": "An address that looks mistyped",
    "form-with-theme": "A form with a theme",
    "questions-with-errors": "Every kind of question, with errors",
    "receipt": "The receipt",
    "change": "A change",
    "problem-404": "A page that is not there",
}
"""The exhibits to take, with their titles."""

Scheme = Literal["light", "dark"]
VIEWS: Final[tuple[tuple[int, Scheme, str], ...]] = (
    (1280, "light", "en"),
    (1280, "dark", "en"),
    (1280, "light", "ar"),
    (320, "light", "en"),
    (320, "dark", "en"),
    (320, "light", "ar"),
)
FOR_THE_README: Final = {"form": "form.png", "receipt": "receipt.png"}


def take(browser: Browser, folder: Path) -> None:
    """Take every picture."""
    with serve_pages(folder) as server:
        for width, scheme, language in VIEWS:
            page = browser.new_page(
                viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce"
            )
            gallery = Gallery(server, page)
            for exhibit in EXHIBITS:
                if exhibit.name in SHOWN:
                    with gallery.shown(exhibit, language):
                        page.screenshot(
                            path=FOLDER / file_name(exhibit.name, width, scheme, language), full_page=True
                        )
            page.close()
        page = browser.new_page(viewport={"width": 760, "height": 1480}, device_scale_factor=1.5)
        gallery = Gallery(server, page)
        for exhibit in EXHIBITS:
            if exhibit.name in FOR_THE_README:
                with gallery.shown(exhibit, "en"):
                    page.screenshot(path=FOLDER / FOR_THE_README[exhibit.name])


def file_name(name: str, width: int, scheme: str, language: str) -> str:
    """Return the file name of a screenshot."""
    return f"{name}-{width}-{scheme}-{language}.png"


def index() -> Iterator[str]:
    """Yield the lines of the page that shows the pictures side by side."""
    yield from (
        "# What visitors see",
        "",
        "Pictures of the demonstration's forms, taken by `make screenshots`.",
        "",
    )
    for name, title in SHOWN.items():
        yield from (f"## {title}", "", "<p>")
        for width, scheme, language in VIEWS:
            alt = f"{title}: {width} pixels wide, {scheme}, {'English' if language == 'en' else 'Arabic'}"
            shown = 240 if width > 320 else 110
            source = file_name(name, width, scheme, language)
            yield f'<a href="{source}"><img src="{source}" width="{shown}" valign="top" alt="{alt}"></a>'
        yield from ("</p>", "")


def main() -> None:
    """Replace all screenshots."""
    for old in FOLDER.glob("*.png"):
        old.unlink()
    with tempfile.TemporaryDirectory() as folder, launch_browser() as browser:
        take(browser, Path(folder))
    text = re.sub(r"\n+$", "\n", "\n".join(index()))
    (FOLDER / "README.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
