"""The WTForms field of each question of a form's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Final

from wtforms import (  # type: ignore[attr-defined]  # SelectChoice is newer than the stubs
    BooleanField,
    EmailField,
    Field,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
)

from webapp.forms.kind import CHOSEN, TYPED, Kind
from webapp.forms.question import Question
from webapp.intake.answering import read_answer, what_to_answer
from webapp.intake.text import clean_line, clean_text
from webapp.intake.validators import Answered, Readable, Validator, may_be_left_open, told_by

NOT_CHOSEN: Final = SelectChoice("", "Choose …")


class NumberField(StringField):
    """A number as people type it; a browser's own number field loses what it cannot read."""


class DateField(StringField):
    """A date, by the browser's own calendar where it has one."""


def field_of(question: Question, earlier: Iterable[Question], region: str | None) -> Field:
    """Return the field of a question; ``earlier`` are those before it, which it may depend on."""
    return _MAKERS[question.kind](
        question.label,
        _validators(question, region),
        name=question.name,
        description=" ".join(filter(None, (question.hint, asked_when(question, earlier)))),
        **_details(question),
    )


def asked_when(question: Question, earlier: Iterable[Question]) -> str:
    """Return in words when a question is asked; empty when it always is."""
    by_name = {each.name: each for each in earlier}
    conditions = [
        f"“{by_name[name].label}” is “{'” or “'.join(by_name[name].words_of(value) for value in wanted)}”"
        for name, wanted in question.show_when.items()
    ]
    return f"Only if {' and '.join(conditions)}." if conditions else ""


def _validators(question: Question, region: str | None) -> list[Validator]:
    validators: list[Validator] = [
        Answered(what_to_answer(question)) if question.required else may_be_left_open
    ]
    if question.kind in TYPED:
        validators.append(Readable(f"Your answer to “{question.label}”", question.longest))
    validators.append(told_by(lambda given: read_answer(question, given, region)))
    return validators


def _details(question: Question) -> dict[str, Any]:
    if question.kind is Kind.CHECKBOX:
        return {}
    if question.kind in CHOSEN:
        # What was sent is told by ``read_answer``, in words that name the question.
        choices = [SelectChoice(str(each.value), each.label) for each in question.options]
        if question.kind is Kind.SELECT:
            choices.insert(0, NOT_CHOSEN)
        return {"choices": choices, "validate_choice": False}
    return {
        "filters": [clean_text if question.kind is Kind.TEXTAREA else clean_line],
        "render_kw": dict(_RENDERED.get(question.kind, {})),
    }


_MAKERS: Final[dict[Kind, Callable[..., Field]]] = {
    Kind.TEXT: StringField,
    Kind.TEXTAREA: TextAreaField,
    Kind.EMAIL: EmailField,
    Kind.TEL: TelField,
    Kind.NUMBER: NumberField,
    Kind.DATE: DateField,
    Kind.SELECT: SelectField,
    # Nothing is chosen beforehand.
    Kind.RADIO: partial(RadioField, default=""),
    Kind.CHECKBOXES: SelectMultipleField,
    Kind.CHECKBOX: BooleanField,
}

_RENDERED: Final[Mapping[Kind, Mapping[str, str]]] = {
    Kind.EMAIL: {"inputmode": "email", "autocapitalize": "none", "spellcheck": "false"},
    Kind.TEL: {"inputmode": "tel"},
    Kind.NUMBER: {"inputmode": "decimal", "autocomplete": "off"},
}
