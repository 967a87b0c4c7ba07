"""The forms as they are shown to a visitor: each in the visitor's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any

from flask import abort, request

from webapp.forms.definition import FormDefinition
from webapp.forms.question import Question
from webapp.languages.language import (
    Language,
    LanguageTag,
    get_language,
    negotiate_language,
    supported_language,
)
from webapp.web.form.enquiry_form import EnquiryForm, make_form
from webapp.web.request_body import longest_body


@dataclass(frozen=True, slots=True)
class LocalizedForm:
    """A form in one language: its texts, the language, and the WTForms form that asks in it.

    ``max_body`` is how many bytes may be sent by it. ``others`` are the other languages of its texts.
    ``in_addresses`` are the parameters that keep the language in the addresses that a page leads to; there
    are none where the browser is answered in it anyway.
    """

    definition: FormDefinition
    language: Language
    form_class: type[EnquiryForm]
    max_body: int
    others: tuple[Language, ...] = ()
    in_addresses: Mapping[str, Any] = field(default_factory=dict)


class LocalizedForms:
    """The forms by slug, in every language.

    Args:
        forms: the forms by slug.
        left_out: which questions of a form are not asked.
    """

    def __init__(
        self,
        forms: Mapping[str, FormDefinition],
        left_out: Callable[[FormDefinition], Sequence[Question]] = lambda _: (),
    ) -> None:
        self._forms = dict(forms)
        self._languages = {slug: form.languages for slug, form in forms.items()}
        self._localized = {
            (slug, tag): _localize(form, tag, left_out(form))
            for slug, form in forms.items()
            for tag in self._languages[slug]
        }
        self.max_body = max(form.max_body for form in self._localized.values())

    def __contains__(self, slug: str) -> bool:
        return slug in self._forms

    def find(self, slug: str, before: str = "") -> LocalizedForm:
        """Return a form in the language of the request.

        That is what the address asks for, then ``before``, the tag of the language in which the visitor was
        spoken to, then the form's own, then what the browser prefers.

        Raises:
            NotFound: there is no such form.
        """
        if slug not in self._forms:
            abort(HTTPStatus.NOT_FOUND)
        form = self._forms[slug]
        accepted = (tag for tag, quality in request.accept_languages if quality > 0)
        usual = form.lang or negotiate_language(accepted, self._languages[slug])
        wanted = (supported_language(request.args.get("lang")), supported_language(before))
        tag = next((tag for tag in wanted if (slug, tag) in self._localized), None) or usual
        return replace(self._localized[slug, tag], in_addresses={} if tag == usual else {"lang": tag})


def _localize(form: FormDefinition, tag: LanguageTag, left_out: Sequence[Question]) -> LocalizedForm:
    definition, language = form.in_language(tag), get_language(tag, form.region)
    others = tuple(get_language(other) for other in form.languages if other != tag)
    return LocalizedForm(
        definition,
        language,
        make_form(definition, language, left_out),
        longest_body(definition),
        others if form.is_translated else (),
    )
