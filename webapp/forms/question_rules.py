"""The rules for each question of a form, and for all its questions together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from webapp.enquiry import AnswerValue
from webapp.forms.answer_targets import target_errors
from webapp.forms.pattern import find_fault
from webapp.forms.question import Question

Fault = tuple[str, str]
"""The key of a question, and the rule that its value breaks."""

PlacedFault = tuple[tuple[int, str], str]
"""The index of a question and its key, and the rule that the value breaks."""


def question_faults(questions: tuple[Question, ...]) -> Iterator[PlacedFault]:
    """Yield every rule that the questions of a form break."""
    for index, question in enumerate(questions):
        faults = (
            *_option_faults(question),
            *_bound_faults(question),
            *_text_faults(question),
            *_target_faults(question),
        )
        for key, rule in faults:
            yield (index, key), rule
    yield from _shared_names(questions)
    yield from _condition_faults(questions)
    yield from _shared_targets(questions)


def _option_faults(question: Question) -> Iterator[Fault]:
    if question.kind.has_options and not question.options:
        yield "options", f"a question of kind {question.kind} needs some"
    if not question.kind.has_options and question.options:
        yield "options", f"a question of kind {question.kind} has none"
    values = [str(option.value) for option in question.options]
    for value in sorted({value for value in values if values.count(value) > 1}):
        yield "options", f"the value {value} appears twice"


def _bound_faults(question: Question) -> Iterator[Fault]:
    bounds = {"min": question.min, "max": question.max}
    faults = [
        (key, rule)
        for key, bound in bounds.items()
        if bound is not None and (rule := question.kind.bound_error(question, bound)) is not None
    ]
    yield from faults
    if faults or question.min is None or question.max is None:
        return  # "today" and "18:00" are both text, but neither is above the other
    if _is_above(question.min, question.max):
        yield "min", "is more than max"


def _is_above(low: Any, high: Any) -> bool:
    try:
        return bool(low > high)
    except TypeError:  # "today", which is not known yet
        return False


def _text_faults(question: Question) -> Iterator[Fault]:
    if question.max_length is not None and not question.kind.is_free_text:
        yield "max_length", f"does not bound a question of kind {question.kind}"
    if (question.pattern is None) != (question.pattern_message is None):
        yield "pattern", "must be given together with pattern_message, which tells the visitor what to type"
    if question.pattern is None:
        return
    if not question.kind.is_free_text:
        yield "pattern", f"is not for a question of kind {question.kind}"
    fault = find_fault(question.pattern)
    if fault is not None:
        yield "pattern", fault


def _target_faults(question: Question) -> Iterator[Fault]:
    if question.to is not None:
        yield from target_errors(question.to, question.kind, [option.value for option in question.options])


def _shared_names(questions: tuple[Question, ...]) -> Iterator[PlacedFault]:
    names = [question.name for question in questions]
    for index, name in enumerate(names):
        if name in names[:index]:
            yield (index, "name"), f"another question is called {name} already"


def _condition_faults(questions: tuple[Question, ...]) -> Iterator[PlacedFault]:
    earlier: dict[str, Question] = {}
    for index, question in enumerate(questions):
        for name, wanted in question.show_when.items():
            asked = earlier.get(name)
            if asked is None:
                yield (index, "show_when"), f"{name} is not an earlier question"
                continue
            possible = asked.kind.possible_answers(asked)
            if possible is None:
                yield (index, "show_when"), f"{name} is not a choice: its kind is {asked.kind}"
                continue
            for rule in _unknown_answers(asked, wanted, possible):
                yield (index, "show_when"), rule
        earlier[question.name] = question


def _unknown_answers(
    asked: Question, wanted: tuple[object, ...], possible: tuple[AnswerValue, ...]
) -> Iterator[str]:
    is_yes_or_no = possible == (True, False)
    there_are = "true and false" if is_yes_or_no else ", ".join(str(answer) for answer in possible)
    known = {str(answer) for answer in possible}
    for value in wanted:
        if str(value) not in known:
            yield f"{value} is not an answer to {asked.name}; there are {there_are}"


def _shared_targets(questions: tuple[Question, ...]) -> Iterator[PlacedFault]:
    for index, question in enumerate(questions):
        for other in questions[:index]:
            if (
                question.target is not None
                and question.target == other.target
                and not _exclude_each_other(question.show_when, other.show_when)
            ):
                yield (
                    (index, "to"),
                    f"{other.name} becomes {question.to} already; show_when must exclude one of them",
                )


def _exclude_each_other(
    one: Mapping[str, tuple[object, ...]], other: Mapping[str, tuple[object, ...]]
) -> bool:
    return any(
        not {str(value) for value in one[name]} & {str(value) for value in other[name]}
        for name in one.keys() & other.keys()
    )
