"""Step 2: the WTForms form of a form definition; the server's word on what was typed is the only one."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Final

from werkzeug.datastructures import MultiDict
from wtforms import Field, Form

from webapp.enquiry import Answer, Answers, AnswerValue
from webapp.forms.consistency import can_answers_break_a_rule
from webapp.forms.definition import FormDefinition
from webapp.forms.kinds.email import MAX_EMAIL
from webapp.forms.kinds.kind import AnswerContext
from webapp.forms.question import Question
from webapp.languages.language import Language
from webapp.languages.text_cleaning import beginning
from webapp.languages.years import Today
from webapp.web.form.builtin_fields import fields_after_questions, fields_before_questions
from webapp.web.form.cross_checks import cross_field_errors
from webapp.web.form.email_typos import likely_address
from webapp.web.form.parsed_field import ParsedField
from webapp.web.form.question_fields import make_field

ASKED_ABOUT: Final = "asked_about"
"""The hidden fields that carry what the visitor was asked about."""

MAX_ASKED: Final = 20


class EnquiryForm(Form):
    """What every form asks; ``make_form`` adds the rest by the definition."""

    definition: ClassVar[FormDefinition]
    language: ClassVar[Language]
    left_out: ClassVar[frozenset[str]] = frozenset()
    """The names of questions that the page does not ask."""

    can_break_a_rule: ClassVar[bool] = True
    """Whether answers that are each valid may still break a rule together."""

    def __init__(
        self,
        sent: MultiDict[str, str] | None = None,
        *,
        now: datetime,
        earlier: Answers | None = None,
    ) -> None:
        """Hold what was ``sent`` or, before that, the ``earlier`` answers of an enquiry that is changed.

        ``now`` is the moment by which a day is today.
        """
        data = _as_data(earlier) if earlier is not None and sent is None else None
        context = AnswerContext(self.language, Today.at(now))
        super().__init__(sent, data=data, meta={"context": context})
        # E-mail addresses that look mistyped, and that the visitor has been asked about.
        asked_about = () if sent is None else sent.getlist(ASKED_ABOUT)[:MAX_ASKED]
        self.asked_about = tuple(beginning(address, MAX_EMAIL) for address in asked_about)
        # The visitor was asked about these before they were first sent.
        self._confirmed = frozenset() if earlier is None else _emails_in(earlier)
        self._kept = {
            name: answer
            for name, answer in (earlier.questions.items() if earlier is not None else ())
            if name in self.left_out
        }
        self._answers: dict[str, Answer] = {}

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Say whether all that is asked is answered well, and the answers go together.

        What is wrong is told at its field, or for the form as a whole.
        """
        super().validate(extra_validators)
        self._ask_about_likely_typos(besides=self._collect_answers())
        if not self.errors and self.can_break_a_rule:
            for name, what_is_wrong in cross_field_errors(self.answers(), self.definition, self.language):
                field = self._fields.get(field_key(name)) or self._fields.get(name)
                if field is not None:
                    field.errors = [what_is_wrong]
                else:
                    self.form_errors.append(what_is_wrong)
        return not self.errors

    def answers(self) -> Answers:
        """Return the answers, once ``validate`` has found nothing wrong."""
        parsed: Mapping[str, Any] = self.data
        return Answers(
            first_name=parsed["first_name"],
            last_name=parsed["last_name"],
            email=parsed["email"],
            phone=parsed.get("phone"),
            company=parsed.get("company", ""),
            message=parsed.get("message", ""),
            questions=self._answers,
        )

    def summary(self) -> list[tuple[str, str]]:
        """Return what is wrong, each with the id of its first input; without one it is about the whole."""
        of_fields = [
            (f"{field.id}-0" if field.has_many_inputs else field.id, field.errors[0])
            for field in self
            if isinstance(field, ParsedField) and field.errors
        ]
        return [*of_fields, *(("", error) for error in self.form_errors)]

    def _collect_answers(self) -> list[Field]:
        """Collect the valid answers to the questions that are asked, and return the fields of all others.

        Nothing is wrong at those, whatever was typed.
        """
        self._answers, unasked = {}, []
        values: dict[str, AnswerValue] = {}
        for question in self.definition.asked:
            answer = self._kept.get(question.name)
            field = self._fields.get(field_key(question.name))
            if field is not None and not question.is_asked(values):
                field.errors = ()
                unasked.append(field)
            elif field is not None and not field.errors:
                answer = field.data
            if answer is not None:
                self._answers[question.name] = answer
                values[question.name] = answer.value
        return unasked

    def _ask_about_likely_typos(self, besides: Container[Field]) -> None:
        """Ask once about each address that looks mistyped; the visitor's second word on it is the last."""
        for field in self:
            if not isinstance(field, ParsedField) or not field.checks_domain or field in besides:
                continue
            if not field.typed or field.errors:
                continue
            address = field.typed[0]
            likely = likely_address(address)
            if likely is not None and address not in {*self.asked_about, *self._confirmed}:
                self.asked_about = (*self.asked_about, address)
                field.errors = [self._did_you_mean(field, self.language.isolate_ltr(likely))]

    def _did_you_mean(self, field: ParsedField, likely: str) -> str:
        if field.name == "email":
            return self.language.gettext(
                "Check your email address: did you mean %(likely)s? If not, send it as it is", likely=likely
            )
        return self.language.gettext(
            "Check your answer to “%(question)s”: did you mean %(likely)s? If not, send it as it is",
            question=field.label.text,
            likely=likely,
        )


def make_form(
    definition: FormDefinition, language: Language, left_out: Sequence[Question] = ()
) -> type[EnquiryForm]:
    """Return the form class of a definition in a language, its fields in the order of the page.

    ``left_out`` are questions that it does not ask.
    """
    unasked = frozenset(question.name for question in left_out)
    fields: dict[str, Any] = dict(fields_before_questions(definition, language))
    for index, question in enumerate(definition.asked):
        if question.name not in unasked:
            fields[field_key(question.name)] = make_field(question, definition.asked[:index], language)
    fields |= dict(fields_after_questions(definition, language))
    attributes = {
        "definition": definition,
        "language": language,
        "left_out": unasked,
        # What is left out was answered before, if at all, and perhaps the question was another then.
        "can_break_a_rule": bool(left_out) or can_answers_break_a_rule(definition),
        **fields,
    }
    return type("DefinedForm", (EnquiryForm,), attributes)


def field_key(question: str) -> str:
    """Return under which name the form holds a question's field: one that is nobody else's."""
    return f"question_{question}"


def _as_data(answers: Answers) -> dict[str, Any]:
    """Return what the fields of a form hold when it is shown filled in."""
    return {
        "first_name": answers.first_name,
        "last_name": answers.last_name,
        "email": answers.email,
        "phone": answers.phone,
        "company": answers.company,
        "message": answers.message,
        "consent": True,
        **{field_key(name): answer for name, answer in answers.questions.items()},
    }


def _emails_in(answers: Answers) -> frozenset[str]:
    """Return the e-mail addresses of an enquiry, those in answers to questions as they were typed too."""
    given = ({answer.text, str(answer.value)} for answer in answers.questions.values())
    return frozenset(text for text in {answers.email}.union(*given) if "@" in text)
