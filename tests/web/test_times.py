"""Parsing times of day as people type them, in each language."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, time
from typing import Any, Final

import jsonschema
import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.harness import Venue, form_text
from tests.support.pages import Page
from tests.web.test_languages import IN_TWO
from webapp.formfile.json_schema import forms_schema
from webapp.forms.kinds.kind import AnswerContext
from webapp.forms.kinds.time import parse_time
from webapp.forms.question import Question
from webapp.languages.language import LANGUAGES, Language, LanguageTag, get_language
from webapp.languages.years import Today
from webapp.outbox.queries import DeliveryQueries

WHEN: Final = Question(name="hour", label="When?", kind="time")
TODAY: Final = Today.at(datetime(2027, 5, 31, 12, tzinfo=UTC))


def read(question: Question, typed: str, language: Language) -> str:
    answer = question.parse((typed,), AnswerContext(language, TODAY))
    assert answer is not None
    return str(answer.value)


def refusal(question: Question, typed: str, language: Language) -> str:
    with pytest.raises(ValueError, match="When") as raised:
        read(question, typed, language)
    return str(raised.value).replace("\N{NARROW NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("tag", "region", "typed", "value"),
    [
        ("en", "AU", "7pm", "19:00"),
        ("en", "AU", "7 PM", "19:00"),
        ("en", "AU", "7\N{NARROW NO-BREAK SPACE}pm", "19:00"),
        ("en", "AU", "7.30 pm", "19:30"),
        ("en", "AU", "7:30 p.m.", "19:30"),
        ("en", "AU", "7 30 pm", "19:30"),
        ("en", "AU", "730pm", "19:30"),
        ("en", "AU", "at 7pm.", "19:00"),
        ("en", "AU", "12 am", "00:00"),
        ("en", "AU", "12:30 am", "00:30"),
        ("en", "AU", "12 pm", "12:00"),
        ("en", "AU", "7 in the evening", "19:00"),
        ("en", "AU", "8 o'clock in the morning", "08:00"),
        ("en", "AU", "7 oclock pm", "19:00"),
        ("en", "AU", "9 at night", "21:00"),
        ("en", "AU", "2 at night", "02:00"),
        ("en", "AU", "noon", "12:00"),
        ("en", "AU", "Midday", "12:00"),
        ("en", "AU", "12 noon", "12:00"),
        ("en", "AU", "midnight", "00:00"),
        ("en", "AU", "19:00", "19:00"),
        ("en", "AU", "1930", "19:30"),
        ("en", "AU", "0730 hours", "07:30"),
        ("en", "AU", "07:30", "07:30"),
        ("en", "AU", "19:30:00", "19:30"),
        ("en", "AU", "19", "19:00"),
        ("en", "GB", "10:30", "10:30"),
        ("en", "AU", "19 Uhr", "19:00"),
        ("de", "DE", "19 Uhr", "19:00"),
        ("de", "DE", "um 19:30 Uhr", "19:30"),
        ("de", "DE", "19 Uhr 30", "19:30"),
        ("de", "DE", "19.30", "19:30"),
        ("de", "DE", "7:30", "07:30"),
        ("de", "DE", "7 Uhr", "07:00"),
        ("de", "DE", "7 Uhr abends", "19:00"),
        ("de", "DE", "8 Uhr früh", "08:00"),
        ("de", "AT", "8 Uhr in der Früh", "08:00"),
        ("de", "DE", "12 Uhr mittags", "12:00"),
        ("de", "DE", "2 Uhr nachts", "02:00"),
        ("de", "DE", "24 Uhr", "00:00"),
        ("de", "DE", "Mittag", "12:00"),
        ("de", "DE", "Mitternacht", "00:00"),
        ("fr", "FR", "19h30", "19:30"),
        ("fr", "FR", "19 H", "19:00"),
        ("fr", "FR", "à 19 h 30", "19:30"),
        ("fr", "FR", "19 heures", "19:00"),
        ("fr", "FR", "19 heures 30", "19:30"),
        ("fr", "FR", "7 heures 30", "07:30"),
        ("fr", "FR", "3h de l'après midi", "15:00"),
        ("fr", "FR", "7h du soir", "19:00"),
        ("fr", "FR", "3h de l\N{RIGHT SINGLE QUOTATION MARK}après-midi", "15:00"),
        ("fr", "FR", "midi", "12:00"),
        ("fr", "FR", "minuit", "00:00"),
        ("es", "ES", "a las 19:30", "19:30"),
        ("es", "ES", "19.30 h", "19:30"),
        ("es", "ES", "7 de la tarde", "19:00"),
        ("es", "ES", "8 de la mañana", "08:00"),
        ("es", "ES", "12 de la noche", "00:00"),
        ("es", "ES", "1 de la madrugada", "01:00"),
        ("es", "MX", "7:30 p. m.", "19:30"),
        ("es", "ES", "mediodía", "12:00"),
        ("es", "ES", "a medianoche", "00:00"),
        ("ar", "EG", "٧ م", "19:00"),  # noqa: RUF001 (as it is typed)
        ("ar", "EG", "٧:٣٠ ص", "07:30"),  # noqa: RUF001 (as above)
        ("ar", "EG", "٧٫٣٠ م", "19:30"),  # noqa: RUF001 (as above)
        ("ar", "EG", "الساعة ٧ مساءً", "19:00"),  # noqa: RUF001 (as above)
        ("ar", "EG", "7 مساءا", "19:00"),
        ("ar", "EG", "8 صباحًا", "08:00"),
        ("ar", "EG", "١٩:٣٠", "19:30"),
        ("ar", "EG", "\N{RIGHT-TO-LEFT MARK}7:30 م", "19:30"),
        ("ar", "EG", "١٢ ظهرًا", "12:00"),
        ("ar", "EG", "منتصف الليل", "00:00"),
    ],
)
def test_a_time_is_read_in_any_common_format(tag: LanguageTag, region: str, typed: str, value: str) -> None:
    assert read(WHEN, typed, get_language(tag, region)) == value


@pytest.mark.parametrize(
    "typed",
    [
        *("soon", "evening", "0", "25:00", "24:30", "7:60", "7:5", "19 am", "0:30 pm", "9 in the afternoon"),
        *("7-9pm", "7pm or 8pm", "7pm to midnight", "half past seven", "7 km", "31/5/2027", "19:30:15"),
        *("1" * 200, "7" + " " * 70 + "pm", "\N{PARTY POPPER}"),
    ],
)
def test_an_invalid_time_is_refused_with_an_example(typed: str) -> None:
    message = refusal(WHEN, typed, get_language("en", "AU"))
    assert message == "Enter a time, like 7:00 pm: When?"


@pytest.mark.parametrize(
    ("tag", "region", "typed", "message"),
    [
        ("en", "AU", "7", "Enter either 7:00 am or 7:00 pm: When?"),
        ("en", "AU", "7:30", "Enter either 7:30 am or 7:30 pm: When?"),
        ("en", "AU", "7 o'clock", "Enter either 7:00 am or 7:00 pm: When?"),
        ("en", "AU", "12", "Enter either 12:00 am or 12:00 pm: When?"),
        ("en", "GB", "7:30", "Enter either 07:30 or 19:30: When?"),
        ("de", "DE", "7", "Geben Sie entweder 07:00 oder 19:00 ein: When?"),
        ("fr", "FR", "7", "Saisissez soit 07:00, soit 19:00 : When?"),
        ("es", "ES", "a las 7", "Escriba 7:00 o 19:00: When?"),
    ],
)
def test_an_ambiguous_time_is_queried(tag: LanguageTag, region: str, typed: str, message: str) -> None:
    assert refusal(WHEN, typed, get_language(tag, region)) == message


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("8:59 am", "Enter a time at or after 9:00 am: When?"),
        ("9 am", ""),
        ("5.30 pm", ""),
        ("17:31", "Enter a time at or before 5:30 pm: When?"),
        ("soon", "Enter a time, like 5:30 pm: When?"),
        ("10", "Enter either 10:00 am or 10:00 pm: When?"),
    ],
)
def test_bounds_are_inclusive(typed: str, message: str) -> None:
    question = Question(name="hour", label="When?", kind="time", min="09:00", max="17:30")
    language = get_language("en", "AU")
    assert (refusal(question, typed, language) if message else read(question, typed, language)[2]) == (
        message or ":"
    )


@given(
    st.times(), st.sampled_from(LANGUAGES), st.sampled_from([None, *sorted(phonenumbers.SUPPORTED_REGIONS)])
)
def test_a_formatted_time_is_read_back_as_the_same_time(
    moment: time, tag: LanguageTag, region: str | None
) -> None:
    language = get_language(tag, region)
    assert read(WHEN, language.format_time(moment), language) == f"{moment:%H:%M}"


@given(st.text(max_size=70), st.sampled_from(LANGUAGES))
def test_any_text_is_either_a_time_or_none(typed: str, tag: LanguageTag) -> None:
    found = parse_time(typed, get_language(tag))
    assert found is None or (found.time.second == 0 and (found.is_clear or found.time.hour < 12))


@pytest.mark.parametrize(
    ("bound", "is_one"), [("18:00", True), ("6pm", False), ("24:00", False), ("today", True)]
)
def test_the_schema_checks_time_bounds(bound: str, is_one: bool) -> None:
    form = tomllib.loads(form_text({}, {"kind": "time", "min": bound}))
    validator = jsonschema.Draft202012Validator
    assert validator(forms_schema(), format_checker=validator.FORMAT_CHECKER).is_valid(form) is is_one


# On the page


def question(**keys: Any) -> str:
    return form_text({}, {"kind": "time", **keys}, region="AU", **IN_TWO)


@pytest.mark.engines("sqlite")
def test_a_typed_time_is_shown_and_delivered(venue: Venue) -> None:
    venue.open(question(to="customFields.31"))
    page = venue.client.page("/f/form")
    assert page.text("#asked-hint").replace("\N{NARROW NO-BREAK SPACE}", " ") == "For example, 7:00 pm."
    assert page.one("#asked").attrs["type"] == "text"
    receipt = venue.receive(asked="7.30 pm")
    shown = venue.client.page(receipt).terms()["What is asked?"]
    assert shown.replace("\N{NARROW NO-BREAK SPACE}", " ") == "7:30 pm"
    venue.forward()
    (opportunity,) = venue.received()
    assert opportunity["customFields"] == [{"fieldId": 31, "fieldValue": "19:30"}]
    record = DeliveryQueries(venue.database).show(venue.deliveries()[0].reference)
    assert record is not None
    assert record.enquiry.answers.questions["asked"].value == "19:30"


@pytest.mark.engines("sqlite")
def test_a_change_prefills_a_time_in_the_pages_language(venue: Venue) -> None:
    venue.open(question())
    receipt = venue.receive(asked="7.30 pm")
    assert venue.client.page(f"{receipt}/change?lang=de").value("asked") == "19:30"


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    ("typed", "in_german"), [("7.30 pm", "19:30"), ("noon", "12:00"), ("7", "7"), ("soon", "soon")]
)
def test_a_time_is_converted_when_the_language_changes(venue: Venue, typed: str, in_german: str) -> None:
    venue.open(question())
    page = venue.client.page("/f/form")
    button = page.one("footer button").attrs
    sent = {**page.hidden(), "asked": typed, "switch": button["value"]}
    assert Page(venue.client.post(str(button["formaction"]), data=sent).text).value("asked") == in_german


@pytest.mark.engines("sqlite")
def test_an_invalid_time_is_kept_as_typed(venue: Venue) -> None:
    venue.open(question(required=True))
    page = Page(venue.send(asked="<7 or 8>").text)
    assert page.value("asked") == "<7 or 8>"
    (message,) = Page(venue.send(asked="").text).summary()
    assert message == "Enter a time: What is asked?"
