"""Converts what was typed when the visitor changes the language, so that numbers and dates stay the same."""

from __future__ import annotations

from webapp.languages.language import Language
from webapp.web.form.enquiry_form import EnquiryForm
from webapp.web.form.question_fields import QuestionField


def convert_answers(form: EnquiryForm, before: Language) -> None:
    """Put what was typed into the form in another language into the form's own."""
    for field in form:
        if isinstance(field, QuestionField):
            field.convert(before)
