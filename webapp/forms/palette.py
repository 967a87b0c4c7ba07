"""The colours of a form in each scheme, and the contrast that each two of them need."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from coloraide import Color

TONES: Final = 50

Scheme = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Criterion:
    """A success criterion of WCAG 2.2, level AA: what it is about, and the contrast that it needs."""

    about: str
    needed: float


TEXT: Final = Criterion("text", 4.5)
"""1.4.3 Contrast (Minimum), https://www.w3.org/TR/WCAG22/#contrast-minimum."""

EDGE: Final = Criterion("an edge", 3)
"""1.4.11 Non-text Contrast, https://www.w3.org/TR/WCAG22/#non-text-contrast."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two colours that the stylesheet shows on or next to each other, by their names in a palette."""

    upper: str
    lower: str
    criterion: Criterion

    def contrast_in(self, palette: Palette) -> float:
        """Return the contrast that the two have, from 1 to 21."""
        return contrast(getattr(palette, self.upper), getattr(palette, self.lower))

    def is_kept_by(self, palette: Palette) -> bool:
        """Say whether the two have the contrast that they need."""
        return self.contrast_in(palette) >= self.criterion.needed


PAIRS: Final = (
    Pair("ink", "sheet", TEXT),
    Pair("quiet", "sheet", TEXT),  # hints
    Pair("error", "sheet", TEXT),
    Pair("accent", "sheet", TEXT),  # links; also the outline of what has the focus, which needs less
    Pair("quiet", "page", TEXT),  # the footer
    Pair("accent", "page", TEXT),  # the footer's links
    Pair("ink", "field", TEXT),
    Pair("ink", "notice", TEXT),
    Pair("on_accent", "accent", TEXT),  # the button, and the receipt's panel
    Pair("on_accent", "hover", TEXT),
    Pair("edge", "sheet", EDGE),  # a field, from outside
    Pair("edge", "field", EDGE),  # and from inside
    Pair("accent", "field", EDGE),  # a field that has the focus
    Pair("error", "field", EDGE),  # a field that is wrong
    Pair("notice_edge", "sheet", EDGE),
    Pair("notice_edge", "notice", EDGE),
)
"""Every pair of the stylesheet; its ``line`` only adorns, so that nothing is asked of it."""


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of a scheme, in hexadecimal, named as the properties of ``static/leadform.css``."""

    scheme: Scheme
    accent: str
    on_accent: str
    page: str
    sheet: str
    field: str
    ink: str
    quiet: str
    line: str
    edge: str
    error: str
    notice: str
    notice_edge: str

    @property
    def hover(self) -> str:
        """The button's colour under the pointer, mixed as the stylesheet mixes it."""
        return _colour(self.accent).mix(self.ink, 0.15, space="srgb").to_string(hex=True)

    def with_accent(self, accent: str) -> Palette:
        """Return the palette with another accent, and on it the words that are read more easily."""
        words = max(LIGHT.on_accent, DARK.on_accent, key=lambda color: contrast(color, accent))
        return replace(self, accent=accent, on_accent=words)

    def with_tone_of(self, accent: str) -> Palette:
        """Return the palette with the tone of an accent that is nearest to it and can be read.

        The tones go on to white in a dark palette, to black in a light one; where not even that can be read,
        it is the background's fault.
        """
        colour, toned = _colour(accent).convert("oklch"), self.with_accent(accent)
        start, end = colour["lightness"], 1 if self.scheme == "dark" else 0
        for step in range(1, TONES + 1):
            if all(pair.is_kept_by(toned) for pair in PAIRS if pair.upper in {"accent", "on_accent"}):
                break
            colour["lightness"] = start + (end - start) * step / TONES
            toned = self.with_accent(colour.convert("srgb").to_string(hex=True))
        return toned

    def declarations(self) -> dict[str, str]:
        """Return what a stylesheet says of it, by property."""
        said = {f"--{name.replace('_', '-')}": value for name, value in asdict(self).items()}
        return {"color-scheme": said.pop("--scheme"), **said}


LIGHT: Final = Palette(
    scheme="light",
    accent="#1f5446",
    on_accent="#fdf9f2",
    page="#f3ece1",
    sheet="#fffdf9",
    field="#fff",
    ink="#2b2420",
    quiet="#635850",
    line="#e3d9cb",
    edge="#83776b",
    error="#a3231b",
    notice="#fcf0d6",
    notice_edge="#8f6210",
)
DARK: Final = Palette(
    scheme="dark",
    accent="#93cbb2",
    on_accent="#10241c",
    page="#151210",
    sheet="#1f1b18",
    field="#171412",
    ink="#f3ece3",
    quiet="#bdb1a5",
    line="#3b342e",
    edge="#93877b",
    error="#ffa294",
    notice="#33290f",
    notice_edge="#e2b458",
)


def on_paper(paper: str) -> Palette:
    """Return the palette of a background: if it is dark, what stands on it is light, whatever the scheme.

    On light paper fields stay white; on dark they take its colour, as another tint may not go with it.
    """
    if contrast(paper, "#fff") > contrast(paper, "#000"):
        return replace(DARK, page=paper, sheet=paper, field=paper)
    return replace(LIGHT, page=paper, sheet=paper)


@lru_cache(maxsize=4096)
def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2.2 defines it, from 1 to 21."""
    return _colour(one).contrast(other, method="wcag21")


def hexadecimal(written: str) -> str:
    """Return a colour of CSS in hexadecimal: as it is if it is so, or the nearest that every screen has.

    Raises:
        ValueError: it is not a colour, or not opaque.
    """
    lowered = written.lower()
    if re.fullmatch(r"#(?:[0-9a-f]{3}){1,2}", lowered):
        return lowered
    try:
        colour = _colour(lowered)
        nearest = colour.convert("srgb").to_string(hex=True, alpha=False)
    except (ValueError, OverflowError) as error:
        raise ValueError("must be a colour of CSS, such as #7a1f3d or rebeccapurple") from error
    if colour.alpha(nans=False) < 1:
        raise ValueError("must be opaque, for its contrast would depend on what is behind it")
    return nearest


def _colour(written: str) -> Color:
    from coloraide import Color  # noqa: PLC0415 (slow to import, and many a venue keeps the default colours)

    return Color(written)
