"""A fault is a value: a sentence for people, a record for programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from webapp.faults import Fault, FaultsError, Source

SENTENCES = {
    "/srv/.env:3: PORT: is empty: give it": Fault(
        Path("/srv/.env"), "is empty", "give it", ("PORT",), line=3
    ),
    "/srv/.env: cannot be read": Fault(Path("/srv/.env"), "cannot be read"),
    "PORT: is missing": Fault(Source.ENVIRONMENT, "is missing", path=("PORT",)),
    "/srv/f.toml:9: forms.a.questions.0.to: is unknown": Fault(
        Path("/srv/f.toml"), "is unknown", path=("forms", "a", "questions", 0, "to"), form="a", line=9
    ),
    "there is none yet: make one": Fault(Source.DATABASE, "there is none yet", "make one"),
}


@pytest.mark.parametrize(("sentence", "fault"), SENTENCES.items(), ids=SENTENCES.keys())
def test_a_sentence_has_source_key_rule_and_remedy(sentence: str, fault: Fault) -> None:
    assert str(fault) == sentence


def test_a_record_has_the_same_keys_for_every_fault() -> None:
    assert len({tuple(fault.as_record()) for fault in SENTENCES.values()}) == 1


def test_a_file_is_absolute_in_sentence_and_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    fault = Fault(Path("forms.toml"), "is not TOML")
    assert str(fault).startswith(f"{tmp_path}/forms.toml: ")
    assert fault.as_record()["source"] == f"{tmp_path}/forms.toml"


def test_an_exception_lists_every_fault_on_its_own_line() -> None:
    error = FaultsError([Fault(Source.CLOCK, "is off"), Fault(Source.PLATFORM, "is away")])
    assert str(error) == "  is off\n  is away"
