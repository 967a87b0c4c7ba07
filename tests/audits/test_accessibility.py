"""axe finds no violations on any page, in every language, in light and dark mode."""

from __future__ import annotations

from typing import Any, Final, Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.audits.gallery import EXHIBITS, Exhibit, Gallery
from webapp.languages.language import LANGUAGES

SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
OPTIONS: Final[dict[str, Any]] = {
    "resultTypes": ["violations"],
    # WCAG 2.2 at level AA asks for it, but axe runs it only when it is enabled.
    "rules": {"target-size": {"enabled": True}},
}


@pytest.fixture(scope="module", autouse=True)
def _axe(gallery: Gallery) -> None:
    gallery.page.add_init_script(AXE_SCRIPT)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("exhibit", EXHIBITS, ids=lambda exhibit: exhibit.name)
def test_axe_finds_no_violations(exhibit: Exhibit, language: str, gallery: Gallery) -> None:
    found = []
    with gallery.shown(exhibit, language) as page:
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            found += [f"{exhibit.name}, {language}, {scheme}: {violation}" for violation in violations(page)]
    assert not found, "\n\n".join(["axe found:", *found])


def violations(page: Page) -> list[str]:
    """Return what axe finds: for each node the rule, its HTML, and what to do."""
    result = page.evaluate("options => axe.run(options)", OPTIONS)
    assert result["passes"], "axe checked nothing"
    return [_describe(rule, node) for rule in result["violations"] for node in rule["nodes"]]


def _describe(rule: dict[str, Any], node: dict[str, Any]) -> str:
    return "\n".join(
        [
            f"{rule['id']} ({node['impact']}): {rule['help']}",
            f"  at {' '.join(map(str, node['target']))}",
            f"  {node['html']}",
            *(f"  {line}" for line in node["failureSummary"].splitlines()),
            f"  {rule['helpUrl']}",
        ]
    )
