"""What a browser may fill in by itself: the ``autocomplete`` attribute.

The visitor's own fields are one section, and each question is another, since browsers fill in one section at
a time (HTML, "Autofill"). Every section has a name: Firefox adds the fields of named sections to one without.
Every question has the attribute, with one of HTML's own words: otherwise browsers go by name and label, and
put the visitor's city into "City of the wedding".

It is never ``off``: browsers do not restore such a field on going back. Chromium and Firefox lose what was
typed, and WebKit empties the field even where it kept the page.
"""

from __future__ import annotations

from webapp.forms.question import Question


def visitor_autofill(detail: str) -> dict[str, str]:
    """Return the attribute for one of the visitor's own details, such as ``given-name``."""
    return {"autocomplete": f"section-visitor {detail}"}


def question_autofill(question: Question) -> dict[str, str]:
    """Return the attribute for a question; boxes and buttons have none."""
    detail = question.kind.autofill(question)
    return {"autocomplete": f"section-question-{question.name} {detail}"} if detail else {}
