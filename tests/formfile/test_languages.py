"""Texts of a forms file in several languages, and the faults of incomplete ones."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.formfile.forms_file import faults_with_lines, read
from webapp.languages.language import LANGUAGES

IDS = "[forms.visit.opportunity]\nvenueId = 107\ntypeId = 18\nsourceId = 25\n"


def form(*lines: str, questions: str = "") -> str:
    return "\n".join(["[forms.visit]", *lines, IDS, questions])


# What is read


def test_a_forms_languages_differ_only_in_their_texts(tmp_path: Path) -> None:
    question = """
    [[forms.visit.questions]]
    name = "room"
    kind = "radio"
    label.en = "Which room?"
    label.de = "Welcher Raum?"
    options = ["Boathouse", { value = "hall", label = { de = "Der Saal", en = "The hall" } }]
    """
    only = read(
        tmp_path, form('title.en = "Come"', 'title.de = "Kommen"', 'contact = "02"', questions=question)
    )["visit"]
    assert (only.languages, only.own_language, only.spoken, only.is_translated) == (
        ("en", "de"),
        "en",
        "en",
        True,
    )
    german = only.in_language("de")
    assert (only.title, german.title, german.contact) == ("Come", "Kommen", "02")
    assert [question.label for question in german.questions] == ["Welcher Raum?"]
    assert [option.label for option in german.questions[0].options] == ["Boathouse", "Der Saal"]
    assert [option.value for option in german.questions[0].options] == ["Boathouse", "hall"]
    assert german.opportunity == only.opportunity
    assert (german.spoken, german.own_language) == ("de", "en")
    assert (german.title.language, german.contact.language) == ("de", None)


def test_the_default_language_is_lang_or_else_the_first_text(tmp_path: Path) -> None:
    texts = ('title.fr = "Venez"', 'title.de = "Kommen"')
    assert read(tmp_path, form(*texts))["visit"].title == "Venez"
    german = read(tmp_path, form(*texts, 'lang = "de"'))["visit"]
    assert (german.title, german.languages) == ("Kommen", ("de", "fr"))


def test_a_form_in_one_language_can_be_shown_in_all(tmp_path: Path) -> None:
    only = read(tmp_path, form('title = "Kommen"', 'lang = "de"'))["visit"]
    assert (only.languages, only.is_translated) == (LANGUAGES, False)
    french = only.in_language("fr")
    assert (french.title, french.title.language, french.spoken) == ("Kommen", "de", "fr")


# What is refused


@pytest.mark.parametrize("lang", ['"it"', '"DE"', '"de-AT"', '""', "1"])
def test_a_form_in_an_unsupported_language_is_refused(lang: str, tmp_path: Path) -> None:
    (fault,) = faults_with_lines(tmp_path, form('title = "Come"', f"lang = {lang}"))
    assert fault == "3: forms.visit.lang: must be 'en', 'de', 'fr', 'es' or 'ar'"


@pytest.mark.parametrize("tag", ["it", "DE", "de-AT"])
def test_a_text_in_an_unsupported_language_is_refused(tag: str, tmp_path: Path) -> None:
    (fault,) = faults_with_lines(
        tmp_path, form('title = "Come"', f'intro = {{ en = "Come", {tag} = "Venite" }}')
    )
    assert fault.startswith("3: forms.visit.intro: ")
    assert re.search(rf"\b{tag}\b", fault)
    assert "leadform does not speak" in fault
    assert "en, de, fr, es, ar" in fault


def test_every_text_that_lacks_a_language_is_reported(tmp_path: Path) -> None:
    table = "[[forms.visit.questions]]\n"
    question = f'{table}name = "a"\nlabel.en = "A"\n{table}name = "b"\nlabel.fr = "B"'
    found = faults_with_lines(
        tmp_path, form('title.en = "Come"', 'title.de = "Kommen"', 'intro.de = "Da"', questions=question)
    )
    assert set(found) == {
        "2: forms.visit.title: needs a text in fr, as other texts have",
        "4: forms.visit.intro: needs a text in en and fr, as other texts have",
        "12: forms.visit.questions.0.label: needs a text in de and fr, as other texts have",
        "15: forms.visit.questions.1.label: needs a text in en and de, as other texts have",
    }


def test_texts_in_the_forms_own_language_are_required(tmp_path: Path) -> None:
    (fault,) = faults_with_lines(tmp_path, form('title.en = "Come"', 'title.de = "Kommen"', 'lang = "fr"'))
    assert fault == "2: forms.visit.title: needs a text in fr, as other texts have"


def test_a_text_in_no_language_is_refused(tmp_path: Path) -> None:
    (fault,) = faults_with_lines(tmp_path, form("title = {}"))
    assert fault == "2: forms.visit.title: needs a text in en, as other texts have"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ('"  "', "must not be blank"),
        (f'"{"x" * 501}"', "at most 500 characters"),
        (r'"a\u0007b"', "must not hold control characters"),
        ("5", "must be a valid string"),
    ],
)
@pytest.mark.parametrize("tag", ["en", "de"])
def test_a_text_must_be_valid_in_each_language(tag: str, text: str, rule: str, tmp_path: Path) -> None:
    texts = {"en": '"Come"', "de": '"Kommen"', tag: text}
    (fault,) = faults_with_lines(tmp_path, form(f"title = {{ en = {texts['en']}, de = {texts['de']} }}"))
    assert fault.startswith(f"2: forms.visit.title.{tag}: ")
    assert rule in fault


@pytest.mark.parametrize("tag", ["en", "de"])
def test_a_fault_in_one_language_is_reported_with_its_line(tag: str, tmp_path: Path) -> None:
    texts = {"en": "A", "de": "B", tag: ""}
    labels = "\n".join(f'label.{language} = "{text}"' for language, text in texts.items())
    question = f'[[forms.visit.questions]]\nname = "a"\n{labels}'
    told = faults_with_lines(tmp_path, form('title = { en = "Come", de = "Kommen" }', questions=question))
    line = {"en": 10, "de": 11}[tag]
    assert told == [f"{line}: forms.visit.questions.0.label.{tag}: must not be blank"]


def test_faults_in_all_languages_are_reported_at_once(tmp_path: Path) -> None:
    found = faults_with_lines(
        tmp_path,
        form(
            'title = { en = "", de = "Kommen" }',
            'submit = { en = "Send", de = "" }',
            'intro.en = "Come"',
            "unknown = 1",
        ),
    )
    assert sorted(found) == [
        "2: forms.visit.title.en: must not be blank",
        "3: forms.visit.submit.de: must not be blank",
        "4: forms.visit.intro: needs a text in de, as other texts have",
        "5: forms.visit.unknown: is unknown",
    ]


@pytest.mark.parametrize(
    "zone", ["Australia/Sidney", "AEST+10", "../etc/passwd", "Europe", "", "/etc/localtime"]
)
def test_an_unknown_time_zone_is_refused(zone: str, tmp_path: Path) -> None:
    (fault,) = faults_with_lines(tmp_path, form('title = "Come"', f'time_zone = "{zone}"'))
    assert fault == (
        "3: forms.visit.time_zone: must be a time zone of the IANA's database, such as Australia/Sydney"
    )


def test_a_missing_or_too_large_logo_is_refused(tmp_path: Path) -> None:
    themed = form('title = "Come"', 'theme = { logo = "hall.svg", logo_alt = "The hall" }')
    (fault,) = faults_with_lines(tmp_path, themed)
    assert fault == (
        f"3: forms.visit.theme.logo: there is no file {tmp_path / 'hall.svg'}: put it there, or name another"
    )
    (tmp_path / "hall.svg").write_bytes(b" " * (64 * 1024 + 1))
    (fault,) = faults_with_lines(tmp_path, themed)
    assert fault == (
        "3: forms.visit.theme.logo: has more than 64 KiB, which is too much for a slow connection: "
        "make it smaller"
    )
    (tmp_path / "hall.svg").write_bytes(b" " * (64 * 1024))
    assert read(tmp_path, themed)["visit"].theme.logo == "hall.svg"
