"""Step 2: the WTForms form of a form definition; the server's word on what was typed is the only one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final

from wtforms import EmailField, Field, Form, StringField

from webapp.enquiry import Answer, Answers
from webapp.forms.definition import FormDefinition
from webapp.forms.question import Question
from webapp.intake.answering import read_answer
from webapp.intake.contact_details import read_email, read_phone
from webapp.intake.fields import fields_after_questions, fields_before_questions
from webapp.intake.fitting import misfits
from webapp.intake.question_fields import field_of
from webapp.intake.text import clean_line
from webapp.intake.validators import Answered, Readable, told_by

LONGEST_NAME: Final = 80
LONGEST_EMAIL: Final = 254


class EnquiryForm(Form):
    """What every form asks; ``form_of`` adds the rest by the definition."""

    definition: ClassVar[FormDefinition]
    kept: Mapping[str, Answer] = {}
    """The answers to questions that are left out of the page, as a change of an enquiry keeps them."""

    first_name = StringField(
        "First name",
        [Answered("Enter your first name"), Readable("First name", LONGEST_NAME)],
        filters=[clean_line],
        render_kw={"autocomplete": "given-name", "spellcheck": "false"},
    )
    last_name = StringField(
        "Last name",
        [Answered("Enter your last name"), Readable("Last name", LONGEST_NAME)],
        filters=[clean_line],
        render_kw={"autocomplete": "family-name", "spellcheck": "false"},
    )
    email = EmailField(
        "Email address",
        [Answered("Enter your email address"), Readable("Email address", LONGEST_EMAIL), told_by(read_email)],
        filters=[clean_line],
        render_kw={
            "autocomplete": "email",
            "inputmode": "email",
            "autocapitalize": "none",
            "spellcheck": "false",
        },
    )

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Say whether all that is asked is answered well, and the answers go together.

        What is wrong is told at its field, or for the form as a whole.
        """
        super().validate(extra_validators)
        answers = dict(self._question_answers())
        for question in self.definition.asked:
            field = self.field_named(question.name)
            if field is not None and not question.is_asked(_values(answers)):
                field.errors = ()
        if not self.errors:
            for name, what_is_wrong in misfits(self.answers(), self.definition):
                field = self.field_named(name)
                if field is not None:
                    field.errors = [what_is_wrong]
                else:
                    self.form_errors.append(what_is_wrong)
        return not self.errors

    def answers(self) -> Answers:
        """Return the answers of a form that validates."""
        typed: Mapping[str, Any] = self.data
        phone = typed.get("phone")
        return Answers(
            first_name=typed["first_name"],
            last_name=typed["last_name"],
            email=read_email(typed["email"]),
            phone=read_phone(phone, self.definition.region) if phone else None,
            company=typed.get("company") or "",
            message=typed.get("message") or "",
            questions=dict(self._question_answers()),
        )

    def field_named(self, name: str) -> Field | None:
        """Return the field of a name in the page, a question's or a built-in one, or None."""
        return self._fields.get(attribute_of(name)) or self._fields.get(name)

    def summary(self) -> list[tuple[str, str]]:
        """Return what is wrong, each with the id of its first input; without one it is about the whole."""
        of_fields = [(_first_input(field), field.errors[0]) for field in self if field.errors]
        return [*of_fields, *(("", error) for error in self.form_errors)]

    def _question_answers(self) -> Iterator[tuple[str, Answer]]:
        """Yield the answers to the questions that were asked and answered well."""
        answers: dict[str, Answer] = {}
        for question in self.definition.asked:
            answer = self.kept.get(question.name)
            field = self.field_named(question.name)
            if field is not None and not field.errors and question.is_asked(_values(answers)):
                answer = read_answer(question, field.data, self.definition.region)
            if answer is not None:
                answers[question.name] = answer
                yield question.name, answer


def form_of(definition: FormDefinition, left_out: Sequence[Question] = ()) -> type[EnquiryForm]:
    """Return the form class of a definition, its fields in the order of the page."""
    fields: dict[str, Any] = dict(fields_before_questions(definition))
    for index, question in enumerate(definition.asked):
        if question not in left_out:
            fields[attribute_of(question.name)] = field_of(
                question, definition.asked[:index], definition.region
            )
    fields |= dict(fields_after_questions(definition))
    return type("DefinedForm", (EnquiryForm,), {"definition": definition, **fields})


def attribute_of(question: str) -> str:
    """Return under which name the form holds a question's field: one that is nobody else's."""
    return f"asked_{question}"


def _values(answers: Mapping[str, Answer]) -> dict[str, Any]:
    return {name: answer.value for name, answer in answers.items()}


def _first_input(field: Field) -> str:
    return f"{field.id}-0" if field.type in {"RadioField", "SelectMultipleField"} else field.id
