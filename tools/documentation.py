"""Writes the table of properties into docs/forms.md, from the code: ``make docs``."""

from __future__ import annotations

import re

from tests.support.processes import PROJECT
from webapp.forms.kinds.registry import kinds_for
from webapp.platform.opportunity import PropertyType
from webapp.platform.properties import properties

FILE = PROJECT / "docs" / "forms.md"
BETWEEN = re.compile(r"(<!-- properties -->\n).*(<!-- end of properties -->)", re.DOTALL)


def table() -> str:
    """Return the table of every property that a form can set or ask for."""
    rows = ["| property | holds | a question of kind | what it is |", "| --- | --- | --- | --- |"]
    for name, holds, purpose in properties():
        if name != "id":
            rows.append(f"| `{name}` | {holds} | {_asked_by(name, holds)} | {purpose} |")
    return "\n".join(rows) + "\n"


def _asked_by(name: str, holds: str) -> str:
    if name == "description":
        return "any, listed with the answers"
    if name == "externalUrls":
        return f"{_kinds(PropertyType.URL)}, to `externalUrls.REF`"
    if holds == "array":
        return f"any, to `{name}.ID`"
    if holds == "object":
        example = "businessName" if name.lower().endswith("company") else "firstName"
        return f"to one of its properties, like `{name}.{'phone' if name == 'contact' else example}`"
    return _kinds(PropertyType(holds))


def _kinds(holds: PropertyType) -> str:
    return " ".join(f"`{kind}`" for kind in kinds_for(holds))


def written(text: str) -> str:
    """Return the documentation with an up-to-date table."""
    return BETWEEN.sub(lambda found: f"{found[1]}\n{table()}\n{found[2]}", text)


if __name__ == "__main__":
    FILE.write_text(written(FILE.read_text(encoding="utf-8")), encoding="utf-8")
