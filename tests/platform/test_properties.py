"""A property is found by its name, and a value put in its place."""

from typing import Any

import pytest

from webapp.platform.opportunity import PropertyType
from webapp.platform.properties import UnknownPropertyError, find_property, properties, put


@pytest.mark.parametrize(
    ("name", "holds"),
    [
        ("typeId", PropertyType.INTEGER),
        ("subtypeId", PropertyType.INTEGER),
        ("utmContent", PropertyType.TEXT),
        ("closedDate", PropertyType.DATE),
        ("customFields.12", PropertyType.MIXED),
        ("contact.phone", PropertyType.TEXT),
        ("contact.email", PropertyType.EMAIL),
        ("contact.customFields.33", PropertyType.MIXED),
        ("contact.groups", PropertyType.GROUPS),
        ("contact.companies", PropertyType.INTEGERS),
        ("contact.status", PropertyType.INTEGER),
        ("contact.privacyConsent", PropertyType.BOOLEAN),
        ("company.website", PropertyType.TEXT),
        ("company.address.city", PropertyType.TEXT),
        ("company.primaryContact.email", PropertyType.EMAIL),
        ("externalUrls.plan", PropertyType.URL),
    ],
)
def test_a_name_says_where_a_property_stands_and_what_it_holds(name: str, holds: PropertyType) -> None:
    found = find_property(name)
    assert (str(found), found.type) == (name, holds)


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("typeid", "typeid is not a property of the opportunity: did you mean typeId?"),
        ("guests", "guests is not a property of the opportunity"),
        ("contact.fone", "contact.fone is not a property of the opportunity: did you mean phone?"),
        ("typeId.18", "typeId is one value: it has no properties of its own"),
        (
            "contact.groups.1",
            "contact.groups is one value: it has no properties of its own",
        ),
        ("customFields", "customFields is a list: name one entry by its fieldId, like customFields.12"),
        ("customFields.date", "customFields is a list: name one entry by its fieldId, like customFields.12"),
        ("customFields.1.2", "customFields is a list: name one entry by its fieldId, like customFields.12"),
        ("externalUrls", "externalUrls is a list: name one entry by its ref, like externalUrls.plan"),
        ("", " is not a property of the opportunity"),
    ],
)
def test_a_name_that_holds_no_one_value_is_refused_with_what_there_is(name: str, fault: str) -> None:
    with pytest.raises(UnknownPropertyError) as error:
        find_property(name)
    assert str(error.value) == fault


def test_an_object_is_refused_with_the_names_of_its_properties() -> None:
    with pytest.raises(UnknownPropertyError) as error:
        find_property("company.address")
    told = str(error.value)
    assert told.startswith(
        "company.address is an object: name one of its properties, company.address.line1, "
    )
    assert told.endswith(", company.address.postalCode")


def test_a_value_is_put_where_the_platform_reads_it_and_takes_the_place_of_what_stood_there() -> None:
    document: dict[str, Any] = {"customFields": [{"fieldId": "12", "fieldValue": "old"}]}
    for name, value in {
        "typeId": 18,
        "company.address.city": "Sydney",
        "customFields.12": "2027-01-01",
        "customFields.14": 80,
        "contact.customFields.33": "French",
        "externalUrls.plan": "https://example.com/plan",
    }.items():
        put(document, find_property(name), value)
    assert document == {
        "typeId": 18,
        "company": {"address": {"city": "Sydney"}},
        "customFields": [{"fieldId": "12", "fieldValue": "2027-01-01"}, {"fieldId": 14, "fieldValue": 80}],
        "contact": {"customFields": [{"fieldId": 33, "value": "French"}]},
        "externalUrls": [{"ref": "plan", "url": "https://example.com/plan"}],
    }


def test_every_property_of_the_opportunity_says_what_it_is_for() -> None:
    told = list(properties())
    assert len(told) == 34
    assert all(holds and purpose for _, holds, purpose in told)
