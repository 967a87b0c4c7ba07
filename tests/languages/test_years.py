"""The year of a date that was typed with two digits of it, or without a year."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.costly_input import VALID, serve_form
from tests.support.pages import Page
from tests.web.test_dates import AUSTRALIAN, NOW, WHEN, asking, read, refusal
from webapp.languages.language import LANGUAGES, LanguageTag, get_language

TEN_YEARS: Final = 10 * 365.25
AHEAD: Final = asking(min="today")
BEHIND: Final = asking(max="today")
COUNTRIES: Final = [None, *sorted(phonenumbers.SUPPORTED_REGIONS)]

days = st.integers(-int(TEN_YEARS), int(TEN_YEARS)).map(lambda count: timedelta(days=count))
moments = st.datetimes(datetime(1990, 1, 1), datetime(2120, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 (as it asks)


def short(day: date, written: str) -> str:
    """Return a formatted date with only two digits of its year."""
    cut = re.sub(rf"(?<!\d){day.year}(?!\d)", f"{day.year % 100:02}", written)
    assert cut != written
    return cut


def at(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC)  # type: ignore[misc,arg-type]  # a moment's numbers


# Two digits


@settings(deadline=None)  # a language's first date takes longer than the rest
@given(now=moments, away=days, tag=st.sampled_from(LANGUAGES), region=st.sampled_from(COUNTRIES))
def test_two_digits_mean_the_nearest_year_in_any_date_format(
    now: datetime, away: timedelta, tag: LanguageTag, region: str | None
) -> None:
    language, day = get_language(tag, region), now.date() + away
    assert read(WHEN, short(day, language.format_date(day)), language, now) == day.isoformat()


@given(
    now=moments,
    away=days,
    tag=st.sampled_from(LANGUAGES),
    region=st.sampled_from(["AU", "US", "DE", "CA", "ZA", None]),
    sign=st.sampled_from(["/", ".", "-", " ", ". "]),
)
def test_two_digits_mean_the_nearest_year_in_numeric_dates(
    now: datetime, away: timedelta, tag: LanguageTag, region: str | None, sign: str
) -> None:
    language, day = get_language(tag, region), now.date() + away
    numbers = {"D": day.day, "M": day.month, "Y": f"{day.year % 100:02}"}
    typed = sign.join(str(numbers[part]) for part in language.date_order)
    assert read(WHEN, typed, language, now) == day.isoformat()


@given(now=moments, numbers=st.tuples(*[st.integers(0, 99)] * 3), sign=st.sampled_from("/.-"))
def test_two_digits_never_mean_a_distant_year(now: datetime, numbers: tuple[int, ...], sign: str) -> None:
    try:
        day = date.fromisoformat(read(WHEN, sign.join(f"{number:02}" for number in numbers), AUSTRALIAN, now))
    except ValueError:
        return
    assert abs(day.year - now.year) <= 11


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("12/6/26", "2026-06-12"),
        ("1/3/25", "2025-03-01"),
        ("12/6/24", "2024-06-12"),
        ("12.6.26", "2026-06-12"),
        ("12-6-26", "2026-06-12"),
        ("12 June 26", "2026-06-12"),
        ("12 June '26", "2026-06-12"),
        ("12-Jun-26", "2026-06-12"),
        ("June 12, 26", "2026-06-12"),
        ("June 12 '26", "2026-06-12"),
        ("6/31/26", None),
        ("29/2/27", None),
        ("29/2/28", "2028-02-29"),
        ("12/6/16", "2016-06-12"),
        ("12/6/36", "2036-06-12"),
    ],
)
def test_bounds_never_change_the_year(typed: str, day: str | None) -> None:
    if day is None:
        assert refusal(WHEN, typed) == "Enter a date, like 31 May 2027: When?"
        return
    assert read(WHEN, typed, AUSTRALIAN) == day
    satisfied, violated = (AHEAD, BEHIND) if day > "2026-11-25" else (BEHIND, AHEAD)
    assert read(satisfied, typed, AUSTRALIAN) == day
    assert "today: When?" in refusal(violated, typed)
    assert "2190: When?" in refusal(asking(min=date(2190, 1, 1)), typed)
    assert "1910: When?" in refusal(asking(max=date(1910, 1, 1)), typed)


@pytest.mark.parametrize("typed", ["12/6/60", "12/6/37", "12/6/15", "12 June 99", "June 12, '00", "27-06-12"])
@pytest.mark.parametrize(
    ("bounds", "example"), [({}, 2027), ({"min": "today"}, 2027), ({"min": date(2060, 1, 1)}, 2061)]
)
def test_a_distant_two_digit_year_is_not_guessed(bounds: dict[str, Any], example: int, typed: str) -> None:
    message = f"Enter the year with four digits, like 31 May {example}: When?"
    assert refusal(asking(**bounds), typed) == message


@pytest.mark.parametrize(
    ("tag", "sentence"),
    [
        ("de", "Geben Sie das Jahr mit vier Ziffern an, zum Beispiel"),
        ("fr", "Saisissez l\N{RIGHT SINGLE QUOTATION MARK}année en quatre chiffres, par exemple"),
        ("es", "Escriba el año con cuatro cifras, como"),
        ("ar", "أدخل السنة بأربعة أرقام، مثل"),
    ],
)
def test_the_error_is_in_the_visitors_language(tag: LanguageTag, sentence: str) -> None:
    assert refusal(WHEN, "12/6/60", get_language(tag, "AU")).startswith(sentence)


# Without a year


@pytest.mark.parametrize(
    ("tag", "region", "typed", "day"),
    [
        ("en", "AU", "24 November", "2026-11-24"),
        ("en", "AU", "25 November", "2026-11-25"),
        ("en", "AU", "23 November", "2027-11-23"),
        ("en", "AU", "June 12th", "2027-06-12"),
        ("en", "AU", "12/6", "2027-06-12"),
        ("en", "AU", "24-11", "2026-11-24"),
        ("en", "US", "11/24", "2026-11-24"),
        ("de", "DE", "24. November", "2026-11-24"),
        ("de", "DE", "24.11.", "2026-11-24"),
        ("de", "DE", "Samstag 12.06.", "2027-06-12"),
        ("fr", "FR", "le 24 nov.", "2026-11-24"),
        ("es", "ES", "24 de noviembre", "2026-11-24"),
        ("ar", "EG", "٢٤ نوفمبر", "2026-11-24"),
        ("en", "AU", "29 February", "2028-02-29"),
        ("de", "DE", "29.2.", "2028-02-29"),
        ("ar", "EG", "29 فبراير", "2028-02-29"),
    ],
)
def test_a_day_without_a_year_is_the_next_such_day(
    tag: LanguageTag, region: str, typed: str, day: str
) -> None:
    language = get_language(tag, region)
    assert read(WHEN, typed, language) == read(AHEAD, typed, language) == day


@pytest.mark.parametrize(
    ("now", "typed", "ahead", "behind"),
    [
        # It is still the 31st in the Americas, and a minute later nowhere.
        (at(2027, 1, 1, 11, 59), "31/12", "2026-12-31", "2026-12-31"),
        (at(2027, 1, 1, 12, 0), "31/12", "2027-12-31", "2026-12-31"),
        # It becomes the 1st in the Pacific.
        (at(2026, 12, 31, 9, 59), "1/1", "2027-01-01", "2026-01-01"),
        (at(2026, 12, 31, 10, 0), "1/1", "2027-01-01", "2027-01-01"),
        (at(2026, 2, 28), "29/2", "2028-02-29", "2024-02-29"),
        (at(2096, 3, 2), "29/2", "2104-02-29", "2096-02-29"),
        (at(2103, 3, 2), "29/2", "2104-02-29", "2096-02-29"),
    ],
)
def test_today_is_any_current_date_on_earth(now: datetime, typed: str, ahead: str, behind: str) -> None:
    assert read(WHEN, typed, AUSTRALIAN, now) == ahead
    assert read(BEHIND, typed, AUSTRALIAN, now) == behind


@settings(max_examples=40)
@given(now=moments, zone=st.integers(-12 * 60, 14 * 60), tag=st.sampled_from(LANGUAGES))
def test_todays_date_is_accepted_in_every_time_zone(now: datetime, zone: int, tag: LanguageTag) -> None:
    language = get_language(tag, "AU")
    today = (now + timedelta(minutes=zone)).date()
    written = re.sub(rf"( de)? {today.year}$", "", language.format_date(today))
    for question in (AHEAD, BEHIND, WHEN):
        for typed in (
            language.format_date(today),
            short(today, language.format_date(today)),
            today.isoformat(),
        ):
            assert read(question, typed, language, now) == today.isoformat()
    for question in (AHEAD, BEHIND):
        assert read(question, written, language, now) == today.isoformat()


@pytest.mark.parametrize(
    ("now", "first", "last"),
    [
        (at(2026, 11, 25, 0, 0), "24/11/2026", "25/11/2026"),
        (at(2026, 11, 25, 11, 0), "24/11/2026", "26/11/2026"),
        (at(2026, 11, 25, 12, 0), "25/11/2026", "26/11/2026"),
    ],
)
def test_the_today_bound_spans_all_time_zones(now: datetime, first: str, last: str) -> None:
    def a_day(from_day: str, days: int) -> str:
        return f"{datetime.strptime(from_day, '%d/%m/%Y') + timedelta(days=days):%d/%m/%Y}"  # noqa: DTZ007 (a day)

    assert read(AHEAD, first, AUSTRALIAN, now)
    assert read(BEHIND, last, AUSTRALIAN, now)
    with pytest.raises(ValueError, match="on or after today"):
        read(AHEAD, a_day(first, -1), AUSTRALIAN, now)
    with pytest.raises(ValueError, match="on or before today"):
        read(BEHIND, a_day(last, +1), AUSTRALIAN, now)


def test_a_mismatched_weekday_is_queried_with_the_resolved_year() -> None:
    assert refusal(AHEAD, "Friday 12 June") == "Check the date, as 12 June 2027 is a Saturday: When?"
    assert refusal(AHEAD, "Friday 12/6/27") == "Check the date, as 12 June 2027 is a Saturday: When?"
    assert read(AHEAD, "Saturday 12 June", AUSTRALIAN) == "2027-06-12"
    assert read(AHEAD, "Tuesday 24 November", AUSTRALIAN) == "2026-11-24"


def test_the_page_uses_the_given_clock() -> None:
    moment = NOW
    with serve_form(lambda: moment) as app:
        client = app.test_client()
        assert "For example, 31 May 2027." in Page(client.get("/f/form").text).text("#day-hint")
        errors = Page(client.post("/f/form", data={**VALID, "day": "12/6/26"}).text).summary()
        assert errors == ["Enter a date on or after today: What is asked?"]
        moment = at(2025, 11, 25)
        assert Page(client.post("/f/form", data={**VALID, "day": "12/6/26"}).text).summary() == []
        assert "For example, 31 May 2026." in Page(client.get("/f/form").text).text("#day-hint")
