"""The two example requests of "Add or Update Opportunity", verbatim."""

from __future__ import annotations

from typing import Final

ADD_OPPORTUNITY: Final = """
{
  "venueId": "107",
  "name": "Lead By API",
  "company" : {
        "businessName": "Business Name",
      "updateIfExists": true
  },
  "contact" : {
      "firstName" : "First",
      "lastName" : "Last",
      "email" : "email8@email.com",
      "updateIfExists" : true
  },
  "typeId": "18",
  "sourceId": "25",
  "stageId": "69",
  "industryId": "77",
  "stageReasonId": "127",
  "closedDate": "2017-05-05",
  "referralCompany": {
        "businessName": "Business",
        "primaryContact": {
            "firstName": "Test",
            "lastName": "Test",
            "email": "Test@gmail.com"
        }
    },
    "referralContact": {
        "firstName": "Test",
        "lastName": "Test",
        "email": "Test@gmail.com"
    }
}
"""

UPDATE_OPPORTUNITY: Final = """
{
  "id": 755,
  "venueId": "107",
  "name": "Updated Name"
}
"""
