"""The Nu HTML checker finds nothing on any page, in every language."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

import pytest

from tests.audits.gallery import EXHIBITS, Exhibit, Gallery
from tests.audits.programs import html_checker_command, run
from tests.support.pages import Page
from webapp.languages.language import LANGUAGES

WITHIN: Final = 100.0
CONTROL: Final = "control.html"
"""A page with an error, which shows that the checker works."""


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=lambda exhibit: exhibit.name)
def test_every_page_declares_its_language(exhibit: Exhibit, gallery: Gallery) -> None:
    declared = {
        language: Page(gallery.sent(exhibit, language)).one("html").attrs.get("lang")
        for language in LANGUAGES
    }
    assert declared == {language: language for language in LANGUAGES}


def test_the_html_checker_finds_nothing(gallery: Gallery, tmp_path: Path) -> None:
    command = html_checker_command()
    (tmp_path / CONTROL).write_text("<!doctype html><p>", encoding="utf-8")
    for exhibit in EXHIBITS:
        for language in LANGUAGES:
            html = gallery.sent(exhibit, language)
            (tmp_path / f"{exhibit.name} in {language}.html").write_text(html, encoding="utf-8")
    reported = check_folder(tmp_path, command)
    assert reported.pop(CONTROL, None), "the checker finds nothing at all"
    found = [_describe(page, message) for page, messages in reported.items() for message in messages]
    assert not found, "\n\n".join(["the checker says:", *found])


def check_folder(folder: Path, command: list[str]) -> dict[str, list[dict[str, Any]]]:
    """Return the checker's messages of every type, by the names of the pages in a folder."""
    pages = map(str, sorted(folder.glob("*.html")))
    ended = run([*command, "--stdout", "--exit-zero-always", "--format", "json", *pages], within=WITHIN)
    assert ended.returncode == 0, ended.stderr
    reported: dict[str, list[dict[str, Any]]] = {}
    for message in json.loads(ended.stdout)["messages"]:
        reported.setdefault(Path(unquote(message["url"])).name, []).append(message)
    return reported


def _describe(page: str, message: dict[str, Any]) -> str:
    kind = message.get("subType") or message["type"]
    line = message.get("lastLine", "?")
    return f"{page}, line {line}: {kind}: {message['message']}\n  {message.get('extract', '').strip()}"
