"""Patterns of questions run by RE2, so that no answer takes long; unsupported ones are refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.harness import Venue, form_text
from tests.support.pages import Page
from webapp.formfile.reader import FormsFileError, read_forms
from webapp.forms.pattern import find_fault, matches

HOSTILE = ("([A-Za-z]+ ?)+", "(a|a)*", "(a*)*b", "(x+x+)+y", "([a-z]|[a-z0-9])*!", "(.*)*=", "(a|b|ab)*c")


@pytest.mark.engines("sqlite")
def test_a_catastrophic_pattern_is_answered_at_once(venue: Venue) -> None:
    venue.open(form_text({}, {"pattern": HOSTILE[0], "pattern_message": "Enter letters alone"}))
    answer = venue.send(asked=f"{'a' * 40}!")
    assert Page(answer.text).summary() == ["Enter letters alone"]
    venue.receive(asked="Ada Lovelace")


@pytest.mark.parametrize("pattern", HOSTILE)
def test_near_matches_do_not_slow_a_pattern_down(pattern: str) -> None:
    assert find_fault(pattern) is None
    assert not matches(pattern, f"{'a' * 60_000}?")
    assert not matches(pattern, f"{'xab' * 20_000}?")


@pytest.mark.parametrize(
    ("pattern", "construct", "advice"),
    [
        ("(?=.*[0-9]).+", "a look-ahead", "describe the answer itself"),
        ("(?!x).+", "a look-ahead", "describe the answer itself"),
        ("a(?<=a)b", "a look-behind", "describe the answer itself"),
        ("a(?<!b)c", "a look-behind", "describe the answer itself"),
        (r"(a)\1", "a back-reference", "write out what may appear there"),
        ("(?P<x>a)(?P=x)", "a back-reference", "write out what may appear there"),
        ("(?>a+)b", "an atomic group", "write (?:…)"),
        ("(a)?(?(1)b|c)", "a condition", "write both cases, with | between them"),
        ("(?#digits)[0-9]+", "a comment", "put it behind # in the forms file"),
        ("(?x) [0-9]+", "a flag other than i, m and s", "leave it out"),
        ("a++", "a repetition of a repetition", "write it once"),
        ("a{1,2000}", "a repetition too many times", "bound it by max_length"),
        (r"((\pL{200}){5}){1}(\pL{900})", "too many repetitions within each other", "bound the length"),
        (r"[0-9]+\Z", r"\Z", "leave it out"),
        (r"\u00e9+", r"a character by \u", r"write the character itself, or \x{00E9}"),
        (r"[^\W\d_]+", r"\W within […]", r"write letters as \p{L}"),
        ("a{,5}", "a repetition without its least number", "write {0,…}"),
        ("a{,}", "a repetition without its least number", "write {0,…}"),
    ],
)
def test_an_unsupported_construct_is_named_with_advice(
    pattern: str, construct: str, advice: str, tmp_path: Path
) -> None:
    file = tmp_path / "forms.toml"
    file.write_text(form_text({}, {"pattern": pattern, "pattern_message": "A"}), encoding="utf-8")
    with pytest.raises(FormsFileError) as raised:
        read_forms(file)
    message = str(raised.value)
    assert f"pattern: has {construct}" in message
    assert advice in message
    assert message.count("pattern:") == 1


@pytest.mark.parametrize("pattern", ["[", "(", ")", "*a", r"\pQ", "[z-a]", "a|*"])
def test_an_invalid_regular_expression_is_refused(pattern: str) -> None:
    assert str(find_fault(pattern)).startswith("is not a regular expression (")


@pytest.mark.parametrize(
    "pattern", ["(" * 500 + ")" * 500, "a" * 100_000, r"[\pL ]{1,200}", r"a\{,5\}", "(?i)ß"]
)
def test_large_and_common_patterns_are_supported(pattern: str) -> None:
    assert find_fault(pattern) is None


@pytest.mark.parametrize(
    ("pattern", "text", "is_matched"),
    [
        # As docs/forms.md says.
        (r"\d+", "12", True),
        (r"\d+", "١٢", True),
        (r"\D+", "١٢", False),
        (r"\pN+", "١٢", True),
        (r"\w+", "Müller_2", True),
        (r"\W+", "Müller", False),
        (r"[\w' -]+", "Zoë O'Neil-Ængström", True),
        (r"[^\w]+", "ü", False),
        (r"[\d.]+", "١٢.٣", True),
        (r"[]\w]+", "]é", True),
        (r"[^]\w]+", "]é", False),
        (r"\[\w\]", "[é]", True),
        (r"\\w", r"\w", True),
        (r"\\w", r"\é", False),
        (r"[[:alpha:]\w]+", "é", True),
        (r"\Q\w\E", r"\w", True),
        (r"[\pL\pM]+", "Müller", True),
        ("[a-zé]+", "é", True),
        ("(?i)é+", "É", True),
        ("abn", "ABN", False),
        ("abn", "my abn", False),
        ("^abn$", "abn", True),
        ("abn$", "abn\n", False),
        ("a.b", "a\nb", False),
        ("(?s)a.b", "a\nb", True),
        ("(?m)a$\n^b", "a\nb", True),
        (".", "😀", True),
    ],
)
def test_a_pattern_means_what_the_documentation_says(pattern: str, text: str, is_matched: bool) -> None:
    assert matches(pattern, text) is is_matched


@given(
    pattern=st.sampled_from(
        [
            "[0-9]{11}",
            "[A-Z]{2}-?[0-9]+",
            "(a|b)*c?",
            "a{2,3}b+?",
            "[^a-c]*x",
            "(?:ab)?(?P<n>c)",
            ".*-.*",
            "a$|b",
        ]
    ),
    text=st.text("abcxAZ01-\n", max_size=12),
)
def test_common_patterns_match_as_in_python(pattern: str, text: str) -> None:
    assert matches(pattern, text) == (re.fullmatch(pattern, text) is not None)
