"""A forms file is accepted as a whole, or refused with every fault by file, key and rule."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest

from tests.formfile.forms_file import faults, read
from webapp.formfile.current import FormsFile
from webapp.formfile.reader import FormsFileError, read_forms
from webapp.forms.definition import FieldRule

IDS: Final = "venueId = 107\ntypeId = 18\nsourceId = 25\n"
FORM: Final = f'[forms.weddings]\ntitle = "Plan your wedding"\n[forms.weddings.opportunity]\n{IDS}'


def form(*, top: str = 'title = "Plan your wedding"', opportunity: str = IDS, slug: str = "weddings") -> str:
    return f"[forms.{slug}]\n{top}\n[forms.{slug}.opportunity]\n{opportunity}\n"


# What is read


def test_a_minimal_form_has_the_defaults(tmp_path: Path) -> None:
    only = read(tmp_path, FORM)["weddings"]
    assert (only.slug, only.title, only.intro, only.submit) == (
        "weddings",
        "Plan your wedding",
        "",
        None,
    )
    assert only.thanks is None
    assert (only.consent, only.thanks_url, only.region, only.allowed_origins) == (None, None, None, ())
    assert (only.fields.phone, only.fields.company, only.fields.message) == (FieldRule.OPTIONAL,) * 3
    assert only.opportunity.as_json() == {"venueId": 107, "typeId": 18, "sourceId": 25}


def test_a_form_can_set_every_key(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text("<svg/>", encoding="utf-8")
    whole = read(
        tmp_path,
        """
        [forms.weddings]
        lang = "en"
        title = "Plan your wedding at Harbour Hall"
        intro = "Tell us about your day."
        submit = "Ask"
        consent = "Harbour Hall may contact me about this enquiry."
        thanks = "We will call you."
        thanks_url = "https://www.harbourhall.example/thanks"
        contact = "Call 02 5550 1234."
        region = "au"
        time_zone = "Australia/Sydney"
        allowed_origins = ["https://www.harbourhall.example", "http://localhost:8080"]
        external_ref = true
        [forms.weddings.theme]
        accent = "#7A1F3D"
        background = { light = "#fff", dark = "#111" }
        radius = "4px"
        font = "Georgia, serif"
        logo = "logo.svg"
        logo_alt = "Harbour Hall"
        [forms.weddings.fields]
        phone = "required"
        company = "hidden"
        message = "optional"
        [forms.weddings.opportunity]
        venueId = 107
        typeId = "18"
        sourceId = 25
        stageId = 69
        name = "{first_name} {last_name} {email} {phone} {company} {{as told}} {form_title}"
        closedDate = 2026-12-31
        customFields = [{ fieldId = 36, fieldValue = "by form" }]
        externalUrls = [{ ref = "site", url = "https://www.harbourhall.example" }]
        """,
    )["weddings"]
    assert whole.model_dump(mode="json", exclude={"opportunity"}) == {
        "lang": "en",
        "slug": "weddings",
        "title": "Plan your wedding at Harbour Hall",
        "intro": "Tell us about your day.",
        "submit": "Ask",
        "consent": "Harbour Hall may contact me about this enquiry.",
        "thanks": "We will call you.",
        "thanks_url": "https://www.harbourhall.example/thanks",
        "contact": "Call 02 5550 1234.",
        "region": "AU",
        "time_zone": "Australia/Sydney",
        "allowed_origins": ["https://www.harbourhall.example", "http://localhost:8080"],
        "external_ref": True,
        "amend_for": 24.0,
        "referral_sources": [],
        "questions": [],
        "attribution": {},
        "theme": {
            "accent": {"light": "#7a1f3d", "dark": None},
            "background": {"light": "#fff", "dark": "#111"},
            "radius": "4px",
            "font": "Georgia, serif",
            "logo": "logo.svg",
            "logo_alt": "Harbour Hall",
        },
        "fields": {"phone": "required", "company": "hidden", "message": "optional"},
    }
    assert whole.opportunity.as_json() == {
        "venueId": 107,
        "typeId": "18",
        "sourceId": 25,
        "stageId": 69,
        "name": "{first_name} {last_name} {email} {phone} {company} {{as told}} {form_title}",
        "closedDate": "2026-12-31",
        "customFields": [{"fieldId": 36, "fieldValue": "by form"}],
        "externalUrls": [{"ref": "site", "url": "https://www.harbourhall.example"}],
    }


def test_forms_keep_the_order_of_the_file(tmp_path: Path) -> None:
    slugs = ["weddings", "a-conference", "zoo", "christmas_2026", "b2b", "9to5"]
    forms = read(tmp_path, "\n".join(form(slug=slug) for slug in slugs))
    assert list(forms) == slugs
    assert [definition.slug for definition in forms.values()] == slugs


def test_numeric_string_ids_stay_strings(tmp_path: Path) -> None:
    ids = 'venueId = "107"\ntypeId = "018"\nsourceId = 25'
    constants = read(tmp_path, form(opportunity=ids))["weddings"].opportunity
    assert constants.as_json() == {"venueId": "107", "typeId": "018", "sourceId": 25}


def test_non_ascii_letters_are_kept(tmp_path: Path) -> None:
    forms = read(tmp_path, form(top='title = "Fête à Zürich — 婚礼"'))
    assert forms["weddings"].title == "Fête à Zürich — 婚礼"


def test_forms_are_immutable(tmp_path: Path) -> None:
    forms: Any = read(tmp_path, FORM)
    with pytest.raises(TypeError):
        forms["another"] = forms["weddings"]
    with pytest.raises(ValueError, match="frozen"):
        forms["weddings"].title = "Another"


# What is refused, with the key and part of the rule

REFUSED: Final[dict[str, tuple[str, str, str]]] = {
    "no forms": ("", "forms", "at least one form is required"),
    "forms without any": ("[forms]", "forms", "at least one form is required"),
    "forms as a number": ("forms = 5", "forms", "at least one form is required"),
    "a form as a number": ("[forms]\nweddings = 5", "forms.weddings", "dictionary"),
    "an unknown table": (f"{FORM}\n[mail]\nhost = 'x'", "mail", "is unknown"),
    "an unknown key": (
        form(top='title = "T"\ncolour = "red"'),
        "forms.weddings.colour",
        "is unknown",
    ),
    "a slug in the table": (
        form(top='title = "T"\nslug = "other"'),
        "forms.weddings.slug",
        "the table's name is the slug",
    ),
    "an unknown field": (
        f'{FORM}\n[forms.weddings.fields]\nfax = "optional"',
        "forms.weddings.fields.fax",
        "is unknown",
    ),
    "an unknown rule of a field": (
        f'{FORM}\n[forms.weddings.fields]\nphone = "perhaps"',
        "forms.weddings.fields.phone",
        "'required', 'optional' or 'hidden'",
    ),
    "an unknown property": (
        form(opportunity=f"{IDS}budget = 5"),
        "forms.weddings.opportunity.budget",
        "is unknown",
    ),
    "a misspelt property": (
        form(opportunity=f"{IDS}venueID = 5"),
        "forms.weddings.opportunity.venueID",
        "is unknown",
    ),
    "no title": (form(top='intro = "T"'), "forms.weddings.title", "is required"),
    "an empty title": (form(top='title = ""'), "forms.weddings.title", "must not be blank"),
    "a title as a number": (form(top="title = 5"), "forms.weddings.title", "string"),
    "an empty consent": (
        form(top='title = "T"\nconsent = ""'),
        "forms.weddings.consent",
        "must not be blank",
    ),
    "no opportunity": ('[forms.weddings]\ntitle = "T"', "forms.weddings.opportunity", "is required"),
    "an opportunity as a text": (
        '[forms.weddings]\ntitle = "T"\nopportunity = "107"',
        "forms.weddings.opportunity",
        "dictionary",
    ),
    "a venue as a text": (
        form(opportunity='venueId = "Harbour Hall"\ntypeId = 18\nsourceId = 25'),
        "forms.weddings.opportunity.venueId",
        "must be a whole number",
    ),
    "a boolean venue": (
        form(opportunity="venueId = true\ntypeId = 18\nsourceId = 25"),
        "forms.weddings.opportunity.venueId",
        "must be a whole number",
    ),
    "a fractional venue": (
        form(opportunity="venueId = 107.5\ntypeId = 18\nsourceId = 25"),
        "forms.weddings.opportunity.venueId",
        "must be a whole number",
    ),
    "a description as a number": (
        form(opportunity=f"{IDS}description = 5"),
        "forms.weddings.opportunity.description",
        "string",
    ),
    "a date in words": (
        form(opportunity=f'{IDS}closedDate = "31 May"'),
        "forms.weddings.opportunity.closedDate",
        "YYYY-MM-DD",
    ),
    "a custom field without a value": (
        form(opportunity=f"{IDS}customFields = [{{ fieldId = 12 }}]"),
        "forms.weddings.opportunity.customFields.0.fieldValue",
        "is required",
    ),
    "an external URL without TLS": (
        form(opportunity=f'{IDS}externalUrls = [{{ ref = "a", url = "http://a.example" }}]'),
        "forms.weddings.opportunity.externalUrls.0.url",
        "https",
    ),
    "no venue": (
        form(opportunity="typeId = 18\nsourceId = 25"),
        "forms.weddings.opportunity.venueId",
        "is required",
    ),
    "no type": (
        form(opportunity="venueId = 107\nsourceId = 25"),
        "forms.weddings.opportunity.typeId",
        "is required",
    ),
    "no source": (
        form(opportunity="venueId = 107\ntypeId = 18"),
        "forms.weddings.opportunity.sourceId",
        "is required",
    ),
    "an id": (form(opportunity=f"{IDS}id = 755"), "forms.weddings.opportunity.id", "a form adds"),
    "a constant that every visitor is asked": (
        form(opportunity=f'{IDS}contact = {{ lastName = "Ng" }}'),
        "forms.weddings.opportunity.contact.lastName",
        "the built-in field last_name asks this of every visitor",
    ),
    "a company by its id and as an object": (
        form(opportunity=f'{IDS}companyId = 801\ncompany = {{ businessName = "Tidewater" }}'),
        "forms.weddings.opportunity.companyId",
        "cannot be sent with company: use one of them",
    ),
    "a contact beside a company": (
        form(opportunity=f"{IDS}companyId = 801\ncontactId = 902"),
        "forms.weddings.opportunity.contactId",
        "cannot be sent with companyId or company: use companyLeadContactId or contact",
    ),
    "a lead contact of no company": (
        form(
            top='title = "T"\nfields = { company = "hidden" }', opportunity=f"{IDS}companyLeadContactId = 901"
        ),
        "forms.weddings.opportunity.companyLeadContactId",
        "needs companyId or company",
    ),
    "a custom field that is not a number": (
        form(opportunity=f"{IDS}customFields = [{{ fieldId = 1, fieldValue = nan }}]"),
        "forms.weddings.opportunity.customFields.0.fieldValue",
        "must be a text, a number",
    ),
    "an external reference that is given twice": (
        form(
            opportunity=f'{IDS}externalUrls = [{{ ref = "a", url = "https://a.example" }}, '
            '{ ref = "a", url = "https://b.example" }]'
        ),
        "forms.weddings.opportunity.externalUrls.ref",
        "must be unique",
    ),
    "a property in another spelling": (
        form(opportunity=f"{IDS}stage_id = 69"),
        "forms.weddings.opportunity.stage_id",
        "is unknown",
    ),
    "a non-ASCII origin": (
        form(top='title = "T"\nallowed_origins = ["https://\u6771\u4eac.example"]'),
        "forms.weddings.allowed_origins.0",
        "Punycode",
    ),
    "a control character in a text": (
        form(top='title = "T"\nconsent = "a\\u0000b"'),
        "forms.weddings.consent",
        "must not hold control characters",
    ),
    "a referral without a name": (
        form(opportunity=f'{IDS}referralContact = {{ firstName = "Z", email = "z@example.com" }}'),
        "forms.weddings.opportunity.referralContact.lastName",
        "is required",
    ),
    "a region in words": (
        form(top='title = "T"\nregion = "Australia"'),
        "forms.weddings.region",
        "two-letter ISO 3166 code",
    ),
    "an unknown region": (
        form(top='title = "T"\nregion = "XX"'),
        "forms.weddings.region",
        "two-letter ISO 3166 code",
    ),
    "an empty region": (
        form(top='title = "T"\nregion = ""'),
        "forms.weddings.region",
        "two-letter ISO 3166 code",
    ),
    "a thanks page without a scheme": (
        form(top='title = "T"\nthanks_url = "www.a.example/thanks"'),
        "forms.weddings.thanks_url",
        "must be an address",
    ),
    "a script as the thanks page": (
        form(top='title = "T"\nthanks_url = "javascript:alert(1)"'),
        "forms.weddings.thanks_url",
        "must be an address",
    ),
    "origins as a text": (
        form(top='title = "T"\nallowed_origins = "https://a.example"'),
        "forms.weddings.allowed_origins",
        "tuple",
    ),
    **{
        f"the origin {origin}": (
            form(top=f'title = "T"\nallowed_origins = ["https://ok.example", "{origin}"]'),
            "forms.weddings.allowed_origins.1",
            "must be an ",
        )
        for origin in (
            "*",
            "https://*.a.example",
            "https://a.example/",
            "https://a.example/path",
            "https://a.example?q",
            "https://me@a.example",
            "a.example",
            "null",
        )
    },
}


@pytest.mark.parametrize(
    ("text", "key", "rule"), [pytest.param(*row, id=name) for name, row in REFUSED.items()]
)
def test_a_fault_is_reported_with_file_key_and_rule(tmp_path: Path, text: str, key: str, rule: str) -> None:
    (fault,) = faults(tmp_path, text)
    assert fault.startswith(f"{key}: ")
    assert rule in fault


@pytest.mark.parametrize(
    "slug",
    ["Weddings", "a b", "-a", "a-", "a--b", "ä", "a/b", "..", "a.b", "", "a" * 65],
    ids=lambda slug: slug[:8] or "empty",
)
def test_an_invalid_slug_is_refused(tmp_path: Path, slug: str) -> None:
    (fault,) = faults(tmp_path, form(slug=f'"{slug}"'))
    assert fault.startswith(f"forms.{slug}.slug: ")


def test_a_slug_of_maximum_length_is_accepted(tmp_path: Path) -> None:
    assert list(read(tmp_path, form(slug="a" * 64))) == ["a" * 64]


@pytest.mark.parametrize(
    "name",
    [
        "{first_name} {budget}",
        "{}",
        "{0}",
        "{first_name.upper}",
        "{first_name[0]}",
        "{first_name!r}",
        "{first_name:>10}",
        "{first_name:{last_name}}",
        "{First_Name}",
        "{reference}",
        "{first_name",
        "first_name}",
    ],
)
def test_a_name_may_only_use_known_placeholders(tmp_path: Path, name: str) -> None:
    (fault,) = faults(tmp_path, form(opportunity=f'{IDS}name = "{name}"'))
    assert fault.startswith("forms.weddings.opportunity.name: ")


def test_an_unknown_placeholder_lists_the_known_ones(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, form(opportunity=f'{IDS}name = "{{surname}}"'))
    assert fault == (
        "forms.weddings.opportunity.name: {surname} is unknown; "
        "there are {company}, {email}, {first_name}, {form_title}, {last_name}, {phone}"
    )


def test_every_fault_of_every_form_is_reported_at_once(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        """
        [mail]
        [forms.weddings]
        colour = "red"
        region = "XX"
        [forms.weddings.fields]
        phone = 5
        [forms.weddings.opportunity]
        venueId = true
        budget = 5
        [forms."No Slug"]
        title = "T"
        [forms."No Slug".opportunity]
        name = "{budget}"
        id = 755
        """,
    )
    keys = [fault.split(": ")[0] for fault in found]
    assert sorted(keys) == [
        "forms.No Slug.opportunity.id",
        "forms.No Slug.opportunity.name",
        "forms.No Slug.opportunity.sourceId",
        "forms.No Slug.opportunity.typeId",
        "forms.No Slug.opportunity.venueId",
        "forms.No Slug.slug",
        "forms.weddings.colour",
        "forms.weddings.fields.phone",
        "forms.weddings.opportunity.budget",
        "forms.weddings.opportunity.venueId",
        "forms.weddings.region",
        "forms.weddings.title",
        "mail",
    ]


def test_a_fault_in_one_form_refuses_the_whole_file(tmp_path: Path) -> None:
    assert len(faults(tmp_path, form(slug="good") + form(slug="bad", top="intro = ''"))) == 1


# The file itself


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[forms.weddings", id="a bracket missing"),
        pytest.param("{}", id="JSON"),
        pytest.param(FORM + FORM, id="a form twice"),
        pytest.param("title: Plan your wedding", id="YAML"),
        pytest.param("\ufeff" + FORM, id="a byte order mark"),
    ],
)
def test_invalid_toml_is_reported_with_its_position(tmp_path: Path, text: str) -> None:
    (fault,) = faults(tmp_path, text)
    assert fault.startswith("is not TOML: ")
    assert "(at " in fault


@pytest.mark.parametrize(
    ("text", "line"),
    [("\n\n[forms.weddings\n", 3), (FORM + FORM, 7), ("\na = ", 2), ('\na = """b\nc\n', 3)],
    ids=["a bracket missing", "a form twice", "no value", "no closing quotes"],
)
def test_text_that_is_not_toml_is_reported_with_its_line(tmp_path: Path, text: str, line: int) -> None:
    with pytest.raises(FormsFileError) as error:
        read(tmp_path, text)
    assert [fault.line for fault in error.value.faults] == [line]


def test_a_file_that_is_not_utf_8_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "venue-forms.toml"
    path.write_bytes(FORM.encode("utf-16"))
    with pytest.raises(FormsFileError, match="is not TOML"):
        read_forms(path)


def test_a_missing_file_is_reported_with_its_setting(tmp_path: Path) -> None:
    path = tmp_path / "nowhere.toml"
    with pytest.raises(FormsFileError) as error:
        read_forms(path)
    assert str(error.value) == (
        f"  {path}: there is no such file: put it there, or say in FORMS_FILE where it is"
    )


def test_an_empty_file_is_reported(tmp_path: Path) -> None:
    assert faults(tmp_path, "") == ["forms: at least one form is required, as [forms.NAME]"]


def test_a_folder_instead_of_a_file_is_reported(tmp_path: Path) -> None:
    with pytest.raises(FormsFileError, match="cannot be read"):
        read_forms(tmp_path)


def test_a_timestamp_is_sent_in_the_platforms_format(tmp_path: Path) -> None:
    path = tmp_path / "forms.toml"
    path.write_text(
        form(opportunity=f"{IDS}customFields = [{{ fieldId = 13, fieldValue = 2026-05-31T10:00:00 }}]")
    )
    (field,) = read_forms(path)["weddings"].opportunity.as_json()["customFields"]
    assert field == {"fieldId": 13, "fieldValue": "2026-05-31 10:00:00"}


# A reference for the platform's external URLs


def test_the_external_reference_needs_a_free_external_url(tmp_path: Path) -> None:
    urls = ", ".join(f'{{ref = "{n}", url = "https://example.com/{n}"}}' for n in range(3))
    full = form(top='title = "Plan"\nexternal_ref = true', opportunity=f"{IDS}externalUrls = [{urls}]")
    assert faults(tmp_path, full) == [
        "forms.weddings: external_ref: needs one of the 3 externalUrls that the platform takes"
    ]


# A file that changes while in use


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "venue-forms.toml"
    file = FormsFile(path, read(tmp_path, FORM), read_forms)
    assert file.forms()["weddings"].title == "Plan your wedding"
    path.write_text(FORM.replace("Plan your wedding", "Marry here, and soon"), encoding="utf-8")
    assert file.forms()["weddings"].title == "Marry here, and soon"


@pytest.mark.parametrize("damage", ["", "not TOML [", None], ids=["empty", "damaged", "gone"])
def test_an_unusable_change_keeps_the_previous_forms(tmp_path: Path, damage: str | None) -> None:
    path = tmp_path / "venue-forms.toml"
    file = FormsFile(path, read(tmp_path, FORM), read_forms)
    path.unlink()
    if damage is not None:
        path.write_text(damage, encoding="utf-8")
    assert list(file.forms()) == ["weddings"]
    path.write_text(FORM.replace("[forms.weddings", "[forms.parties"), encoding="utf-8")
    assert list(file.forms()) == ["parties"]


def test_a_too_long_logo_path_is_reported(tmp_path: Path) -> None:
    name = "x" * 300 + ".svg"
    theme = f'[forms.weddings.theme]\nlogo = "{name}"\nlogo_alt = "Harbour Hall"\n'
    (fault,) = faults(tmp_path, FORM + theme)
    assert fault.startswith(f"forms.weddings.theme.logo: {tmp_path}/xxx")
    assert fault.endswith("… is longer than the file system allows: name a shorter path")
