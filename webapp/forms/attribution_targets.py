"""Which properties of the opportunity the campaign and the rest of the attribution become."""

from __future__ import annotations

from typing import Final

from webapp.enquiry import ATTRIBUTION_PARAMETERS

UTM_PROPERTIES: Final = {
    "utm_source": "utmSource",
    "utm_medium": "utmMedium",
    "utm_campaign": "utmCampaign",
    "utm_term": "utmTerm",
    "utm_content": "utmContent",
}
"""The campaign parameters that the opportunity has a property for."""

MAPPED_ATTRIBUTION: Final = (
    *(name for name in ATTRIBUTION_PARAMETERS if name not in UTM_PROPERTIES),
    "referrer",
    "landing_address",
)
"""What else of the attribution a form may send to a property."""
