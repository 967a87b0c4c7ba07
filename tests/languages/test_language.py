"""A language: its messages, and its formats of dates and numbers."""

from copy import deepcopy
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from webapp.languages.language import (
    LANGUAGES,
    LanguageTag,
    LocalizedText,
    get_language,
    negotiate_language,
    supported_language,
)

MOMENT = datetime(2026, 11, 24, 16, 50, tzinfo=UTC)


def test_a_message_is_translated_with_its_values() -> None:
    translations = {
        tag: get_language(tag).gettext("Reference: %(reference)s", reference="ENQ-7F3K9QXD")
        for tag in LANGUAGES
    }
    assert translations["en"] == "Reference: ENQ-7F3K9QXD"
    assert all("ENQ-7F3K9QXD" in text for text in translations.values())
    assert len(set(translations.values())) == len(LANGUAGES)


def test_a_message_without_a_translation_is_unchanged() -> None:
    assert get_language("de").gettext("100 % of nobody") == "100 % of nobody"


@pytest.mark.parametrize(
    ("tag", "region", "written"),
    [
        ("en", None, "31 May 2027"),
        ("en", "AU", "31 May 2027"),
        ("en", "US", "May 31, 2027"),
        ("de", "AU", "31. Mai 2027"),
        ("fr", "CA", "31 mai 2027"),
        ("es", None, "31 de mayo de 2027"),
        ("ar", "AU", "31 مايو 2027"),
    ],
)
def test_a_date_is_formatted_for_language_and_country(
    tag: LanguageTag, region: str | None, written: str
) -> None:
    assert get_language(tag, region).format_date(date(2027, 5, 31)) == written


def test_a_datetime_is_formatted_in_a_named_time_zone() -> None:
    english, german = get_language("en", "AU"), get_language("de", "AU")
    sydney = ZoneInfo("Australia/Sydney")
    assert english.format_datetime(MOMENT, UTC) == "24 November 2026, 16:50 UTC"
    assert (
        english.format_datetime(MOMENT, sydney)
        == "25 November 2026, 03:50 (Australian Eastern Daylight Time)"
    )
    assert german.format_datetime(MOMENT, sydney) == "25. November 2026, 03:50 (Ostaustralische Sommerzeit)"
    assert get_language("ar").format_datetime(MOMENT, UTC).startswith("24 نوفمبر 2026، 16:50 ")


@pytest.mark.parametrize(
    ("tag", "region", "order"),
    [
        ("en", None, "DMY"),
        ("en", "AU", "DMY"),
        ("en", "US", "MDY"),
        ("de", "US", "DMY"),
        ("fr", "CA", "DMY"),
        ("en", "CA", "MDY"),
        ("en", "ZA", "DMY"),
        ("ar", None, "DMY"),
    ],
)
def test_the_order_of_a_numeric_date_is_the_countrys(
    tag: LanguageTag, region: str | None, order: str
) -> None:
    assert get_language(tag, region).date_order == order


@pytest.mark.parametrize(
    ("tag", "typed", "number"),
    [
        ("en", "1,200", 1200),
        ("en", "1,200.5", Decimal("1200.5")),
        ("de", "1.200", 1200),
        ("de", "1,5", Decimal("1.5")),
        ("fr", "1 200", 1200),
        ("fr", "1\N{NARROW NO-BREAK SPACE}200", 1200),
        ("fr", "1\N{NO-BREAK SPACE}200", 1200),
        ("es", "12.000", 12000),
        ("ar", "٣٣", 33),
        ("ar", "1,200", 1200),
        ("en", "-5", -5),
    ],
)
def test_a_number_is_read_in_the_languages_format(tag: LanguageTag, typed: str, number: Decimal) -> None:
    assert get_language(tag).read_number(typed) == number


@pytest.mark.parametrize("typed", ["", " ", "nan", "inf", "1e5", "1,20", "many", "1 2", "--1", "."])
def test_an_invalid_number_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        get_language("en").read_number(typed)


def test_only_arabic_is_right_to_left_and_isolates_texts() -> None:
    assert {tag: get_language(tag).direction for tag in LANGUAGES} == {
        **dict.fromkeys(LANGUAGES, "ltr"),
        "ar": "rtl",
    }
    assert get_language("de").isolate("What?") == "What?"
    assert get_language("ar").isolate("What?") == "\u2068What?\u2069"
    assert get_language("ar").isolate_ltr("02 55") == "\u206602\u00a055\u2069"


@pytest.mark.parametrize(
    ("language", "isolated"), [("ar", "DJ؟"), ("en", "\u2068DJ؟\u2069"), (None, "\u2068DJ؟\u2069")]
)
def test_only_text_in_the_same_language_is_not_isolated(language: LanguageTag | None, isolated: str) -> None:
    assert get_language("ar").isolate(LocalizedText("DJ؟", language)) == isolated


def test_a_copied_text_keeps_its_language() -> None:
    assert deepcopy(LocalizedText("Ja", "de")).language == "de"


def test_arabic_messages_are_not_isolated_inside_others() -> None:
    arabic = get_language("ar")
    quoted = arabic.gettext("“%(words)s”", words="A day")
    assert quoted == "\u00ab\u2068A day\u2069\u00bb"
    assert arabic.join_or([quoted]) == quoted
    sentence = arabic.gettext("Only if “%(question)s” is %(answers)s.", question="When?", answers=quoted)
    assert "\u2068When?\u2069" in sentence
    assert quoted in sentence
    assert "\u2068\u00ab" not in sentence


@pytest.mark.parametrize(
    ("tag", "is_known"),
    [("de", "de"), ("DE-at", "de"), ("fr_CA", "fr"), ("pt", None), ("", None), (None, None), ("e", None)],
)
def test_a_language_tag_matches_in_any_case_and_country(tag: str | None, is_known: str | None) -> None:
    assert supported_language(tag) == is_known


def test_negotiation_takes_the_first_wanted_else_the_first_offered() -> None:
    assert negotiate_language(["pt", "fr-CH", "de"], ("en", "de", "fr")) == "fr"
    assert negotiate_language(["pt"], ("es", "de")) == "es"
    assert negotiate_language([], ("ar",)) == "ar"
