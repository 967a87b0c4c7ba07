"""Cleaning the text that people and programs send."""

from __future__ import annotations

import sys
import unicodedata
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.languages.text_cleaning import (
    JOINER,
    MAX_MARKS,
    Cleaner,
    beginning,
    clean_line,
    clean_text,
    clean_within,
    is_readable,
    without_controls,
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ada  ", "Ada"),
        ("Ada\x00\x07Lovelace", "Ada Lovelace"),
        ("Ada\r\nLovelace", "Ada Lovelace"),
        ("Zoe\u0308", "Zoë"),
        ("سارة", "سارة"),
        (None, ""),
    ],
)
def test_clean_line_makes_one_line_without_control_characters(typed: str | None, kept: str) -> None:
    assert clean_line(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("a\x00b\x1bc\td", "abc d"),
        ("\n\n one \n\n two\n", "one\n\n two"),
    ],
)
def test_clean_text_keeps_lines_and_drops_control_characters(typed: str, kept: str) -> None:
    assert clean_text(typed) == kept


@pytest.mark.parametrize("damaged", ["a\ufffdb", f"a{chr(0xD800)}b"])
def test_damaged_text_is_not_readable(damaged: str) -> None:
    assert not is_readable(damaged)
    assert is_readable("Zoë 😀")


def test_raw_text_loses_only_what_no_database_stores() -> None:
    assert without_controls(" spring  sale\x00\ud800\n") == " spring  sale"


# Marks


MARKS = (
    "\N{COMBINING ACUTE ACCENT}",
    "\N{COMBINING DOT BELOW}",
    "\N{COMBINING CEDILLA}",
    "\N{ARABIC SHADDA}",
)


@pytest.mark.parametrize("clean", [clean_line, clean_text])
@pytest.mark.parametrize(
    "written",
    [
        "Tiếng Việt: ữ ợ ặ ậ",
        "בְּרֵאשִׁ֖ית בָּרָ֣א אֱלֹהִ֑ים",
        "بِسْمِ ٱللَّهِ ٱلرَّحْمَٰنِ ٱلرَّحِيمِ",
        "नमस्ते, க்ஷௌ, བསྒྲུབས་ཏེ",
        "👩‍👩‍👧‍👦 🏴\N{TAG LATIN SMALL LETTER G}\N{TAG LATIN SMALL LETTER B}\N{CANCEL TAG} 👍🏽" + "😀" * 50,
        "Z" + "\N{COMBINING ACUTE ACCENT}" * 30 + "algo",
    ],
)
def test_words_with_combining_marks_are_unchanged(clean: Cleaner, written: str) -> None:
    assert clean(written) == unicodedata.normalize("NFC", written)


@given(st.text(st.sampled_from([*MARKS, "a", "é", "😀", "\U0001d165"]), max_size=200))
def test_long_runs_of_marks_are_split_and_none_is_lost(typed: str) -> None:
    cleaned = clean_line(typed)
    runs = "".join(
        "m" if character in MARKS or character == "\U0001d165" else " " for character in cleaned
    ).split()
    assert max(map(len, runs), default=0) <= MAX_MARKS
    assert clean_line(cleaned) == cleaned
    kept = unicodedata.normalize("NFD", cleaned.replace(JOINER, ""))
    assert sorted(kept) == sorted(unicodedata.normalize("NFD", typed))


def test_every_character_that_normalisation_reorders_is_a_mark() -> None:
    characters = (chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code <= 0xDFFF)
    ordered = [
        character
        for character in characters
        if unicodedata.combining(unicodedata.normalize("NFD", character)[0])
    ]
    assert len(ordered) > 800
    assert [character for character in ordered if not unicodedata.category(character).startswith("M")] == []


# Length


@pytest.mark.parametrize("clean", [clean_line, clean_text])
def test_text_too_long_to_clean_stays_as_typed(clean: Cleaner) -> None:
    within = partial(clean_within, 300, clean)
    assert within("e\u0301" * 600) == "é" * 600
    assert within(" " * 5_000 + "e\u0301" + " " * 5_000) == "é"
    assert within("e\u0301" * 601) == "e\u0301" * 601
    assert within("\x00" + "a\r\n" * 600 + "a") == "a\n" * 600 + "a"
    assert clean_within(5, clean, "e\u0301" * 500) == "é" * 500


def test_only_the_beginning_of_a_text_is_read() -> None:
    assert beginning("ab\x00cdef", 4) == "abc"
