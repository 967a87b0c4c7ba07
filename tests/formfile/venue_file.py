"""A forms file of a venue: written and read, or refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from webapp.formfile.reader import Forms, FormsFileError, read_forms


def read(folder: Path, text: str) -> Forms:
    path = folder / "venue-forms.toml"
    path.write_text(text, encoding="utf-8")
    return read_forms(path)


def placed_faults(folder: Path, text: str) -> list[str]:
    """Return the faults told, each led by its line; the file's name must lead each of them."""
    with pytest.raises(FormsFileError) as error:
        read(folder, text)
    lead = re.compile(rf"  {re.escape(str(folder / 'venue-forms.toml'))}(:\d+)?: ")
    lines = str(error.value).split("\n")
    assert all(lead.match(line) for line in lines), lines
    return [lead.sub(lambda led: f"{led[1][1:]}: " if led[1] else "", line) for line in lines]


def faults(folder: Path, text: str) -> list[str]:
    """Return the faults told, without their lines."""
    return [re.sub(r"^\d+: ", "", line) for line in placed_faults(folder, text)]
