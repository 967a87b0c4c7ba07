"""The forms as they are offered to a visitor: each in the language that the visitor is spoken to in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any

from flask import abort, request

from webapp.forms.definition import FormDefinition
from webapp.forms.question import Question
from webapp.languages.language import Language, LanguageTag, get_language, supported_language
from webapp.web.form.enquiry_form import EnquiryForm, make_form


@dataclass(frozen=True, slots=True)
class LocalizedForm:
    """A form in one language: its texts, the language, and the WTForms form that asks in it.

    ``in_addresses`` is what keeps the language in the addresses that a page leads to, where the browser would
    not by itself be spoken to in it. ``others`` are the languages that its texts stand in besides.
    """

    definition: FormDefinition
    language: Language
    form_class: type[EnquiryForm]
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
        self._forms = forms
        self._offered = {
            (slug, tag): _offered(form, tag, left_out(form))
            for slug, form in forms.items()
            for tag in form.languages
        }

    def __contains__(self, slug: str) -> bool:
        return slug in self._forms

    def __iter__(self) -> Iterator[FormDefinition]:
        return iter(self._forms.values())

    def find(self, slug: str, before: str = "") -> LocalizedForm:
        """Return a form in the language of the request.

        ``before`` is a language that the visitor was spoken to in.

        Raises:
            NotFound: there is no such form.
        """
        if slug not in self._forms:
            abort(HTTPStatus.NOT_FOUND)
        accepted = [tag for tag, quality in request.accept_languages if quality > 0]
        usual = self._forms[slug].language_for(None, accepted)
        asked = supported_language(request.args.get("lang"))
        asked = asked if asked in self._forms[slug].languages else None
        tag = self._forms[slug].language_for(asked or before, accepted)
        return replace(self._offered[slug, tag], in_addresses={} if tag == usual else {"lang": tag})


def _offered(form: FormDefinition, tag: LanguageTag, left_out: Sequence[Question]) -> LocalizedForm:
    definition, language = form.in_language(tag), get_language(tag, form.region)
    others = tuple(get_language(each) for each in form.languages if each != tag) if form.is_translated else ()
    return LocalizedForm(definition, language, make_form(definition, language, left_out), others)
