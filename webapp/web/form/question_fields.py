"""The field of a question."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, Final

from wtforms import Field

from webapp.enquiry import Answer
from webapp.forms.kinds.kind import AnswerContext
from webapp.forms.question import Question
from webapp.languages.language import Language, LocalizedText
from webapp.web.form.autofill import question_autofill
from webapp.web.form.parsed_field import Hint, ParsedField
from webapp.web.form.validators import Required

SENTENCE_ENDS: Final = tuple(".!?…؟")


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
        self.context: AnswerContext = self.meta.context
        self._conditions = conditions

    @cached_property
    def hint(self) -> Hint:
        """The venue's own words, then how the kind is answered, and when the question is asked."""
        own, kind = self.question.hint, self.question.kind
        instructions = tuple(filter(None, (kind.hint(self.question, self.context), *self._conditions)))
        if not own:
            return instructions
        if instructions and not own.endswith(SENTENCE_ENDS):
            own = LocalizedText(f"{own}.", own.language)
        return (own, *instructions)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Parse what was typed or chosen; a blank question has no answer."""
        self.data = None
        self.typed = self.question.kind.clean(self.question, valuelist)
        self.data = self.question.parse(self.typed, self.context)

    def retype(self, value: Answer) -> tuple[str, ...]:
        """Return what gives an answer again in the language of the page."""
        return self.question.kind.retype(self.question, value, self.context.language)

    def convert(self, before: Language) -> None:
        """Convert what was typed in the language ``before`` into the form's own."""
        if self.typed:
            self.typed = self.question.kind.convert(self.question, self.typed, before, self.context)


def make_field(question: Question, earlier: Iterable[Question], language: Language) -> Field:
    """Return the field of a question; ``earlier`` are the questions that it may depend on."""
    return QuestionField(
        label=question.label,
        validators=[Required(missing_message(question, language))] if question.required else [],
        name=question.name,
        render_kw={**question_autofill(question), **question.kind.input_attributes(question)},
        question=question,
        conditions=tuple(condition_sentences(question, earlier, language)),
    )


def missing_message(question: Question, language: Language) -> str:
    """Return the message for a required question that was left blank."""
    return language.gettext(question.kind.missing, question=question.label)


def condition_sentences(question: Question, earlier: Iterable[Question], language: Language) -> Iterator[str]:
    """Yield a sentence for each condition on which a question is asked."""
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


def _given(value: Any) -> Any:
    """Return the answer that a condition wants; true and false may be written as text."""
    return {"True": True, "False": False}.get(str(value), value)
