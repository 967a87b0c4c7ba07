"""A fault of the settings as a value, told as text or as a finding."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SettingFault:
    """What is wrong: ``place`` is a variable, or a file and its line; never a word of a secret."""

    place: str
    message: str
    what_to_do: str | None = None

    def __str__(self) -> str:
        remedy = f": {self.what_to_do}" if self.what_to_do else ""
        return f"{self.place}: {self.message}{remedy}"
