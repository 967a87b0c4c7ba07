"""Every key of a forms file is found at its line, in every TOML notation."""

from __future__ import annotations

from pathlib import Path

import pytest

from webapp.formfile.reader import FormsFileError, read_forms
from webapp.formfile.toml_lines import TomlLines

TEXT = '''# a comment
top = 1
[forms.weddings]           # another
title = """
two
lines"""
"quoted key" = 1
fields.phone = "hidden"
[forms.weddings.opportunity]
company = { address = { city = "Sydney" } }
customFields = [
  { fieldId = 1, fieldValue = "a" },
  # between
  { fieldId = 2,
    fieldValue = "b" },
]
[[forms.weddings.questions]]
name = "a"
[[forms.weddings.questions]]
name = "b"
[forms.weddings.questions.show_when]
a = 1
[forms.second]
title = "S"
'''

UNKNOWN = "sourceld is not a property of the opportunity: did you mean sourceId?"

LINES = {
    ("top",): 2,
    ("forms",): 3,
    ("forms", "weddings"): 3,
    ("forms", "weddings", "title"): 4,
    ("forms", "weddings", "quoted key"): 7,
    ("forms", "weddings", "fields", "phone"): 8,
    ("forms", "weddings", "opportunity"): 9,
    ("forms", "weddings", "opportunity", "company", "address", "city"): 10,
    ("forms", "weddings", "opportunity", "customFields", 0, "fieldId"): 12,
    ("forms", "weddings", "opportunity", "customFields", 1, "fieldValue"): 15,
    ("forms", "weddings", "questions", 0, "name"): 18,
    ("forms", "weddings", "questions", 1): 19,
    ("forms", "weddings", "questions", 1, "name"): 20,
    ("forms", "weddings", "questions", 1, "show_when", "a"): 22,
    ("forms", "weddings", "questions", "b"): 19,
    ("forms", "weddings", "questions", "b", "show_when", "a"): 22,
    ("forms", "second", "title"): 24,
}


@pytest.mark.parametrize(("path", "line"), LINES.items(), ids=str)
def test_a_key_is_found_at_its_line(path: tuple[str | int, ...], line: int) -> None:
    assert TomlLines(TEXT).line_of(path) == line


def test_a_missing_key_is_located_at_its_nearest_parent() -> None:
    lines = TomlLines(TEXT)
    assert lines.line_of(("forms", "second", "opportunity", "venueId")) == 23
    assert lines.line_of(("forms", "weddings", "questions", 0, "label")) == 17
    assert lines.line_of(("nothing",)) is None


def test_every_fault_is_reported_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "forms.toml"
    file.write_text(
        "[forms.a]\n"
        'title = "A"\n'
        'colour = "red"\n'
        "[forms.a.opportunity]\n"
        "venueId = 107\n"
        "typeId = 18\n"
        "[[forms.a.questions]]\n"
        'name = "q"\n'
        'label = "Q?"\n'
        'kind = "select"\n'
        'to = "sourceld"\n'
    )
    with pytest.raises(FormsFileError) as error:
        read_forms(file)
    assert sorted(str(error.value).splitlines()) == [
        f"  {file}:11: forms.a.questions.0.to: {UNKNOWN}",
        f"  {file}:3: forms.a.colour: is unknown",
    ]
