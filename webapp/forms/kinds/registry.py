"""Every kind of question. A new one is a module in this folder and a row here."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any, Final

from webapp.forms.kinds.checkbox import CheckboxKind
from webapp.forms.kinds.checkboxes import CheckboxesKind
from webapp.forms.kinds.date import DateKind
from webapp.forms.kinds.email import EmailKind
from webapp.forms.kinds.kind import Kind
from webapp.forms.kinds.number import NumberKind
from webapp.forms.kinds.radio import RadioKind
from webapp.forms.kinds.select import SelectKind
from webapp.forms.kinds.tel import TelKind
from webapp.forms.kinds.text import TextKind
from webapp.forms.kinds.textarea import TextareaKind
from webapp.forms.kinds.time import TimeKind
from webapp.platform.opportunity import PropertyType

_ROWS: Final[tuple[Kind, ...]] = (
    TextKind(),
    TextareaKind(),
    EmailKind(),
    TelKind(),
    NumberKind(),
    DateKind(),
    TimeKind(),
    SelectKind(),
    RadioKind(),
    CheckboxesKind(),
    CheckboxKind(),
)

KINDS: Final[dict[str, Kind]] = {kind.name: kind for kind in _ROWS}
"""The kinds by name, in the order of the documentation and of error messages."""

DEFAULT_KIND: Final = "text"


def find_kind(name: object) -> Kind:
    """Return the kind of a name.

    Raises:
        ValueError: there is none; the message lists the names.
    """
    if isinstance(name, str) and name in KINDS:
        return KINDS[name]
    *names, last = (repr(name) for name in KINDS)
    raise ValueError(f"Input should be {', '.join(names)} or {last}")


def kinds_for(holds: PropertyType) -> tuple[Kind, ...]:
    """Return the kinds whose answers a property of this type takes."""
    return tuple(kind for kind in KINDS.values() if kind.fills(holds))


def bound_types() -> dict[str, Any]:
    """Return what a bound of any kind may be: the words for an error message, each with its type."""
    merged: dict[str, Any] = {}
    for kind in KINDS.values():
        for words, bound in kind.bound_types:
            merged.setdefault(words, bound)
    return merged


def bound_type() -> Any:
    """Return the type of a bound of any kind."""
    return reduce(or_, bound_types().values())
