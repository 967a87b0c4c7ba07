"""Parsing numbers as people type them, in any language, and formatting them."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from webapp.languages.language import LANGUAGES, LanguageTag, get_language

REGIONS: Final = (None, "AU", "US", "DE", "CH", "ZA", "FR", "ES", "EG", "IN")


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1,000", 1000),
        ("1.500", 1500),
        ("12.000.000", 12_000_000),
        ("-1,000", -1000),
        ("1'000", 1000),
        ("1’000", 1000),  # noqa: RUF001 (as it is typed)
        ("1 000", 1000),
        ("1\N{NO-BREAK SPACE}000", 1000),
        ("1\N{NARROW NO-BREAK SPACE}000", 1000),
        ("1\N{THIN SPACE}000", 1000),
        ("١٬٠٠٠", 1000),  # noqa: RUF001 (as it is typed)
    ],
)
def test_grouped_thousands_are_read_in_any_language(typed: str, number: int, tag: LanguageTag) -> None:
    assert [get_language(tag, region).read_number(typed) for region in REGIONS] == [number] * len(REGIONS)


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0.500", "0.5"),
        ("1.5", "1.5"),
        ("1000.125", "1000.125"),
        ("1.2340", "1.234"),
        (".125", "0.125"),
        ("80.", "80"),
        ("1,200.5", "1200.5"),
        ("1.200,5", "1200.5"),
        ("1 200,500", "1200.5"),
        ("1'200.5", "1200.5"),
        ("١٫٥", "1.5"),  # noqa: RUF001 (as it is typed)
        ("١٬٢٠٠٫٥", "1200.5"),  # noqa: RUF001 (as it is typed)
        ("١٫٢٣٤", "1.234"),  # noqa: RUF001 (as it is typed)
        ("\N{MINUS SIGN}5", "-5"),
        ("\N{LEFT-TO-RIGHT MARK}-5", "-5"),
        (" 5 ", "5"),
    ],
)
def test_an_unambiguous_number_is_read_in_any_language(typed: str, number: str, tag: LanguageTag) -> None:
    assert get_language(tag).read_number(typed) == Decimal(number)


@pytest.mark.parametrize(
    ("tag", "region", "typed", "number"),
    [
        ("de", None, "0,500", "0.5"),
        ("es", None, "1234,567", "1234.567"),
        ("fr", None, "1,5", "1.5"),
        ("en", "ZA", "1,5", "1.5"),
        ("en", "IN", "12,34,567.5", "1234567.5"),
    ],
)
def test_a_comma_is_decimal_where_the_language_uses_it_so(
    tag: LanguageTag, region: str | None, typed: str, number: str
) -> None:
    assert get_language(tag, region).read_number(typed) == Decimal(number)


@pytest.mark.parametrize(
    "typed",
    [
        *("1,000,00", "1,000.000.000", "1.000,000.5", "01,000", "1'00", "1'0000", "1 000'000", "12 3"),
        *("1,5", "0,500", "1.2.3", "+", "-", ",", "1,", "²", "½", "1,000,", "1,000.", "1'000 000,5,5"),
    ],
)
def test_malformed_grouping_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        get_language("en").read_number(typed)


@pytest.mark.parametrize(
    ("tag", "number", "written"),
    [
        ("en", 1200, "1,200"),
        ("de", 1200, "1.200"),
        ("de", 1.5, "1,5"),
        ("fr", 0.25, "0,25"),
        ("en", 1.2345678, "1.2345678"),
        ("en", 1.234, "1.2340"),
        ("de", -12.345, "-12,3450"),
        ("de", 1234.567, "1.234,567"),
        ("en", 0.125, "0.125"),
        ("es", 0.00001, "0,00001"),
    ],
)
def test_formatted_decimals_never_look_like_thousands(tag: LanguageTag, number: float, written: str) -> None:
    assert get_language(tag).number(number) == written


@settings(deadline=None)  # a language's first number takes longer than the rest
@given(
    digits=st.integers(-(10**15) + 1, 10**15 - 1),
    decimals=st.integers(0, 15),
    tag=st.sampled_from(LANGUAGES),
    region=st.sampled_from(REGIONS),
)
@example(digits=1234, decimals=3, tag="fr", region=None)
@example(digits=-5, decimals=0, tag="ar", region="EG")
@example(digits=1, decimals=15, tag="en", region="CH")
def test_a_formatted_number_is_read_back_unchanged(
    digits: int, decimals: int, tag: LanguageTag, region: str | None
) -> None:
    language, number = get_language(tag, region), Decimal(digits).scaleb(-decimals)
    assert language.read_number(language.number(number)) == number
    assert language.read_number(language.number(float(number))) == number


@given(number=st.integers(1000, 10**15), tag=st.sampled_from(LANGUAGES), region=st.sampled_from(REGIONS))
def test_formatted_thousands_are_read_the_same_in_any_language(
    number: int, tag: LanguageTag, region: str | None
) -> None:
    written = get_language(tag, region).number(number)
    assert {get_language(other).read_number(written) for other in LANGUAGES} == {number}
