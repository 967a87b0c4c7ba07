"""The field of each question of a form's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from wtforms import Field

from webapp.enquiry import Answer
from webapp.forms.question import Question
from webapp.languages.language import Language, LocalizedText
from webapp.web.form.autofill import of_question
from webapp.web.form.parsed_field import ParsedField
from webapp.web.form.validators import Required

ENDS_OF_SENTENCES: Final = tuple(".!?…؟")


Hint = tuple[str, ...]
"""What stands below a label, in sentences: the venue's own words, and behind them those of leadform."""


class QuestionField(ParsedField):
    """The field of a question, whatever its kind; its value is an ``Answer``.

    Args:
        question: what is asked.
        conditions: sentences that say when it is asked.
        others: what WTForms gives a field.
    """

    def __init__(self, *, question: Question, conditions: Sequence[str], **others: Any) -> None:
        super().__init__(**others)
        kind = question.kind
        self.question = question
        self.macro = kind.macro
        self.has_many_inputs = kind.has_many_inputs
        self.checks_domain = kind.checks_domain
        self.choices = question.options
        self.description: Any = _hint(question, (kind.hint(question, self.context), *conditions))

    def clean(self, sent: Sequence[str]) -> tuple[str, ...]:
        """Return what was typed or chosen."""
        return self.question.kind.clean(self.question, sent)

    def parse(self, typed: tuple[str, ...]) -> Answer | None:
        """Return the answer, or None when the question was left open."""
        return self.question.parse(typed, self.context)

    def retype(self, value: Answer) -> tuple[str, ...]:
        """Return what gives an answer again in the language of the page."""
        return self.question.kind.retype(self.question, value, self.context.language)

    def convert(self, before: Language) -> None:
        """Put what was typed in another language into the form's own; what cannot be read there stays."""
        if self.typed:
            self.typed = self.question.kind.convert(self.question, self.typed, before, self.context)


def make_field(question: Question, earlier: Iterable[Question], language: Language) -> Field:
    """Return the field of a question; ``earlier`` are those before it, which it may depend on."""
    return QuestionField(
        label=question.label,
        validators=[Required(missing_message(question, language))] if question.required else [],
        name=question.name,
        render_kw={**of_question(question), **question.kind.input_attributes(question)},
        question=question,
        conditions=tuple(asked_when(question, earlier, language)),
    )


def missing_message(question: Question, language: Language) -> str:
    """Return what the visitor reads who left a question open that must be answered."""
    return language.gettext(question.kind.missing, question=question.label)


def asked_when(question: Question, earlier: Iterable[Question], language: Language) -> Iterator[str]:
    """Yield in words when a question is asked, a sentence for each condition; none when it always is."""
    by_name = {other.name: other for other in earlier}
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


def _hint(question: Question, sentences: Iterable[str]) -> Hint:
    own, instructions = question.hint, tuple(filter(None, sentences))
    if not own:
        return instructions
    if instructions and not own.endswith(ENDS_OF_SENTENCES):
        own = LocalizedText(f"{own}.", own.language)
    return (own, *instructions)


def _given(value: Any) -> Any:
    """Return the answer that a condition wants, true and false from their names too."""
    return {"True": True, "False": False}.get(str(value), value)
