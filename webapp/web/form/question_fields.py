"""The WTForms field of each question of a form's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
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

from webapp.forms.kind import CHOICES, FREE_TEXT, Kind
from webapp.forms.question import Question
from webapp.languages.language import Language, LocalizedText
from webapp.languages.text_cleaning import clean_line, clean_text, cleaned_within
from webapp.web.form.answering import missing_message, parse_answer
from webapp.web.form.autofill import of_question
from webapp.web.form.builtin_fields import EMAIL, NO_AUTOCORRECT, TELEPHONE
from webapp.web.form.dates import make_example
from webapp.web.form.validators import Required, TextLimits, Validator, optional, parsed_by

ENDS_OF_SENTENCES: Final = tuple(".!?…؟")

NAMES: Final = frozenset({"firstName", "lastName", "businessName"})
"""The last parts of the properties that are names."""


Hint = tuple[LocalizedText, ...]
"""What stands below a label, in sentences: the venue's own words, and behind them those of leadform."""


class NumberField(StringField):
    """A number as people type it; a browser's own number field loses what it cannot read."""


class DateField(StringField):
    """A date as people type it; a browser's own date field takes only its own spelling."""

    def __init__(self, *args: Any, hint_at: Callable[[datetime], Hint], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._hint_at = hint_at

    def tell_example(self, now: datetime) -> None:
        """Give the field a hint with a date that is right at a moment."""
        self.description: Any = self._hint_at(now)


def make_field(question: Question, earlier: Iterable[Question], language: Language) -> Field:
    """Return the field of a question; ``earlier`` are those before it, which it may depend on."""
    conditions = tuple(asked_when(question, earlier, language))
    hint: dict[str, Any] = (
        {"hint_at": partial(_hint_with_example, question, conditions, language)}
        if question.kind is Kind.DATE
        else {"description": _hint(question, conditions)}
    )
    return _MAKERS[question.kind](
        question.label,
        _validators(question, language),
        name=question.name,
        **hint,
        **_details(question, language),
    )


def _hint_with_example(
    question: Question, conditions: Iterable[LocalizedText], language: Language, now: datetime
) -> Hint:
    example = language.gettext("For example, %(example)s.", example=make_example(question, language, now))
    return _hint(question, (example, *conditions))


def _hint(question: Question, instructions: Sequence[LocalizedText]) -> Hint:
    hint = question.hint
    if not hint:
        return tuple(instructions)
    if instructions and not hint.endswith(ENDS_OF_SENTENCES):
        hint = LocalizedText(f"{hint}.", hint.language)
    return (hint, *instructions)


def asked_when(
    question: Question, earlier: Iterable[Question], language: Language
) -> Iterator[LocalizedText]:
    """Yield in words when a question is asked, a sentence for each condition; none when it always is."""
    by_name = {each.name: each for each in earlier}
    for index, (name, wanted) in enumerate(question.show_when.items()):
        asked = by_name[name]
        answers = [
            language.gettext("“%(words)s”", words=asked.display_text(_given(value), language))
            for value in wanted
        ]
        named = {"question": asked.label, "answers": language.join_or(answers)}
        if index == 0:
            yield language.gettext("Only if “%(question)s” is %(answers)s.", **named)
        else:
            yield language.gettext("And only if “%(question)s” is %(answers)s.", **named)


def _given(value: Any) -> Any:
    """Return the answer that a condition wants, true and false from their names too."""
    return {"True": True, "False": False}.get(str(value), value)


def _validators(question: Question, language: Language) -> list[Validator]:
    validators: list[Validator] = [
        Required(missing_message(question, language)) if question.required else optional
    ]
    if question.kind in FREE_TEXT:
        name = language.gettext("Your answer to “%(question)s”", question=question.label)
        validators.append(TextLimits(name, question.longest, language))

    def read(form: Any, field: Field) -> None:
        parsed_by(partial(parse_answer, question, language=language, now=form.now))(form, field)

    return [*validators, read]


def _details(question: Question, language: Language) -> dict[str, Any]:
    if question.kind is Kind.CHECKBOX:
        return {}
    if question.kind in CHOICES:
        # What was sent is told by ``parse_answer``, in words that name the question.
        choices = [SelectChoice(str(each.value), each.label) for each in question.options]
        if question.kind is Kind.SELECT:
            choices.insert(0, SelectChoice("", language.gettext("Choose …")))
        most = {"filters": [partial(_chosen, most=len(choices))]} if question.kind is Kind.CHECKBOXES else {}
        return {"choices": choices, "validate_choice": False, "render_kw": of_question(question), **most}
    clean = clean_text if question.kind is Kind.TEXTAREA else clean_line
    return {
        "filters": [cleaned_within(question.longest, clean)],
        "render_kw": _rendered(question),
    }


def _chosen(values: list[str] | None, most: int) -> list[str]:
    """Return what was ticked, each once, and no more of it than shows that not all can be options."""
    return list(dict.fromkeys(values or ()))[: most + 1]


def _rendered(question: Question) -> dict[str, Any]:
    is_name = (question.to or "").rpartition(".")[2] in NAMES
    most = {"data-most": question.longest} if question.kind is Kind.TEXTAREA else {}
    of_kind = _RENDERED.get(question.kind, {})
    return {**of_question(question), **of_kind, **(NO_AUTOCORRECT if is_name else {}), **most}


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
    Kind.EMAIL: EMAIL,
    Kind.TEL: TELEPHONE,
    Kind.NUMBER: {"inputmode": "decimal"},
    Kind.DATE: NO_AUTOCORRECT,
}
