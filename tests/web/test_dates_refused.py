"""Texts that are not a date are refused with an example."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.web.test_dates import TODAY, WHEN, context, read, refusal
from webapp.forms.kinds.date import EARLIEST, LATEST, make_example
from webapp.languages.language import LANGUAGES, LanguageTag, get_language


@pytest.mark.parametrize(
    "typed",
    [
        *("some day", "80", "12", "0", "00/00/0000", "May", "May 2027", "2027", "6/2027", "12th"),
        *("31 June 2027", "29 February 2027", "32/5/2027", "31/5/20227", "13/13/2027"),
        *("tomorrow", "today", "next Saturday", "in two weeks", "3 days ago", "noon", "12:30"),
        *("1748649600", "1748649600000", "31 December 1899", "1/1/2200", "31 May 0027"),
        *("\N{PARTY POPPER}", "31. Mai 2027", "12 or 13 June 2027", "between 1 and 5 June 2027"),
    ],
)
def test_an_invalid_date_is_refused_with_an_example(typed: str) -> None:
    example = f"31 May {TODAY.year + 1}"
    assert refusal(WHEN, typed) == f"Enter a date, like {example}: When?"


@pytest.mark.parametrize(
    ("tag", "typed"),
    [
        ("en", "12-14 June"),
        ("en", "12 - 30 June"),
        ("en", "12\N{EN DASH}14 June 2027"),
        ("en", "June 12-14"),
        ("en", "12 June-14"),
        ("en", "June 12-14, 2027"),
        ("en", "12 & 13 June"),
        ("en", "12 and 13 June"),
        ("en", "12/13 June"),
        ("en", "12-14/6"),
        ("en", "12-14/6/2027"),
        ("en", "12 June, 80"),
        ("de", "12.-14. Juni"),
        ("de", "12./13. Juni"),
        ("de", "12.-14.6.2027"),
        ("fr", "12-14 juin"),
        ("es", "12-14 de junio"),
        ("ar", "12-14 يونيو"),
        ("en", "June 12 and 27"),
        ("en", "12 June and 27"),
        ("de", "12. Juni und 27"),
        ("fr", "12 juin et 27"),
    ],
)
def test_several_days_are_never_read_as_one_date(tag: LanguageTag, typed: str) -> None:
    refusal(WHEN, typed, get_language(tag, "AU"))


@pytest.mark.parametrize(
    ("tag", "typed"),
    [
        ("en", "12 June at 19"),
        ("en", "June 12 at 18"),
        ("en", "12 June at 1900"),
        ("en", "12 June about 27"),
        ("de", "12. Juni um 19"),
        ("de", "12. Juni, um 19"),
        ("fr", "12 juin à 19"),
        ("es", "12 de junio a las 19"),
        ("ar", "12 يونيو الساعة 19"),
    ],
)
def test_a_time_of_day_is_never_read_as_a_year(tag: LanguageTag, typed: str) -> None:
    language = get_language(tag, "AU")
    assert make_example(WHEN, context(language)) in refusal(WHEN, typed, language)


@pytest.mark.parametrize(
    ("tag", "sentence"),
    [
        ("en", "Enter a date, like"),
        ("de", "Geben Sie ein Datum ein"),
        ("fr", "Saisissez une date"),
        ("es", "Escriba una fecha"),
        ("ar", "أدخل تاريخًا"),
    ],
)
def test_the_error_is_in_the_visitors_language(tag: LanguageTag, sentence: str) -> None:
    language = get_language(tag, "AU")
    message = refusal(WHEN, "80", language)
    assert message.startswith(sentence)
    assert make_example(WHEN, context(language)) in message


@settings(deadline=None)  # a language's first date takes longer than the rest
@given(
    typed=st.text(st.characters(codec="utf-8") | st.sampled_from("0123456789/.- MayJunTZ:+٣"), max_size=60),
    tag=st.sampled_from(LANGUAGES),
)
def test_any_text_is_a_date_or_is_refused_with_a_message(typed: str, tag: LanguageTag) -> None:
    try:
        assert EARLIEST <= date.fromisoformat(read(WHEN, typed, get_language(tag, "AU"))) <= LATEST
    except ValueError as refused:
        assert "When?" in str(refused)  # noqa: PT017 (either may happen)
