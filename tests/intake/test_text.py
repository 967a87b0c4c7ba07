"""What programs and people type, cleaned."""

import pytest

from webapp.intake.text import clean_line, clean_text, is_readable, without_controls


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
def test_a_line_is_one_line_without_control_characters(typed: str | None, kept: str) -> None:
    assert clean_line(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("a\x00b\x1bc\td", "abc d"),
        ("\n\n one \n\n two\n", "one\n\n two"),
    ],
)
def test_a_text_keeps_its_lines_and_loses_control_characters(typed: str, kept: str) -> None:
    assert clean_text(typed) == kept


@pytest.mark.parametrize("damaged", ["a\ufffdb", f"a{chr(0xD800)}b"])
def test_text_that_did_not_arrive_whole_is_not_readable(damaged: str) -> None:
    assert not is_readable(damaged)
    assert is_readable("Zoë 😀")


def test_only_what_no_database_stores_is_taken_from_raw_text() -> None:
    assert without_controls(" spring  sale\x00\ud800\n") == " spring  sale"
