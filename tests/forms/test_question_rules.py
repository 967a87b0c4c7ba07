"""A wrong question is refused at start with its key and the rule."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest

from tests.support.harness import form_text
from webapp.formfile.reader import FormsFileError, read_forms

CHOICE: Final = {"kind": "select", "options": [{"value": 1, "label": "One"}, {"value": 2, "label": "Two"}]}
FIRST: Final = {"name": "first", **CHOICE}

FAULTS: Final[dict[str, tuple[tuple[dict[str, Any], ...], str]]] = {
    "a choice without options": (({"kind": "radio"},), "0.options: a question of kind radio needs some"),
    "options of a text": (
        ({"kind": "text", "options": ["A"]},),
        "0.options: a question of kind text has none",
    ),
    "an option twice": (
        ({"kind": "select", "options": ["1", {"value": 1, "label": "One"}]},),
        "0.options: the value 1 appears twice",
    ),
    "bounds of a text": (({"min": 1},), "0.min: does not bound a question of kind text"),
    "a date that bounds a number": (
        ({"kind": "number", "max": "today"},),
        "0.max: must be a number, as the answer is",
    ),
    "a number that bounds a date": (({"kind": "date", "min": 5},), '0.min: must be a date, or "today"'),
    "a time that bounds a date": (
        ({"kind": "date", "min": "18:00"},),
        '0.min: must be a date, or "today"',
    ),
    "today and a time that bound a date": (
        ({"kind": "date", "min": "today", "max": "09:00"},),
        '0.max: must be a date, or "today"',
    ),
    "a day that bounds a time": (
        ({"kind": "time", "min": "today"},),
        '0.min: must be a time such as "18:00"',
    ),
    "times across midnight": (
        ({"kind": "time", "min": "18:00", "max": "02:00"},),
        "0.min: is more than max",
    ),
    "more ticks than boxes": (
        ({"kind": "checkboxes", "options": ["A"], "max": 2},),
        "0.max: must be how many boxes may be ticked",
    ),
    "bounds the wrong way round": (({"kind": "number", "min": 9, "max": 1},), "0.min: is more than max"),
    "a length of a number": (
        ({"kind": "number", "max_length": 3},),
        "0.max_length: does not bound a question of kind number",
    ),
    "a pattern without its message": (
        ({"pattern": "a"},),
        "0.pattern: must be given together with pattern_message, which tells the visitor what to type",
    ),
    "a pattern of a date": (
        ({"kind": "date", "pattern": "a", "pattern_message": "A"},),
        "0.pattern: is not for a question of kind date",
    ),
    "an invalid pattern": (
        ({"pattern": "[", "pattern_message": "A"},),
        "0.pattern: is not a regular expression",
    ),
    "a target of another kind": (
        ({"to": "typeId"},),
        "0.to: typeId holds an integer, which a question of kind number or select or radio asks for",
    ),
    "an option that the target cannot hold": (
        ({"to": "typeId", "kind": "select", "options": ["Wedding"]},),
        "0.options: 'Wedding' is not a valid value for typeId: it must be a whole number",
    ),
    "what a required field asks already": (
        ({"to": "contact.email", "kind": "email"},),
        "0.to: the built-in field email asks this already",
    ),
    "what a field asks already": (
        ({"to": "contact.phone", "kind": "tel"},),
        '0.to: the built-in field phone asks this already: hide it, as fields.phone = "hidden"',
    ),
    "a name twice": (({}, {}), "1.name: another question is called asked already"),
    "a name of the page's own": (({"name": "email"},), "0.name: email is the page's own"),
    "a name in capitals": (({"name": "Guests"},), "0.name: must be lower-case letters"),
    "a name that referrals use": (
        ({"name": "referrer_email"},),
        "0.name: referrer_email is asked automatically for a referral",
    ),
    "a condition on nothing": (
        ({"show_when": {"later": 1}}, {"name": "later", **CHOICE}),
        "0.show_when: later is not an earlier question",
    ),
    "a condition on a text": (
        ({"name": "first"}, {"show_when": {"first": "x"}}),
        "1.show_when: first is not a choice: its kind is text",
    ),
    "a condition on an unknown answer": (
        (FIRST, {"show_when": {"first": [1, 3]}}),
        "1.show_when: 3 is not an answer to first; there are 1, 2",
    ),
    "a condition on an unknown box value": (
        ({"name": "first", "kind": "checkbox"}, {"show_when": {"first": "yes"}}),
        "1.show_when: yes is not an answer to first; there are true and false",
    ),
    "two questions for one property": (
        ({"name": "first", "to": "customFields.1"}, {"to": "customFields.1"}),
        "1.to: first becomes customFields.1 already; show_when must exclude one of them",
    ),
}


def only_fault(folder: Path, text: str) -> str:
    """Return the only fault of a forms file."""
    file = folder / "forms.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(FormsFileError) as error:
        read_forms(file)
    (fault,) = str(error.value).splitlines()
    return fault


@pytest.mark.parametrize(
    ("questions", "fault"), [pytest.param(*row, id=name) for name, row in FAULTS.items()]
)
def test_a_fault_is_reported_at_its_key(
    questions: tuple[dict[str, Any], ...], fault: str, tmp_path: Path
) -> None:
    source = {"sourceId": 26} if "referral" in fault else {}
    more: dict[str, Any] = {"referral_sources": [26]} if source else {}
    assert f"forms.form.questions.{fault}" in only_fault(tmp_path, form_text(source, *questions, **more))


def test_mutually_exclusive_questions_may_share_a_property(tmp_path: Path) -> None:
    file = tmp_path / "forms.toml"
    asked = [
        {"name": "one", "to": "customFields.1", "show_when": {"first": 1}},
        {"name": "two", "to": "customFields.1", "show_when": {"first": [2]}},
    ]
    file.write_text(form_text({}, FIRST, *asked))
    assert [question.name for question in read_forms(file)["form"].questions] == ["first", "one", "two"]


def test_attribution_cannot_use_a_questions_property(tmp_path: Path) -> None:
    file = tmp_path / "forms.toml"
    file.write_text(form_text({}, {"to": "customFields.1"}, attribution={"gclid": "customFields.1"}))
    with pytest.raises(
        FormsFileError, match=r"attribution\.gclid: the question asked becomes customFields\.1"
    ):
        read_forms(file)


@pytest.mark.parametrize(
    ("question", "fault"),
    [
        (
            {"kind": "number", "min": "soon"},
            '0.min: must be a number, a date, "today", or a time such as "18:00"',
        ),
        ({"kind": "time", "max": "24:00"}, '0.max: must be a number, a date, "today", or a time'),
        ({"options": [7]}, "0.options.0: must be a text, or a table with a value and a label"),
        (
            {"options": [{"value": 1.5, "label": "A"}]},
            "0.options.0.value: must be a whole number or a text",
        ),
        ({"show_when": {"first": 1.5}}, "0.show_when.first.0: must be a text, a whole number, true or false"),
        ({"kind": "slider"}, "0.kind: must be 'text'"),
    ],
    ids=["a bound", "a time", "an option", "an option's value", "a condition", "a kind"],
)
def test_a_value_of_the_wrong_type_is_reported_in_one_sentence(
    question: dict[str, Any], fault: str, tmp_path: Path
) -> None:
    assert f"forms.form.questions.{fault}" in only_fault(tmp_path, form_text({}, question))


def test_attribution_may_only_fill_free_text_properties(tmp_path: Path) -> None:
    file = tmp_path / "forms.toml"
    for attribution, fault in (
        ({"gclid": "typeId"}, "typeId holds no text"),
        ({"gclid": "contact"}, "contact is an object"),
        ({"gclid": "name"}, "name is filled with something else"),
        ({"gclid": "description"}, "description is filled with something else"),
        ({"gclid": "utmSource"}, "utmSource is filled with something else"),
        ({"gclid": "contact.phone"}, "contact.phone is filled with something else"),
        ({"gclid": "company.customFields.52"}, "company.customFields.52 is there only where a company is"),
        ({"gclid": "referralContact.phone"}, "referralContact.phone is there only where a referral is"),
        ({"gclid": "customFields.1", "fbclid": "customFields.1"}, "gclid becomes customFields.1 already"),
        ({"utm_source": "customFields.1"}, "utm_source"),
        ({"gclick": "customFields.1"}, "gclick"),
    ):
        file.write_text(form_text(attribution=attribution))
        with pytest.raises(FormsFileError, match=fault):
            read_forms(file)
