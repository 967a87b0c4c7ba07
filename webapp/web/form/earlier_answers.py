"""The answers of an enquiry that is changed, as its form takes them up again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from webapp.enquiry import Answer, Answers
from webapp.forms.kind import Kind
from webapp.forms.question import Question
from webapp.languages.language import Language


def builtin_data(answers: Answers) -> dict[str, Any]:
    """Return what the built-in fields hold, by name."""
    return {
        "first_name": answers.first_name,
        "last_name": answers.last_name,
        "email": answers.email,
        "phone": answers.phone.typed if answers.phone else "",
        "company": answers.company,
        "message": answers.message,
        "consent": True,
    }


def question_data(answers: Answers, questions: Iterable[Question], language: Language) -> dict[str, Any]:
    """Return what the fields of questions hold, by the questions' names."""
    by_name = {question.name: question for question in questions}
    return {
        name: _typed(by_name[name], answer, language)
        for name, answer in answers.questions.items()
        if name in by_name
    }


def confirmed_emails(answers: Answers) -> frozenset[str]:
    """Return the e-mail addresses of an enquiry; those in answers to questions as they were typed, too."""
    given = ({answer.text, str(answer.value)} for answer in answers.questions.values())
    return frozenset(text for text in {answers.email}.union(*given) if "@" in text)


def _typed(question: Question, answer: Answer, language: Language) -> Any:
    """Return an answer as a visitor who is spoken to in the language would give it to the page."""
    if isinstance(answer.value, bool):
        return answer.value
    if isinstance(answer.value, tuple):
        return [str(value) for value in answer.value]
    if question.kind in {Kind.SELECT, Kind.RADIO}:
        return str(answer.value)
    if question.kind is Kind.NUMBER and isinstance(answer.value, int | float):
        return language.number(answer.value)
    return question.display_text(answer.value, language) if question.kind is Kind.DATE else answer.text
