"""Parsing dates as people type them, in their language and country."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Final

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.forms.kinds.date import EARLIEST, LATEST, make_example
from webapp.forms.kinds.kind import AnswerContext
from webapp.forms.question import Question
from webapp.languages.language import LANGUAGES, Language, LanguageTag, get_language
from webapp.languages.years import Today

WHEN: Final = Question(name="day", label="When?", kind="date")
AUSTRALIAN: Final = get_language("en", "AU")


NOW: Final = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
"""A moment when it is the 24th in some places, and the 25th everywhere else."""

TODAY: Final = NOW.date()


def context(language: Language, now: datetime = NOW) -> AnswerContext:
    return AnswerContext(language, Today.at(now))


def read(question: Question, typed: str, language: Language, now: datetime = NOW) -> str:
    answer = question.parse((typed,), context(language, now))
    assert answer is not None
    return str(answer.value)


def asking(**bounds: Any) -> Question:
    return Question(name="day", label="When?", kind="date", **bounds)


def refusal(question: Question, typed: str, language: Language = AUSTRALIAN) -> str:
    with pytest.raises(ValueError, match="When") as raised:
        read(question, typed, language)
    return str(raised.value)


@pytest.mark.parametrize(
    ("tag", "region", "typed", "day"),
    [
        ("en", "AU", "31/5/2027", "2027-05-31"),
        ("en", "AU", "31/05/2027", "2027-05-31"),
        ("en", "AU", "31.5.27", "2027-05-31"),
        ("en", "AU", "31-5-2027", "2027-05-31"),
        ("en", "AU", "31 5 2027", "2027-05-31"),
        ("en", "AU", "31. 5. 2027", "2027-05-31"),
        ("en", "AU", "31 May 2027", "2027-05-31"),
        ("en", "AU", "31 may 27", "2027-05-31"),
        ("en", "AU", "31 MAY, 2027.", "2027-05-31"),
        ("en", "AU", "31\N{NO-BREAK SPACE}May\N{NO-BREAK SPACE}2027", "2027-05-31"),
        ("en", "AU", "May 31st, 2027", "2027-05-31"),
        ("en", "AU", "the 31st of May 2027", "2027-05-31"),
        ("en", "AU", "Sept. 12, 2027", "2027-09-12"),
        ("en", "AU", "Saturday 12 June 2027", "2027-06-12"),
        ("en", "AU", "Sat, 12 Jun 2027", "2027-06-12"),
        ("en", "AU", "Sat. the 12th of June 2027", "2027-06-12"),
        ("en", "AU", "on the 31st of May 2027", "2027-05-31"),
        ("en", "AU", "12 June 2027 (Saturday)", "2027-06-12"),
        ("en", "AU", "12-Jun-27", "2027-06-12"),
        ("en", "AU", "12 June \N{RIGHT SINGLE QUOTATION MARK}27", "2027-06-12"),
        ("en", "AU", "Tues 1 June 2027", "2027-06-01"),
        ("en", "AU", "5/31/2027", "2027-05-31"),
        ("en", "AU", "3/4/2027", "2027-04-03"),
        ("en", "US", "3/4/2027", "2027-03-04"),
        ("en", "US", "5/31/2027", "2027-05-31"),
        ("en", "US", "May 31, 2027", "2027-05-31"),
        ("en", "US", "31/5/2027", "2027-05-31"),
        ("en", None, "3/4/2027", "2027-04-03"),
        ("en", "AU", "2027-05-31", "2027-05-31"),
        ("en", "US", "2027-05-31", "2027-05-31"),
        ("en", "AU", "2027/05/31", "2027-05-31"),
        ("en", "AU", "٣١/٥/٢٠٢٧", "2027-05-31"),  # noqa: RUF001 (as it is typed)
        ("en", "AU", "2027/04/03", "2027-04-03"),
        ("en", "AU", "31.May.27", "2027-05-31"),
        ("en", "AU", "5 June'27", "2027-06-05"),
        ("en", "CA", "15 June 27", "2027-06-15"),
        ("en", "CA", "June 15, 2027", "2027-06-15"),
        ("en", "CA", "25-12-27", "2027-12-25"),
        ("en", "CA", "2027/4/3", "2027-04-03"),
        ("en", "CA", "4/3/27", "2027-04-03"),  # as it writes its dates in words
        ("fr", "CA", "15/06/27", "2027-06-15"),
        ("fr", "CA", "5/6/27", "2027-06-05"),
        ("en", "ZA", "5/6/27", "2027-06-05"),
        ("en", "ZA", "15 June 27", "2027-06-15"),
        ("en", "ZA", "2027/06/05", "2027-06-05"),
        ("de", "DE", "31. Mai 2027", "2027-05-31"),
        ("de", "DE", "12. Febr. 2027", "2027-02-12"),
        ("de", "DE", "12. Maerz 2027", "2027-03-12"),
        ("de", "DE", "zum 31.5.2027", "2027-05-31"),
        ("de", "DE", "Sa., d. 12.6.27", "2027-06-12"),
        ("fr", "FR", "12 juill. 2027", "2027-07-12"),
        ("es", "MX", "1ero de junio de 2027", "2027-06-01"),
        ("es", "MX", "1er de junio de 2027", "2027-06-01"),
        ("ar", "AU", "31 ايار 2027", "2027-05-31"),  # without the hamza
        ("ar", "AU", "12 تشرين الاول 2027", "2027-10-12"),
        ("ar", "EG", "12 من مايو 2027", "2027-05-12"),
        ("ar", "EG", "12/6/2027م", "2027-06-12"),
        ("ar", "EG", "السبت الموافق 12 يونيو 2027", "2027-06-12"),
        ("de", "DE", "31.5.2027", "2027-05-31"),
        ("de", "DE", "31.05.27", "2027-05-31"),
        ("de", "DE", "Samstag, 12. Juni 2027", "2027-06-12"),
        ("de", "DE", "Sa., 12.6.2027", "2027-06-12"),
        ("de", "DE", "12. Dez. 2027", "2027-12-12"),
        ("de", "DE", "am 31. Mai 2027", "2027-05-31"),
        ("de", "DE", "Am Samstag, dem 12. Juni 2027", "2027-06-12"),
        ("de", "DE", "Sonnabend, den 12. Juni 2027", "2027-06-12"),
        ("de", "AU", "Saturday 12 June 2027", "2027-06-12"),
        ("de", "AT", "1. Jänner 2027", "2027-01-01"),
        ("de", "AU", "31 May 2027", "2027-05-31"),
        ("de", "US", "3.4.2027", "2027-04-03"),
        ("fr", "FR", "1er mai 2027", "2027-05-01"),
        ("fr", "FR", "premier mai 2027", "2027-05-01"),
        ("fr", "FR", "le samedi 12 juin 2027", "2027-06-12"),
        ("fr", "FR", "31 aout 2027", "2027-08-31"),
        ("fr", "FR", "12 déc. 2027", "2027-12-12"),
        ("fr", "CA", "2027/4/3", "2027-04-03"),
        ("fr", "CA", "2027-04-03", "2027-04-03"),
        ("es", "ES", "31 de mayo de 2027", "2027-05-31"),
        ("es", "ES", "sabado 12 de junio de 2027", "2027-06-12"),
        ("es", "ES", "el 31 de mayo de 2027", "2027-05-31"),
        ("es", "ES", "el sábado, 12 de junio de 2027", "2027-06-12"),
        ("es", "ES", "el día 12 de junio de 2027", "2027-06-12"),
        ("es", "ES", "1.º de mayo de 2027", "2027-05-01"),
        ("es", "AR", "1º de mayo de 2027", "2027-05-01"),
        ("es", "MX", "primero de mayo de 2027", "2027-05-01"),
        ("es", "ES", "12-jun-27", "2027-06-12"),
        ("es", "MX", "12 de junio del 2027", "2027-06-12"),
        ("es", "ES", "12 mar 2027", "2027-03-12"),  # mar is martes too
        ("es", "ES", "mar 9 mar 2027", "2027-03-09"),
        ("es", "US", "3/4/2027", "2027-04-03"),
        ("ar", "AU", "٣١/٥/٢٠٢٧", "2027-05-31"),  # noqa: RUF001 (as it is typed)
        ("ar", "EG", "31 مايو 2027", "2027-05-31"),
        ("ar", "SA", "يوم السبت ١٢ يونيو ٢٠٢٧", "2027-06-12"),
        ("ar", "SA", "السبت ١٢ يونيو ٢٠٢٧", "2027-06-12"),
        ("ar", "AU", "31 أيار 2027", "2027-05-31"),  # as in Lebanon
        ("ar", "AU", "12 تشرين الأول 2027", "2027-10-12"),
        ("ar", "AU", "31 May 2027", "2027-05-31"),
    ],
)
def test_a_date_is_read_in_any_common_format(
    tag: LanguageTag, region: str | None, typed: str, day: str
) -> None:
    assert read(WHEN, typed, get_language(tag, region)) == day


@pytest.mark.parametrize(
    ("tag", "typed", "message"),
    [
        ("en", "Friday 12 June 2027", "Check the date, as 12 June 2027 is a Saturday: When?"),
        ("en", "12 June 2027, Fri", "Check the date, as 12 June 2027 is a Saturday: When?"),
        ("en", "Fri 12/6/2027", "Check the date, as 12 June 2027 is a Saturday: When?"),
        ("de", "Fr., 12.6.2027", "Prüfen Sie das Datum, der 12. Juni 2027 ist ein Samstag: When?"),
        (
            "fr",
            "le vendredi 12 juin 2027",
            "Vérifiez la date, car le 12 juin 2027 est un samedi\N{NO-BREAK SPACE}: When?",
        ),
        ("es", "viernes 12 de junio de 2027", "Revise la fecha, el 12 de junio de 2027 es sábado: When?"),
        ("es", "miercoles 12 de junio de 2027", "Revise la fecha, el 12 de junio de 2027 es sábado: When?"),
        ("ar", "الجمعة ١٢ يونيو ٢٠٢٧", "السبت"),
    ],
)
def test_a_mismatched_weekday_is_queried(tag: LanguageTag, typed: str, message: str) -> None:
    assert message in refusal(WHEN, typed, get_language(tag, "AU"))


# Bounds


def test_a_date_must_be_within_the_forms_bounds() -> None:
    question = asking(min=date(2027, 3, 1), max=date(2027, 11, 30))
    assert read(question, "1 March 2027", AUSTRALIAN) == "2027-03-01"
    assert read(question, "30 November 2027", AUSTRALIAN) == "2027-11-30"
    assert refusal(question, "28/2/2027") == "Enter a date on or after 1 March 2027: When?"
    assert refusal(question, "1/12/2027") == "Enter a date on or before 30 November 2027: When?"
    assert "1. März 2027" in refusal(question, "28.2.2027", get_language("de", "DE"))


BOUNDS: Final[tuple[dict[str, Any], ...]] = (
    {},
    {"min": "today"},
    {"max": "today"},
    {"min": date(2027, 3, 1)},
    {"max": date(2020, 2, 29)},
    {"min": date(2027, 3, 1), "max": date(2027, 3, 1)},
    {"min": date(2190, 1, 1)},
)


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("bounds", BOUNDS, ids=str)
def test_a_questions_example_is_a_valid_answer(bounds: dict[str, Any], tag: LanguageTag) -> None:
    question = asking(**bounds)
    for region in (None, "AU", "US", "DE", "CA", "ZA"):
        language = get_language(tag, region)
        assert read(question, make_example(question, context(language)), language)


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_month_is_read_in_every_countrys_format(tag: LanguageTag) -> None:
    # Countries with the same format need it read only once.
    written = {
        (language.format_date(day), language.date_order): (day, language)
        for language in (get_language(tag, country) for country in sorted(phonenumbers.SUPPORTED_REGIONS))
        for day in (date(2027, month, 12) for month in range(1, 13))
    }
    assert [text for (text, _), (day, language) in written.items() if not is_read_back(day, language)] == []


@settings(deadline=None)  # a language's first date takes longer than the rest
@given(
    day=st.dates(EARLIEST, LATEST),
    tag=st.sampled_from(LANGUAGES),
    region=st.sampled_from(["AU", "US", "DE", "CA", "ZA", None]),
)
def test_a_formatted_date_is_read_back_as_the_same_date(
    day: date, tag: LanguageTag, region: str | None
) -> None:
    language = get_language(tag, region)
    assert read(WHEN, language.format_date(day), language) == day.isoformat()
    assert read(WHEN, f"{language.weekday(day)} {language.format_date(day)}", language) == day.isoformat()
    assert read(WHEN, day.isoformat(), language) == day.isoformat()


def is_read_back(day: date, language: Language) -> bool:
    try:
        return read(WHEN, language.format_date(day), language) == day.isoformat()
    except ValueError:
        return False
