"""Writing a forms file, and reading its forms or its faults."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from webapp.formfile.reader import Forms, FormsFileError, read_forms


def read(folder: Path, text: str) -> Forms:
    path = folder / "venue-forms.toml"
    path.write_text(text, encoding="utf-8")
    return read_forms(path)


def faults_with_lines(folder: Path, text: str) -> list[str]:
    """Return the reported faults with their lines, checking that each names the file."""
    with pytest.raises(FormsFileError) as error:
        read(folder, text)
    lead = re.compile(rf"  {re.escape(str(folder / 'venue-forms.toml'))}(:\d+)?: ")
    lines = str(error.value).split("\n")
    assert all(lead.match(line) for line in lines), lines
    return [lead.sub(lambda led: f"{led[1][1:]}: " if led[1] else "", line) for line in lines]


def faults(folder: Path, text: str) -> list[str]:
    """Return the reported faults, without their lines."""
    return [re.sub(r"^\d+: ", "", line) for line in faults_with_lines(folder, text)]
