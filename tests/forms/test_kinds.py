"""A kind of question is one module and one registry row; no other module checks for a kind by name."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from datetime import UTC, datetime

import pytest

from tests.support.processes import PROJECT
from webapp.enquiry import Answer
from webapp.forms import kinds
from webapp.forms.kinds.kind import AnswerContext, Kind
from webapp.forms.kinds.registry import KINDS
from webapp.forms.question import Question
from webapp.languages.language import LANGUAGES, LanguageTag, get_language
from webapp.languages.years import Today
from webapp.platform.opportunity import PropertyType

TODAY = Today.at(datetime(2027, 5, 31, 12, tzinfo=UTC))
WEBAPP = PROJECT / "webapp"
ELSEWHERE = [
    path
    for path in sorted(WEBAPP.rglob("*.py"))
    if WEBAPP / "forms" / "kinds" not in path.parents
    and WEBAPP / "sandbox" not in path.parents
    and "DeliveryKind" not in path.read_text(encoding="utf-8")
]
"""The modules that could ask for a kind of question; a few know the kinds of deliveries instead."""


def asking(kind: Kind) -> Question:
    options = [{"value": 1, "label": "One"}, {"value": 2, "label": "Two"}] if kind.has_options else []
    return Question(name="asked", label="What?", kind=kind.name, options=options)


@pytest.mark.parametrize("kind", KINDS.values(), ids=str)
def test_every_registered_kind_is_complete(kind: Kind) -> None:
    macros = re.findall(r"macro (\w+)\(field, is_last\)", (PROJECT / "templates/fields.html").read_text())
    assert kind.macro in macros
    assert "%(question)s" in kind.missing
    assert kind.fills(PropertyType.MIXED)
    assert kind.property_types
    assert f"`{kind}`" in (PROJECT / "docs/forms.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS.values(), ids=str)
def test_a_retyped_answer_has_the_same_value(kind: Kind, tag: LanguageTag) -> None:
    question, context = asking(kind), AnswerContext(get_language(tag, "AU"), TODAY)
    value = kind.sample(question)
    answer = Answer("What?", value, question.display_text(value, context.language))
    typed = kind.retype(question, answer, context.language)
    again = question.parse(kind.clean(question, typed), context)
    assert again is not None
    assert again.value == value


@pytest.mark.parametrize("before", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS.values(), ids=str)
def test_a_converted_answer_has_the_same_value(kind: Kind, before: LanguageTag) -> None:
    question, context = asking(kind), AnswerContext(get_language("ar", "EG"), TODAY)
    value, earlier = kind.sample(question), get_language(before, "EG")
    answer = Answer("What?", value, question.display_text(value, earlier))
    typed = kind.convert(question, kind.retype(question, answer, earlier), earlier, context)
    again = question.parse(typed, context)
    assert again is not None
    assert again.value == value


def test_every_defined_kind_is_registered() -> None:
    for module in pkgutil.iter_modules(kinds.__path__, f"{kinds.__name__}."):
        for thing in vars(importlib.import_module(module.name)).values():
            is_kind = isinstance(thing, type) and issubclass(thing, Kind)
            if is_kind and not thing.__abstractmethods__:
                assert type(KINDS[thing.name]) is thing, thing


@pytest.mark.parametrize("missing", ["name", "macro", "property_types", "clean", "parse", "sample"])
def test_an_incomplete_kind_cannot_be_registered(missing: str) -> None:
    whole = type(KINDS["number"])
    part = type("Part", (whole,), {missing: getattr(Kind, missing)})
    with pytest.raises(TypeError, match=f"abstract method '?{missing}"):
        part()


def test_no_other_module_checks_for_a_kind_by_name() -> None:
    asked = [
        f"{path.relative_to(WEBAPP)}: {ast.unparse(node)}"
        for path in ELSEWHERE
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if _asks_for_a_kind(node)
    ]
    assert asked == []


@pytest.mark.parametrize(
    "code",
    [
        "question.kind is Kind.DATE",
        "question.kind.name in {'date', 'time'}",
        "kind == 'date'",
        "READERS[question.kind]",
        "READERS.get(question.kind.name)",
        "isinstance(question.kind, DateKind)",
    ],
)
def test_checking_for_a_kind_by_name_is_detected(code: str) -> None:
    assert any(map(_asks_for_a_kind, ast.walk(ast.parse(code))))


def _asks_for_a_kind(node: ast.AST) -> bool:
    match node:
        case ast.Compare(left, _, comparators):
            both = [left, *comparators]
            named = {
                str(part.value) for one in both for part in ast.walk(one) if isinstance(part, ast.Constant)
            }
            return any(_is_kind(one) for one in both) and (
                any(isinstance(one, ast.Attribute) for one in both) or bool(named & KINDS.keys())
            )
        case ast.Subscript(_, key):
            return _is_kind(key) and isinstance(key, ast.Attribute)
        case ast.Call(ast.Attribute(_, "get"), [key, *_]):
            return _is_kind(key) and isinstance(key, ast.Attribute)
        case ast.Call(ast.Name("isinstance"), [value, _]):
            return _is_kind(value) and isinstance(value, ast.Attribute)
    return False


def _is_kind(node: ast.AST) -> bool:
    return ast.unparse(node).removesuffix(".name").rpartition(".")[2] == "kind"
