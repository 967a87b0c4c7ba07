"""Finding a property by its name, and setting its value."""

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
def test_a_name_gives_a_propertys_path_and_type(name: str, holds: PropertyType) -> None:
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
def test_an_unusable_name_is_refused_with_the_alternatives(name: str, fault: str) -> None:
    with pytest.raises(UnknownPropertyError) as error:
        find_property(name)
    assert str(error.value) == fault


def test_an_object_is_refused_with_its_properties_names() -> None:
    with pytest.raises(UnknownPropertyError) as error:
        find_property("company.address")
    message = str(error.value)
    assert message.startswith(
        "company.address is an object: name one of its properties, company.address.line1, "
    )
    assert message.endswith(", company.address.postalCode")


def test_setting_a_value_replaces_the_one_at_its_path() -> None:
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


def test_every_property_has_a_description() -> None:
    listed = list(properties())
    assert len(listed) == 34
    assert all(holds and purpose for _, holds, purpose in listed)
