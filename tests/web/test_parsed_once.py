"""Each answer is parsed once in a request, and what was parsed is what is stored."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import CodeType, FrameType
from typing import Any

import pytest

from tests.support.harness import VISITOR, Venue, form_text
from webapp.enquiry import AnswerValue
from webapp.forms.kinds.email import parse_email
from webapp.forms.kinds.kind import AnswerContext, AskedQuestion
from webapp.forms.kinds.registry import KINDS
from webapp.forms.kinds.tel import parse_phone
from webapp.forms.kinds.text import TextKind
from webapp.languages.years import Today
from webapp.outbox.queries import DeliveryQueries

pytestmark = pytest.mark.engines("sqlite")


class NumberedKind(TextKind):
    """A kind whose value is how many answers were parsed before it."""

    name = "numbered"

    def __init__(self) -> None:
        self.parsed: list[str] = []

    def parse(self, question: AskedQuestion, typed: Sequence[str], context: AnswerContext) -> AnswerValue:
        if "wrong" in typed:
            raise ValueError("Enter something else")
        self.parsed += typed
        return f"{super().parse(question, typed, context)}, number {len(self.parsed)}"


@pytest.fixture
def numbered(venue: Venue, monkeypatch: pytest.MonkeyPatch) -> NumberedKind:
    kind = NumberedKind()
    monkeypatch.setitem(KINDS, kind.name, kind)
    venue.open(form_text({}, {"name": "one", "kind": "numbered"}, {"name": "two", "kind": "numbered"}))
    return kind


@contextmanager
def calls_of(*functions: Callable[..., Any]) -> Iterator[Counter[str]]:
    """Count the calls of functions while a block runs."""
    calls: Counter[str] = Counter()
    wanted: dict[CodeType, str] = {function.__code__: function.__name__ for function in functions}

    def note(frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and frame.f_code in wanted:
            calls[wanted[frame.f_code]] += 1

    sys.setprofile(note)
    try:
        yield calls
    finally:
        sys.setprofile(None)


def test_each_answer_is_parsed_once_and_stored(venue: Venue, numbered: NumberedKind) -> None:
    venue.receive(one="first", two="second")
    assert numbered.parsed == ["first", "second"]
    record = DeliveryQueries(venue.database).show(venue.deliveries()[0].reference)
    assert record is not None
    values = [answer.value for answer in record.enquiry.answers.questions.values()]
    assert values == ["first, number 1", "second, number 2"]


def test_an_answer_is_parsed_once_where_another_is_wrong(venue: Venue, numbered: NumberedKind) -> None:
    assert venue.send(one="first", two="wrong").status_code == 422
    assert numbered.parsed == ["first"]


def test_a_change_parses_each_answer_once_more(venue: Venue, numbered: NumberedKind) -> None:
    receipt = venue.receive(one="first", two="second")
    page = venue.client.page(f"{receipt}/change")
    assert numbered.parsed == ["first", "second"]
    data = {**page.answers(), **page.hidden(), "two": "third"}
    assert venue.client.post(f"{receipt}/change", data=data).status_code == 303
    assert numbered.parsed == ["first", "second", "first", "third"]


def test_the_builtin_fields_are_parsed_once(venue: Venue) -> None:
    venue.open(form_text({}, region="AU"))
    hidden = venue.client.page("/f/form").hidden()
    with calls_of(parse_email, parse_phone, Today.at.__func__) as calls:  # type: ignore[attr-defined]
        data = {**VISITOR, **hidden, "phone": "0412 345 678"}
        assert venue.client.post("/f/form", data=data).status_code == 303
    assert calls == {"parse_email": 1, "parse_phone": 1, "at": 1}
