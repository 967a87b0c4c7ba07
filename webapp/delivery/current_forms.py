"""Makes opportunities by the forms file as it is when a delivery is due."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from webapp.enquiry import Enquiry
from webapp.forms.definition import FormDefinition
from webapp.forms.mapping import PropertyValueError, build_opportunity
from webapp.forms.opportunity_diff import update_between
from webapp.outbox.amendments import AmendmentBase
from webapp.outbox.serialization import Unreadable
from webapp.platform.opportunity import Opportunity
from webapp.platform.rules import broken_rules


class UnmappableEnquiryError(Exception):
    """No opportunity can be made of an enquiry until a person steps in; the message says why."""


@dataclass(frozen=True, slots=True)
class CurrentForms:
    """Makes opportunities by the forms file as it is at the moment of the call.

    ``forms`` returns the forms of that moment. ``public_url`` is the address that they are served at, for
    those with ``external_ref``.
    """

    forms: Callable[[], Mapping[str, FormDefinition]]
    public_url: str | None = None

    def build_opportunity(self, enquiry: Enquiry) -> Opportunity:
        """Return the opportunity to add for an enquiry.

        Raises:
            UnmappableEnquiryError: its form is no longer in the forms file, or cannot take its answers.
        """
        form = self._form(enquiry)
        return _checked(self._map(enquiry, form), form)

    def build_update(self, enquiry: Enquiry, base: AmendmentBase | None) -> Opportunity | None:
        """Return what an amendment changes in an opportunity, or None when that is nothing.

        Raises:
            UnmappableEnquiryError: its form is no longer in the forms file, or cannot take its answers; an
                earlier version cannot be read; or there is no opportunity, or its venue is not known.
        """
        if base is None:
            raise UnmappableEnquiryError("There is no opportunity to change: its enquiry was not delivered")
        form = self._form(enquiry)
        if isinstance(base.versions, Unreadable):
            raise UnmappableEnquiryError(base.versions.reason)
        if isinstance(base.in_doubt, Unreadable):
            raise UnmappableEnquiryError(base.in_doubt.reason)
        if isinstance(base.added_request, Unreadable):
            raise UnmappableEnquiryError(base.added_request.reason)
        *earlier, last = base.versions
        before = [self._map(version, form, earlier) for version in (last, *base.in_doubt)]
        # The update is made of whole groups of these properties, so it breaks no rule that they keep.
        after = _checked(self._map(enquiry, form, (*base.versions, *base.in_doubt)), form)
        venue_id = (base.added_request or {}).get("venueId") or before[0].venue_id
        if venue_id is None:
            raise UnmappableEnquiryError("The opportunity's venue is not known: change it on the platform")
        return update_between(before, after, base.opportunity_id, venue_id)

    def _map(self, enquiry: Enquiry, form: FormDefinition, earlier: Sequence[Enquiry] = ()) -> Opportunity:
        try:
            return build_opportunity(enquiry, form, self.public_url, earlier)
        except PropertyValueError as error:
            raise UnmappableEnquiryError(
                f"The form as it is now cannot take the answers ({error}): correct the form, then retry"
            ) from error

    def _form(self, enquiry: Enquiry) -> FormDefinition:
        form = self.forms().get(enquiry.form)
        if form is None:
            raise UnmappableEnquiryError(
                f"The form {enquiry.form!r} is not in the forms file: add it again, then retry"
            )
        return form


def _checked(opportunity: Opportunity, form: FormDefinition) -> Opportunity:
    """Return an opportunity that keeps the rules; the form may have changed since it took the answers."""
    broken = broken_rules(opportunity, referral_source=form.is_referral(opportunity.source_id))
    if broken:
        raise UnmappableEnquiryError(f"Not sent: {'; '.join(map(str, broken))}")
    return opportunity
