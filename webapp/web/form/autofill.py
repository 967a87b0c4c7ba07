"""What a browser may fill in by itself: the ``autocomplete`` of every field that can be typed or chosen in.

The visitor's own fields are one section, and each question is another, since HTML lets a browser fill in one
section at a time (HTML, "Autofill"). A section without a name would not do: Firefox counts fields of a named
one towards it. Nor would a question without the attribute, or with a word of ours in it: browsers then go by
its name and label, and take "City of the wedding" for the visitor's.

It is never ``off``. What is typed into such a field is lost on going back: Chromium and Firefox do not bring
it back, and WebKit empties it even where the page itself was kept.
"""

from __future__ import annotations

from webapp.forms.question import Question


def of_visitor(detail: str) -> dict[str, str]:
    """Return the attribute of a field for a detail of the visitor's own, such as ``given-name``."""
    return {"autocomplete": f"section-visitor {detail}"}


def of_question(question: Question) -> dict[str, str]:
    """Return the attribute of a question's field; there is none on boxes and buttons."""
    detail = question.kind.autofill(question)
    return {"autocomplete": f"section-question-{question.name} {detail}"} if detail else {}
