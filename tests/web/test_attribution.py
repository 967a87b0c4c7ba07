"""Reading the campaign of a link, its referrer and its landing page."""

import pytest

from webapp.enquiry import ATTRIBUTION_PARAMETERS
from webapp.web.attribution import (
    MAX_CARRIED,
    carried_address,
    carried_parameters,
    parse_attribution,
)


def test_every_utm_parameter_and_click_id_is_read() -> None:
    assert set(ATTRIBUTION_PARAMETERS) == {
        *("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "utm_id"),
        *("utm_source_platform", "utm_creative_format", "utm_marketing_tactic"),
        *("gclid", "gbraid", "wbraid", "dclid", "fbclid", "msclkid", "ttclid", "twclid", "li_fat_id"),
    }
    pairs = [(name, f"value of {name}") for name in ATTRIBUTION_PARAMETERS]
    assert parse_attribution(pairs, "", "").parameters == dict(pairs)


def test_the_first_non_empty_value_wins() -> None:
    pairs = [("utm_source", ""), ("utm_source", " "), ("utm_source", "google"), ("utm_source", "bing")]
    assert carried_parameters(pairs) == {"utm_source": "google"}


@pytest.mark.parametrize("name", ["UTM_Source", "Utm_source", " utm_source", "amp;utm_source"])
def test_odd_spellings_of_parameter_names_are_accepted(name: str) -> None:
    assert carried_parameters([(name, "google")]) == {"utm_source": "google"}


def test_unknown_parameters_are_ignored() -> None:
    assert carried_parameters([("id", "1"), ("venueId", "2"), ("utm_nonsense", "3")]) == {}


def test_values_are_kept_verbatim() -> None:
    value = " Spring  Sale/{keyword}%20🌸 "
    assert parse_attribution([("utm_campaign", value)], "", "").parameters["utm_campaign"] == value


def test_a_too_long_utm_value_is_cut_and_noted() -> None:
    attribution = parse_attribution([("utm_term", "x" * 300), ("utm_medium", "y" * 255)], "", "")
    assert attribution.parameters == {"utm_medium": "y" * 255, "utm_term": "x" * 255}
    assert attribution.notes == ("utm_term was cut: 300 characters, and 255 is the most",)


def test_a_too_long_click_id_is_dropped_and_noted() -> None:
    attribution = parse_attribution([("gclid", "x" * 1025), ("fbclid", "y" * 1024)], "", "")
    assert attribution.parameters == {"fbclid": "y" * 1024}
    assert attribution.notes == ("gclid was dropped: 1025 characters, and 1024 is the most",)


def test_oversized_values_are_read_only_up_to_a_limit() -> None:
    pairs = [("utm_term", "x" * 60_000), ("utm_term", "second"), ("gclid", "y" * 60_000), ("z" * 60_000, "x")]
    assert {name: len(value) for name, value in carried_parameters(pairs).items()} == {
        "utm_term": MAX_CARRIED,
        "gclid": MAX_CARRIED,
    }
    assert len(carried_address("https://a.example/" + "x" * 60_000)) == MAX_CARRIED


def test_nul_characters_are_stripped_before_storing() -> None:
    attribution = parse_attribution(
        [("utm_source", "goo\x00gle")], "https://a.example/\x00", "https://b.example/"
    )
    assert attribution.parameters == {"utm_source": "google"}
    assert attribution.referrer == "https://a.example/"
    assert attribution.landing_address == "https://b.example/"
