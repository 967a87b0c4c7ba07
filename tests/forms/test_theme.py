"""A theme changes how a form looks, and is refused if someone could not see or read it."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import asdict
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from tests.support.processes import PROJECT
from webapp.forms.palette import DARK, LIGHT, PAIRS, Palette, contrast
from webapp.forms.text_types import get_rule
from webapp.forms.theme import Theme

STYLESHEET: Final = (PROJECT / "static" / "leadform.css").read_text(encoding="utf-8")
ROUNDING: Final = 0.002
"""How far two computations of a contrast may differ: WCAG rounds the weights of the three channels."""

NEEDED: Final = {
    # Text, by 1.4.3
    **dict.fromkeys([("ink", "sheet"), ("ink", "field"), ("ink", "notice")], 4.5),
    **dict.fromkeys([("quiet", "sheet"), ("quiet", "page"), ("error", "sheet")], 4.5),
    **dict.fromkeys([("accent", "sheet"), ("accent", "page")], 4.5),
    **dict.fromkeys([("on-accent", "accent"), ("on-accent", "hover")], 4.5),
    # The edges of controls and the focus outline, by 1.4.11
    **dict.fromkeys([("edge", "sheet"), ("edge", "field"), ("error", "field"), ("accent", "field")], 3),
    **dict.fromkeys([("notice-edge", "sheet"), ("notice-edge", "notice")], 3),
}
"""The contrast that WCAG 2.2 requires of the stylesheet's colours, (upper, lower)."""


def theme(**keys: Any) -> Theme:
    return Theme.model_validate(keys)


def fault(**keys: Any) -> tuple[str, str]:
    """Return the faulty key and the rule that it breaks."""
    with pytest.raises(ValidationError) as error:
        theme(**keys)
    (only,) = error.value.errors()
    return ".".join(str(part) for part in only["loc"]), get_rule(only["msg"])


def refusal(**keys: Any) -> str:
    """Return the message that refuses a theme, or nothing when it is accepted."""
    try:
        theme(**keys)
    except ValidationError as error:
        return get_rule(error.errors()[0]["msg"])
    return ""


def channels(colour: str) -> bytes:
    """Return the red, green and blue channels of a colour, from 0 to 255."""
    digits = colour.removeprefix("#")
    return bytes.fromhex(digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))


def luminance(colour: str) -> float:
    """Return the relative luminance as https://www.w3.org/TR/WCAG22/#dfn-relative-luminance defines it."""
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in (light / 255 for light in channels(colour))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def measured(one: str, other: str) -> float:
    """Return the contrast as https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio defines it."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def mixed(colour: str, other: str, share: float) -> str:
    pairs = zip(channels(colour), channels(other), strict=True)
    return "#" + bytes(round(one * share + two * (1 - share)) for one, two in pairs).hex()


def rules_of_root(css: str) -> list[tuple[str, dict[str, str]]]:
    """Return the stylesheet's rules for :root in order, each with its media query."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    found = re.finditer(r"@media ([^{]+)\{((?:[^{}]|\{[^{}]*\})*)\}|(:root\s*\{[^{}]*\})", css)
    return [
        (match[1] or "", dict(re.findall(r"([\w-]+):\s*(.*?)\s*(?:;|$)", block.strip())))
        for match in found
        for block in re.findall(r":root\s*\{([^{}]*)\}", match[2] or match[3])
    ]


def shown(of: Theme, medium: str, scheme: str) -> dict[str, str]:
    """Return the properties that a browser computes from the stylesheet and the theme after it."""
    values: dict[str, str] = {}
    for condition, declared in rules_of_root(STYLESHEET) + rules_of_root(of.stylesheet()):
        is_for_dark = "prefers-color-scheme" in condition
        if medium in (condition.split() or [medium])[0] and (not is_for_dark or scheme == "dark"):
            values |= declared
    return values


def custom_properties(palette: Palette) -> dict[str, str]:
    return {
        f"--{name.replace('_', '-')}": value for name, value in asdict(palette).items() if name != "scheme"
    }


def low_contrasts(values: dict[str, str]) -> list[str]:
    """Return the colour pairs that have too little contrast."""
    values = {**values, "--hover": mixed(values["--accent"], values["--ink"], 0.85)}
    return [
        f"{upper} {values[f'--{upper}']} on {lower} {values[f'--{lower}']}"
        for (upper, lower), needed in NEEDED.items()
        if measured(values[f"--{upper}"], values[f"--{lower}"]) < needed - ROUNDING
    ]


# The defaults


def test_the_default_palettes_match_the_stylesheet() -> None:
    rules = rules_of_root(STYLESHEET)
    light = {name: value for name, value in rules[0][1].items() if name in custom_properties(LIGHT)}
    assert rules[0][0] == ""
    assert light == custom_properties(LIGHT)
    assert rules[1] == ("screen and (prefers-color-scheme: dark) ", custom_properties(DARK))


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_the_default_palettes_have_enough_contrast(palette: Palette) -> None:
    assert low_contrasts(custom_properties(palette)) == []


def test_the_checked_pairs_are_those_that_need_contrast() -> None:
    assert len(PAIRS) == len(NEEDED)
    assert {
        (pair.upper.replace("_", "-"), pair.lower.replace("_", "-")): pair.criterion.needed for pair in PAIRS
    } == NEEDED


def test_every_stylesheet_colour_but_decorative_lines_is_checked() -> None:
    used = set(re.findall(r"var\(--([\w-]+)\)", STYLESHEET))
    paired = {name for pair in NEEDED for name in pair}
    assert used - paired == {"line", "radius", "text", "title"}
    assert paired - used == {"hover"}


def test_the_hover_colour_matches_the_stylesheets_mix() -> None:
    assert "button:hover { background: color-mix(in srgb, var(--accent) 85%, var(--ink)); }" in STYLESHEET
    for palette in (LIGHT, DARK):
        assert palette.hover == mixed(palette.accent, palette.ink, 0.85)


def test_browsers_without_color_mix_never_see_one() -> None:
    asked = r"^@supports \(color: color-mix\(in srgb, red, blue\)\) \{\n(  .*\n)+\}$"
    assert "color-mix" not in re.sub(asked, "", STYLESHEET, flags=re.MULTILINE)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#fff", "#000", 21), ("#767676", "#fff", 4.54), ("#7a1f3d", "#fffdf9", 9.88), ("#abc", "#aabbcc", 1)],
)
def test_contrast_follows_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)
    assert contrast(one, other) == pytest.approx(measured(one, other), abs=ROUNDING)


# What a theme changes


def test_an_empty_theme_changes_nothing() -> None:
    nothing = theme()
    assert (nothing.light, nothing.dark, nothing.stylesheet()) == (LIGHT, DARK, "")


def test_a_theme_with_only_a_logo_has_no_stylesheet() -> None:
    assert theme(logo="logo.svg", logo_alt="Harbour Hall").stylesheet() == ""


def test_a_theme_without_colours_does_not_import_coloraide() -> None:
    script = (
        "import sys\nfrom webapp.forms.theme import Theme\n"
        "Theme.model_validate({'radius': '4px'}).stylesheet()\nsys.exit('coloraide' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], cwd=PROJECT, check=True)


def test_an_accent_per_scheme_replaces_the_stylesheets() -> None:
    of_two = theme(accent={"light": "#7a1f3d", "dark": "#f0a0b8"})
    assert (of_two.light.accent, of_two.dark.accent) == ("#7a1f3d", "#f0a0b8")
    assert of_two.stylesheet() == (
        ":root{--accent:#7a1f3d}@media screen and (prefers-color-scheme:dark){:root{--accent:#f0a0b8}}"
    )


@pytest.mark.parametrize("accent", ["#7a1f3d", {"light": "#7a1f3d"}], ids=["a colour", "a table"])
def test_a_single_accent_is_lightened_just_enough_for_dark_mode(accent: Any) -> None:
    lone = theme(accent=accent)
    assert lone.light.accent == "#7a1f3d"
    assert low_contrasts(custom_properties(lone.dark)) == []
    least = min(measured(lone.dark.accent, surface) for surface in (DARK.sheet, DARK.page, DARK.on_accent))
    assert least == pytest.approx(4.5, abs=0.2)


def test_a_single_accent_readable_in_dark_mode_is_unchanged() -> None:
    on_black = theme(accent="#f0a0b8", background={"light": "#000", "dark": "#000"})
    assert on_black.dark.accent == on_black.light.accent == "#f0a0b8"


def test_a_light_background_in_dark_mode_darkens_the_accent() -> None:
    turned = theme(accent="#f0a0b8", background={"light": "#1b1020", "dark": "#ffffff"})
    assert luminance(turned.dark.accent) < luminance("#f0a0b8")
    assert low_contrasts(custom_properties(turned.dark)) == []


def test_text_on_an_accent_is_the_default_with_more_contrast() -> None:
    of_two = theme(accent={"light": "#7a1f3d", "dark": "#f0a0b8"})
    assert (of_two.light.on_accent, of_two.dark.on_accent) == (LIGHT.on_accent, DARK.on_accent)


def test_a_single_background_is_the_light_page_and_sheet() -> None:
    plain = theme(background="#eef4ff")
    assert (plain.light.page, plain.light.sheet, plain.light.field) == ("#eef4ff", "#eef4ff", LIGHT.field)
    assert plain.dark == DARK
    assert plain.stylesheet() == (
        ":root{--page:#eef4ff;--sheet:#eef4ff}"
        "@media screen and (prefers-color-scheme:dark){:root{--page:#151210;--sheet:#1f1b18}}"
    )


def test_a_dark_mode_background_is_page_sheet_and_field() -> None:
    night = theme(background={"light": "#eef4ff", "dark": "#101828"}).dark
    assert (night.page, night.sheet, night.field, night.ink) == ("#101828", "#101828", "#101828", DARK.ink)


def test_a_dark_background_uses_the_dark_palette_only_on_screens() -> None:
    night = theme(background="#101828")
    assert night.light.scheme == "dark"
    assert (night.light.sheet, night.light.field, night.light.ink) == ("#101828", "#101828", DARK.ink)
    light_on_screen = shown(night, "screen", "light")
    assert light_on_screen["color-scheme"] == "dark"
    assert custom_properties(night.light).items() <= light_on_screen.items()
    assert shown(night, "print", "light") == shown(theme(), "print", "light")
    dark_on_screen = shown(night, "screen", "dark")
    assert dark_on_screen["color-scheme"] == "dark"
    assert custom_properties(DARK).items() <= dark_on_screen.items()


def test_a_light_background_in_dark_mode_uses_the_light_palette() -> None:
    day = theme(background={"light": "#fff", "dark": "#fff6e0"})
    assert (day.dark.scheme, day.dark.ink, day.dark.field) == ("light", LIGHT.ink, LIGHT.field)
    assert shown(day, "screen", "dark")["color-scheme"] == "light"
    assert shown(day, "screen", "light")["color-scheme"] == "light dark"


@pytest.mark.parametrize("radius", ["4px", "32px", "0px", ".5rem", "0.75rem", "2rem", "1.5px"])
def test_a_radius_is_output_as_written(radius: str) -> None:
    assert theme(radius=radius).stylesheet() == f":root{{--radius:{radius}}}"


def test_a_zero_radius_gets_a_unit_for_calc() -> None:
    assert "calc(var(--radius) * 2)" in STYLESHEET
    assert theme(radius="0").stylesheet() == ":root{--radius:0px}"


@pytest.mark.parametrize(
    "font",
    [
        *('"Gill Sans", Calibri, sans-serif', "Georgia", "'Noto Sans JP',system-ui", "-apple-system, Arial"),
        *(
            "Segoe UI , serif",
            '"8 Bit Wonder", monospace',
            "Ubuntu, Initial Sans",
            '"inherit"',
            "游明朝, serif",
        ),
    ],
)
def test_a_font_applies_to_text_and_titles(font: str) -> None:
    assert theme(font=font).stylesheet() == f":root{{--text:{font};--title:{font}}}"


def test_a_theme_without_colours_has_no_dark_mode_rule() -> None:
    assert theme(radius="4px", font="Georgia").stylesheet() == (
        ":root{--radius:4px;--text:Georgia;--title:Georgia}"
    )


def test_a_full_theme_has_a_general_and_a_dark_mode_rule() -> None:
    whole = theme(accent="#7a1f3d", background="#fff", radius="0", font="Georgia")
    assert whole.stylesheet() == (
        ":root{--radius:0px;--text:Georgia;--title:Georgia;--accent:#7a1f3d;--page:#fff;--sheet:#fff}"
        "@media screen and (prefers-color-scheme:dark)"
        "{:root{--accent:#ce6b84;--page:#151210;--sheet:#1f1b18}}"
    )


def test_radius_and_font_apply_in_print_with_a_dark_background() -> None:
    on_paper = shown(theme(radius="4px", font="Georgia", background="#101828"), "print", "light")
    assert (on_paper["--radius"], on_paper["--text"], on_paper["--title"]) == ("4px", "Georgia", "Georgia")


@pytest.mark.parametrize(
    "logo",
    ["logo.svg", "images/logo.PNG", "./a.webp", "b.jpg", "c.jpeg", "d.gif", "Großer Saal.png", "a..b.png"],
)
def test_a_logo_is_an_image_path_with_alternative_text(logo: str) -> None:
    with_logo = theme(logo=logo, logo_alt="Harbour Hall")
    assert (with_logo.logo, with_logo.logo_alt) == (logo, "Harbour Hall")


@pytest.mark.parametrize(
    ("written", "stated"),
    [
        ("#7A1F3D", "#7a1f3d"),
        ("#A00", "#a00"),
        ("#7a1f3dff", "#7a1f3d"),
        ("RebeccaPurple", "#663399"),
        ("rgb(122 31 61)", "#7a1f3d"),
        ("hsl(340, 59%, 30%)", "#7a1f3d"),
        ("rgb(122 31 61 / 100%)", "#7a1f3d"),
    ],
)
def test_a_colour_may_be_any_css_colour_and_is_output_as_hex(written: str, stated: str) -> None:
    assert theme(accent=written).light.accent == stated


def test_an_out_of_gamut_colour_is_mapped_to_srgb() -> None:
    assert re.fullmatch("#[0-9a-f]{6}", theme(accent="color(display-p3 0.6 0 0)").light.accent)


# What is refused

NO_COLOUR: Final = "must be a colour of CSS, such as #7a1f3d or rebeccapurple"
NOT_OPAQUE: Final = "must be opaque, for its contrast would depend on what is behind it"
NO_RADIUS: Final = "must be 0, or a length of up to 32px or 2rem, such as 4px or .5rem"
NO_FONTS: Final = 'must be fonts with commas between them, such as "Gill Sans", Calibri, sans-serif'
OUTSIDE: Final = "must be a path from the forms file's folder that stays inside it"
NO_IMAGE: Final = "must be the path of an image: .svg, .png, .webp, .jpg, .jpeg, .gif"


@pytest.mark.parametrize(
    ("key", "value", "at", "rule"),
    [
        *(
            ("accent", value, "accent", NO_COLOUR)
            for value in ("", "maroonish", "#12345", "red;}", "currentcolor")
        ),
        *(
            ("accent", value, "accent", NOT_OPAQUE)
            for value in ("#7a1f3d80", "rgb(0 0 0 / .9)", "transparent")
        ),
        ("accent", "rgb(0 0 0 / none)", "accent", NOT_OPAQUE),
        ("accent", "oklch(1e300 1e300 30)", "accent", NO_COLOUR),
        ("accent", {"light": "maroonish"}, "accent.light", NO_COLOUR),
        ("background", {"light": "#fff", "dark": "#0008"}, "background.dark", NOT_OPAQUE),
        ("background", {"dark": "#000"}, "background.light", "Field required"),
        ("background", 5, "background", "must be a colour, or a table of a light and a dark one"),
        *(
            ("radius", value, "radius", NO_RADIUS)
            for value in (
                "",
                "4",
                "4em",
                "-4px",
                "33px",
                "2.01rem",
                "4px;",
                "1.px",
                "4 px",
                "٤px",
                "50%",
                "00",
            )
        ),
        ("radius", 4, "radius", "Input should be a valid string"),
        *(
            ("font", value, "font", NO_FONTS)
            for value in (
                *(
                    "",
                    " ",
                    "Arial,",
                    ", Arial",
                    "\"Gill Sans', Arial",
                    '"Gill Sans',
                    "Arial; color:red",
                    "Arial}",
                ),
                *(
                    "url(x)",
                    "8bit",
                    "Gill_Sans",
                    "Arial\nserif",
                    '"a\\"',
                    "</style>",
                    "inherit",
                    "Arial, INITIAL",
                ),
            )
        ),
        ("font", "a" * 201, "font", "String should have at most 200 characters"),
        *(
            ("logo", value, "logo", OUTSIDE)
            for value in (
                *(
                    "/logo.svg",
                    "../logo.svg",
                    "a/../../logo.svg",
                    "C:\\logo.svg",
                    "C:logo.svg",
                    "..\\logo.svg",
                ),
                *("\\\\host\\share\\logo.svg", "lo\x00go.svg", "logo\n.svg"),
            )
        ),
        *(("logo", value, "logo", NO_IMAGE) for value in ("", "logo", "logo.pdf", ".svg", "logo.svg.exe")),
    ],
)
def test_an_invalid_value_is_refused_with_its_rule(key: str, value: Any, at: str, rule: str) -> None:
    assert fault(**{key: value, "logo_alt": "Harbour Hall"}) == (at, rule)


def test_an_unknown_key_is_refused() -> None:
    assert fault(colour="#7a1f3d") == ("colour", "Extra inputs are not permitted")


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"logo": "logo.svg"}, "logo_alt: is required with a logo, for people who cannot see it"),
        ({"logo_alt": "Harbour Hall"}, "logo_alt: is of no use without a logo"),
        (
            {"accent": "#FFCC00"},
            (
                "accent: #ffcc00 has a contrast of 1.28:1 with the background #f3ece1, "
                "and text needs 4.5:1: choose a darker colour"
            ),
        ),
        (
            {"accent": {"light": "#ffcc00"}},
            (
                "accent: #ffcc00 has a contrast of 1.28:1 with the background #f3ece1, "
                "and text needs 4.5:1: choose a darker colour"
            ),
        ),
        (
            {"accent": {"light": "#7a1f3d", "dark": "#7a1f3d"}},
            (
                "accent.dark: #7a1f3d has a contrast of 1.70:1 with the background #1f1b18, "
                "and text needs 4.5:1: choose a lighter colour"
            ),
        ),
        (
            {"accent": "#757575", "background": "#fff"},
            (
                "accent: #757575 has a contrast of 4.39:1 with the text on it #fdf9f2, "
                "and text needs 4.5:1: choose a darker colour"
            ),
        ),
        (
            {"accent": "#7a1f3d", "background": "#101828"},
            (
                "accent: #7a1f3d has a contrast of 1.76:1 with the background #101828, "
                "and text needs 4.5:1: choose a lighter colour"
            ),
        ),
        (
            {"background": "#888"},
            (
                "background: #888 has a contrast of 1.23:1 with the edge of fields #83776b, "
                "and an edge needs 3:1: choose a lighter colour"
            ),
        ),
        (
            {"background": {"light": "#fff", "dark": "#555555"}},
            (
                "background.dark: #555555 has a contrast of 2.12:1 with the edge of fields #93877b, "
                "and an edge needs 3:1: choose a darker colour"
            ),
        ),
    ],
)
def test_an_unreadable_theme_is_refused(keys: dict[str, Any], message: str) -> None:
    assert fault(**keys) == ("", message)


def test_every_faulty_key_is_reported_at_once() -> None:
    _, message = fault(
        accent={"light": "#ffcc00", "dark": "#7a1f3d"},
        background={"light": "#ffffff", "dark": "#555555"},
        logo="logo.svg",
    )
    assert message.split("; ") == [
        (
            "accent.light: #ffcc00 has a contrast of 1.51:1 with the background #ffffff, "
            "and text needs 4.5:1: choose a darker colour"
        ),
        (
            "accent.dark: #7a1f3d has a contrast of 1.34:1 with the background #555555, "
            "and text needs 4.5:1: choose a lighter colour"
        ),
        (
            "background.dark: #555555 has a contrast of 2.12:1 with the edge of fields #93877b, "
            "and an edge needs 3:1: choose a darker colour"
        ),
        "logo_alt: is required with a logo, for people who cannot see it",
    ]


def test_a_contrast_just_too_low_is_not_rounded_up() -> None:
    assert f"{measured('#1b7a5a', LIGHT.page):.2f}" == "4.50"
    assert "#1b7a5a has a contrast of 4.49:1 with the background #f3ece1" in fault(accent="#1b7a5a")[1]


# Any theme


def colours(least: int, most: int) -> st.SearchStrategy[str]:
    return st.tuples(*[st.integers(least, most)] * 3).map(lambda values: f"#{bytes(values).hex()}")


DARKER: Final = colours(0, 110)
LIGHTER: Final = colours(180, 255)
ANY: Final = colours(0, 255)


def in_schemes(light: st.SearchStrategy[str], dark: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    return st.one_of(light, st.fixed_dictionaries({"light": light}, optional={"dark": dark}))


def colour_themes(
    accents: st.SearchStrategy[Any], backgrounds: st.SearchStrategy[Any]
) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional={"accent": accents, "background": backgrounds})


THEMES: Final = st.one_of(
    colour_themes(in_schemes(DARKER, LIGHTER), in_schemes(LIGHTER, DARKER)),
    colour_themes(in_schemes(LIGHTER, LIGHTER), in_schemes(DARKER, DARKER)),
    colour_themes(in_schemes(DARKER, DARKER), in_schemes(LIGHTER, LIGHTER)),
    colour_themes(in_schemes(ANY, ANY), in_schemes(ANY, ANY)),
)


@settings(max_examples=300)
@given(THEMES)
def test_any_accepted_theme_is_readable_on_screen_and_in_print(
    keys: dict[str, Any],
) -> None:
    if message := refusal(**keys):
        event("refused")
        assert re.fullmatch(
            r"(?:[a-z.]+: #\w+ has a contrast of [^;]+ needs [^;]+: choose a [a-z]+ colour(?:; |$))+", message
        )
        return
    taken = theme(**keys)
    event(f"taken, with {taken.light.scheme} and {taken.dark.scheme} colours")
    for scheme, palette in (("light", taken.light), ("dark", taken.dark)):
        on_screen = shown(taken, "screen", scheme)
        assert custom_properties(palette).items() <= on_screen.items()
        assert palette.scheme in on_screen["color-scheme"]
        assert low_contrasts(on_screen) == []
        on_paper = shown(taken, "print", scheme)
        assert on_paper["color-scheme"] == "light"
        assert low_contrasts({**on_paper, "--sheet": "#fff", "--page": "#fff"}) == []


@settings(max_examples=100)
@given(DARKER, DARKER)
def test_any_single_accent_has_a_readable_dark_mode_tone(accent: str, background: str) -> None:
    keys = {"accent": accent, "background": {"light": "#fff", "dark": background}}
    if message := refusal(**keys):
        assert "accent.dark" not in message
        return
    assert low_contrasts(custom_properties(theme(**keys).dark)) == []


@settings(max_examples=100, suppress_health_check=[HealthCheck.filter_too_much])
@given(THEMES, st.sampled_from([None, "0", ".5rem"]), st.sampled_from([None, '"Gill Sans", sans-serif']))
def test_a_stylesheet_has_only_custom_properties_and_the_scheme(
    keys: dict[str, Any], radius: str | None, font: str | None
) -> None:
    assume(not refusal(**keys))
    css = theme(**keys, radius=radius, font=font).stylesheet()
    declaration = r"(?:color-scheme:(?:light|dark)|--[a-z-]+:[^;{}]+)"
    root = rf":root\{{{declaration}(?:;{declaration})*\}}"
    dark = r"screen and \(prefers-color-scheme:dark\)"
    assert re.fullmatch(rf"(?:{root})?(?:@media screen\{{{root}\}})?(?:@media {dark}\{{{root}\}})?", css)


# The JSON schema


@pytest.mark.parametrize(
    "keys",
    [
        {},
        {"accent": "#7a1f3d", "background": {"light": "#fff", "dark": "#000"}},
        {"accent": {"light": "#7a1f3d"}, "radius": "0", "font": "Georgia"},
        {"logo": "logo.svg", "logo_alt": "Harbour Hall"},
    ],
)
def test_the_schema_accepts_valid_themes(keys: dict[str, Any]) -> None:
    schema = Theme.model_json_schema()
    Draft202012Validator.check_schema(schema)
    assert Draft202012Validator(schema).is_valid(keys)
    assert theme(**keys)


@pytest.mark.parametrize(
    "keys", [{"colour": "red"}, {"accent": 5}, {"accent": {"dark": "#000"}}, {"radius": 4}]
)
def test_the_schema_refuses_invalid_themes(keys: dict[str, Any]) -> None:
    assert not Draft202012Validator(Theme.model_json_schema()).is_valid(keys)
