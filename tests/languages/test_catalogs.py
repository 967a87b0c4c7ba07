"""The catalogs translate every message for visitors into every supported language."""

import re
import tomllib
from io import BytesIO
from pathlib import Path
from typing import Final

import pytest
from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from tests.support.processes import PROJECT
from webapp.languages.language import CATALOGS, ENGLISH, LANGUAGES

TRANSLATED: Final = [tag for tag in LANGUAGES if tag != ENGLISH]
PLACEHOLDER: Final = re.compile(r"%\(\w+\)s|\{\w+\}")
ENDS: Final = (".", "…", ":")

FORBIDDEN: Final = {
    "en": ("invalid", "please", "oops"),
    "de": ("ungültig", "bitte", "hoppla", "ups"),
    "fr": ("invalide", "non valide", "veuillez", "il vous plaît", "oups"),
    "es": ("inválid", "no válid", "por favor", "ups"),
    "ar": ("غير صالح", "من فضلك", "يرجى", "الرجاء"),
}
"""Words that blame the visitor, plead, or joke."""


@pytest.fixture(scope="module")
def used() -> set[str]:
    """The messages of the code and the templates, as ``make messages`` extracts them."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    methods = [(mapping["pattern"], mapping["method"]) for mapping in project["tool"]["babel"]["mappings"]]
    found = [
        *extract_from_dir(PROJECT / "webapp", [("**.py", dict(methods)["webapp/**.py"])]),
        *extract_from_dir(PROJECT / "templates", [("**.html", dict(methods)["templates/**.html"])]),
    ]
    return {message for _, _, message, *_ in found if isinstance(message, str)}


def catalog(tag: str) -> Catalog:
    return read_po(BytesIO(Path(CATALOGS, f"{tag}.po").read_bytes()), locale=tag)


def messages(tag: str) -> dict[str, str]:
    return {str(message.id): str(message.string) for message in catalog(tag) if message.id}


def test_there_is_exactly_one_catalog_per_language() -> None:
    assert {path.stem for path in CATALOGS.glob("*.po")} == set(TRANSLATED)


@pytest.mark.parametrize("tag", TRANSLATED)
def test_exactly_the_used_messages_are_translated(tag: str, used: set[str]) -> None:
    translated = messages(tag)
    assert set(translated) == used, "run make messages"
    assert [message for message, translation in translated.items() if not translation.strip()] == []
    assert [message.id for message in catalog(tag) if message.id and message.fuzzy] == []
    assert list(catalog(tag).obsolete) == [], "run make messages"


@pytest.mark.parametrize("tag", TRANSLATED)
def test_a_translation_has_its_messages_placeholders(tag: str) -> None:
    for message, translation in messages(tag).items():
        assert sorted(PLACEHOLDER.findall(translation)) == sorted(PLACEHOLDER.findall(message)), message


@pytest.mark.parametrize("tag", TRANSLATED)
def test_a_translation_ends_like_its_message(tag: str) -> None:
    for message, translation in messages(tag).items():
        for end in ENDS:
            assert translation.endswith(end) is message.endswith(end), (message, translation)


@pytest.mark.parametrize("tag", LANGUAGES)
def test_no_message_blames_pleads_or_plays(tag: str, used: set[str]) -> None:
    texts = used if tag == ENGLISH else set(messages(tag).values())
    for text in texts:
        for word in FORBIDDEN[tag]:
            assert not re.search(rf"(?<!\w){word}", text.lower()), (word, text)
