"""How a form looks: its colours, corners, letters and logo, each held to what people can see and read."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from pathlib import PureWindowsPath
from typing import Annotated, Final, Self

from pydantic import AfterValidator, BeforeValidator, Field, StrictStr, model_validator

from webapp.forms.palette import DARK, LIGHT, PAIRS, Palette, Scheme, hexadecimal, on_paper
from webapp.forms.text_types import FormTable, Line

IMAGES: Final = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
}
"""The type of a logo by how its file's name ends: the tables that machines have of them differ."""

MAX_RADIUS: Final = {"px": 32, "rem": 2}

_WORD: Final = r"-?[^\W\d_](?:[^\W_]|-)*"
# Where a font has one of these names, a browser ignores the whole stack.
_NO_FONT: Final = r"(?i:inherit|initial|unset|revert|revert-layer|default) *(?:,|$)"
_FONT: Final = rf"""(?!{_NO_FONT})(?:"(?:[^\W_]|[ -])+"|'(?:[^\W_]|[ -])+'|{_WORD}(?: +{_WORD})*)"""

COLOURED_BY: Final = {"accent": ("accent", "hover"), "background": ("page", "sheet", "field")}
"""The colours of a palette that each key gives, beyond what is chosen to go with them."""

CALLED: Final = {
    "page": "background",
    "sheet": "background",
    "field": "field",
    "ink": "text",
    "quiet": "quieter text",
    "error": "text of errors",
    "accent": "accent",
    "on_accent": "text on it",
    "edge": "edge of fields",
    "notice_edge": "edge of notices",
}
"""What each colour of a palette is called in an error."""


def _as_table(colour: object) -> object:
    """Let one colour stand for a table of it."""
    is_one = isinstance(colour, str | dict | Colours)
    if not is_one:
        raise ValueError("must be a colour, or a table of a light and a dark one")
    return {"light": hexadecimal(colour)} if isinstance(colour, str) else colour


def _radius(value: str) -> str:
    length = re.fullmatch(r"([0-9]*\.?[0-9]+)(px|rem)", value)
    if value != "0" and (length is None or float(length[1]) > MAX_RADIUS[length[2]]):
        raise ValueError("must be 0, or a length of up to 32px or 2rem, such as 4px or .5rem")
    # The stylesheet doubles it, and twice a 0 without a unit is not a length.
    return value if length else "0px"


def _font_stack(value: str) -> str:
    if not re.fullmatch(rf"{_FONT}(?: *, *{_FONT})*", value):
        raise ValueError('must be fonts with commas between them, such as "Gill Sans", Calibri, sans-serif')
    return value


def _image_path(value: str) -> str:
    path = PureWindowsPath(value)  # which knows either kind of slash and of root
    if path.anchor or ".." in path.parts or not value.isprintable():
        raise ValueError("must be a path from the forms file's folder that stays inside it")
    if path.suffix.lower() not in IMAGES:
        raise ValueError(f"must be the path of an image: {', '.join(IMAGES)}")
    return value


class Colours(FormTable):
    """A colour for the light scheme, and the one that takes its place in the dark."""

    light: Annotated[StrictStr, AfterValidator(hexadecimal)]
    dark: Annotated[StrictStr, AfterValidator(hexadecimal)] | None = None


ColourOrTable = Annotated[Colours, BeforeValidator(_as_table, json_schema_input_type=Colours | str)]


class Theme(FormTable):
    """The table ``[forms.NAME.theme]``: what it leaves out is as in ``static/leadform.css``.

    ``background`` is the page behind the form. Without a ``dark`` colour, the accent is toned until
    it can be read in the dark, and the background there is the default. ``logo`` is the path of an image from
    the forms file's folder, ``logo_alt`` the words for people who cannot see it.
    """

    accent: ColourOrTable | None = None
    background: ColourOrTable | None = None
    radius: Annotated[StrictStr, AfterValidator(_radius)] | None = None
    font: Annotated[StrictStr, Field(max_length=200), AfterValidator(_font_stack)] | None = None
    logo: Annotated[StrictStr, AfterValidator(_image_path)] | None = None
    logo_alt: Line | None = None

    @cached_property
    def light(self) -> Palette:
        """The colours for people who prefer light ones, or nothing."""
        palette = on_paper(self.background.light) if self.background else LIGHT
        return palette.with_accent(self.accent.light) if self.accent else palette

    @cached_property
    def dark(self) -> Palette:
        """The colours for people who prefer dark ones."""
        palette = on_paper(self.background.dark) if self.background and self.background.dark else DARK
        if self.accent and self.accent.dark:
            return palette.with_accent(self.accent.dark)
        return palette.with_tone_of(self.accent.light) if self.accent else palette

    @property
    def schemes(self) -> str:
        """The schemes that a page so coloured is in, as the ``color-scheme`` of a page has them."""
        return " ".join(dict.fromkeys((self.light.scheme, self.dark.scheme)))

    def stylesheet(self) -> str:
        """Return what the form has of its own, as custom properties, to come after the stylesheet."""
        look = {"--radius": self.radius, "--text": self.font, "--title": self.font}
        shape = {name: value for name, value in look.items() if value is not None}
        light = _own(self.light, LIGHT)
        # Light values come after the stylesheet's dark ones and win over them, so that each needs its own.
        dark = _own(self.dark, DARK, besides=light)
        # Paper is white: what goes with a dark background is for the screen alone.
        always, on_screen = (shape, light) if self.light.scheme == "dark" else (shape | light, {})
        return (
            _block(always)
            + _block(on_screen, "@media screen")
            + _block(dark, "@media screen and (prefers-color-scheme:dark)")
        )

    @model_validator(mode="after")
    def _can_be_seen_and_read(self) -> Self:
        faults = [*_faults(self.light, self._keys("light")), *_faults(self.dark, self._keys("dark"))]
        if self.logo and not self.logo_alt:
            faults.append("logo_alt: is required with a logo, for people who cannot see it")
        if self.logo_alt and not self.logo:
            faults.append("logo_alt: is of no use without a logo")
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def _keys(self, scheme: Scheme) -> dict[str, str]:
        """Return the key that each colour of a scheme comes from, where it is the form's own."""
        keys: dict[str, str] = {}
        for key, names in COLOURED_BY.items():
            given: Colours | None = getattr(self, key)
            if given and getattr(given, scheme):
                keys |= dict.fromkeys(names, f"{key}.{scheme}" if given.dark else key)
        return keys


def _faults(palette: Palette, keys: Mapping[str, str]) -> Iterator[str]:
    """Yield a sentence for each key at fault, of those that colours of a palette come from.

    A key's worst pair stands for all that it breaks, as it asks the most of the colour.
    """
    broken = [pair for pair in PAIRS if not pair.is_kept_by(palette)] if keys else []
    told = set()
    for pair in sorted(broken, key=lambda pair: pair.contrast_in(palette) / pair.criterion.needed):
        wrong, other = (pair.upper, pair.lower) if pair.upper in keys else (pair.lower, pair.upper)
        if keys[wrong] in told:
            continue
        told.add(keys[wrong])
        # Rounded down, so that what is too little never reads as enough.
        found = math.floor(pair.contrast_in(palette) * 100) / 100
        is_accent = wrong in COLOURED_BY["accent"]
        yield (
            f"{keys[wrong]}: {getattr(palette, wrong)} has a contrast of {found:.2f}:1 "
            f"with the {CALLED[other]} {getattr(palette, other)}, "
            f"and {pair.criterion.about} needs {pair.criterion.needed:g}:1: "
            f"choose a {'lighter' if is_accent == (palette.scheme == 'dark') else 'darker'} colour"
        )


def _own(palette: Palette, default: Palette, besides: Collection[str] = ()) -> dict[str, str]:
    """Return what a palette has of its own, and some of the properties that it has from the default."""
    usual = default.declarations()
    said = palette.declarations().items()
    return {name: value for name, value in said if value != usual[name] or name in besides}


def _block(declarations: Mapping[str, str], medium: str = "") -> str:
    if not declarations:
        return ""
    block = f":root{{{';'.join(f'{name}:{value}' for name, value in declarations.items())}}}"
    return f"{medium}{{{block}}}" if medium else block
