"""Paper to draw a chart on: text that stays inside and out of the way, marks, and the final SVG."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from html import escape
from typing import Literal

from portulan.core.say.text import Language, Text

type Anchor = Literal["", "mid", "end"]

ASCENT, DESCENT = 10.0, 3.0  # of a 12 unit text around its baseline
PADDING = 2.0
MOST_PIECES = 400  # of a line that labels keep off: more than any chart is wide or high
ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
NAME = re.compile(r"[A-Za-z][\w-]*")
NARROW_CHARS = frozenset(" .,:;!|'’ijlftI\u00a0\u202f()/-")
WIDE_CHARS = frozenset("mwMW%€@—")


# What a chart says, by a key of its own.
type Words = Mapping[str, Text]


def in_language(words: Words, language: Language) -> dict[str, str]:
    return {key: text.say(language) for key, text in words.items()}


class Svg(str):
    """SVG that is safe to put in a page as it is: everything in it was escaped when drawn."""

    __slots__ = ()

    def __html__(self) -> str:
        return self


class Shape(StrEnum):
    """How firm a mark is: asked or studied, opened or tried, realised or done."""

    HOLLOW = "hollow"
    HALF = "half"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart: its SVG (empty if there is nothing to draw), its sentence, its data as text."""

    svg: Svg
    description: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle that something occupies."""

    left: float
    top: float
    right: float
    bottom: float

    def covered(self, others: Iterable[Box]) -> float:
        """Return the area that it shares with others, each counted apart."""
        area = 0.0
        for one in others:  # hundreds of them for each place that a label may take
            if one.left < self.right and self.left < one.right and one.top < self.bottom:
                height = min(self.bottom, one.bottom) - max(self.top, one.top)
                if height > 0:
                    area += (min(self.right, one.right) - max(self.left, one.left)) * height
        return area


@dataclass(frozen=True, slots=True)
class Spot:
    """A place where a label may stand: its anchor point and the side the text runs from it."""

    x: float
    y: float
    anchor: Anchor = ""


def text_width(text: str, *, bold: bool = False) -> float:
    """Return a generous width of a 12 unit text, whatever the system font."""
    width = sum(map(_char_width, text))
    return width * 1.06 if bold else width


@lru_cache(maxsize=512)
def _char_width(char: str) -> float:
    if char in NARROW_CHARS:
        return 4.2
    if char in WIDE_CHARS:
        return 11.0
    if ord(char) > 0x2FF and not 0x2000 <= ord(char) <= 0x22FF:
        return 12.5
    return 8.6 if char.isupper() else 7.4


def clipped(text: str, width: float, *, bold: bool = False) -> str:
    """Return the text, cut with an ellipsis if it is wider than that."""
    text = " ".join(ILLEGAL.sub("\ufffd", text).split(" "))
    if text_width(text, bold=bold) <= width:
        return text
    end = len(text)
    while end and text_width(text[:end] + "…", bold=bold) > width:
        end -= 1
    return text[:end].rstrip() + "…" if end else ""


def at(value: float) -> str:
    """Return a coordinate with one decimal at most."""
    return f"{value:.1f}".rstrip("0").rstrip(".") if round(value, 1) else "0"


class Canvas:
    """Collects the marks of one chart; labels keep clear of what was drawn or reserved before."""

    def __init__(self, width: float, height: float) -> None:
        self.width = width
        self.top, self.bottom = 0.0, height
        self._marks: list[str] = []
        self._labels: list[str] = []
        self._taken: list[Box] = []

    def path(self, d: str, classes: str, **attributes: str) -> None:
        """Draw a path; `attributes` use _ for -."""
        extra = "".join(f' {key.replace("_", "-")}="{value}"' for key, value in attributes.items())
        self._marks.append(f'<path d="{d}" class="{classes}"{extra}/>')

    def circle(self, x: float, y: float, radius: float, classes: str) -> None:
        """Draw a circle and keep labels off it."""
        self._marks.append(
            f'<circle cx="{at(x)}" cy="{at(y)}" r="{at(radius)}" class="{classes}"/>'
        )
        self.reserve(Box(x - radius, y - radius, x + radius, y + radius))

    def sounding(self, x: float, y: float, shape: Shape, *, radius: float = 6) -> None:
        """Draw the point of a value: hollow, half or full."""
        self.circle(x, y, radius, "fi i w2" if shape is Shape.FULL else "fp i w2")
        if shape is Shape.HALF:
            self.path(half_disc(x, y, radius), "fi")

    def reserve(self, *boxes: Box) -> None:
        """Keep labels off these rectangles."""
        self._taken.extend(boxes)

    def reserve_line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Keep labels off a straight line."""
        pieces = min(max(1, int(max(abs(x1 - x0), abs(y1 - y0)) // 6)), MOST_PIECES)
        dx, dy = (x1 - x0) / pieces, (y1 - y0) / pieces
        for index in range(pieces):
            x, y = x0 + dx * index, y0 + dy * index
            self.reserve(
                Box(min(x, x + dx) - 1, min(y, y + dy) - 1, max(x, x + dx) + 1, max(y, y + dy) + 1)
            )

    def text(self, text: str, spot: Spot, classes: str = "", *, room: float | None = None) -> None:
        """Write a text at its place, cut to the room there is, and keep labels off it."""
        bold = _is_bold(classes)
        shown = clipped(text, min(room or self.width, self._room(spot.anchor, spot.x)), bold=bold)
        if not shown.strip():
            return
        box = self._box(spot, text_width(shown, bold=bold))
        self.reserve(box)
        self.top = min(self.top, box.top - PADDING)
        self.bottom = max(self.bottom, box.bottom)
        names = f"{spot.anchor} {classes}".strip()
        quoted = f' class="{names}"' if names else ""
        self._labels.append(
            f'<text x="{at(spot.x)}" y="{at(spot.y)}"{quoted}>{escape(shown, quote=False)}</text>'
        )

    def label(self, text: str, spots: Sequence[Spot], classes: str = "") -> None:
        """Write a text at the first spot where it is inside and covers nothing, else the best."""
        bold = _is_bold(classes)
        width = text_width(clipped(text, self.width - 2 * PADDING, bold=bold), bold=bold)
        inside = [self._inside(spot, width) for spot in spots]
        ranked = sorted(
            range(len(spots)),
            key=lambda index: (self._cost(spots[index], inside[index], width), index),
        )
        self.text(text, inside[ranked[0]], classes)

    def svg(self, *, title: str, description: str, prefix: str, classes: str = "") -> Svg:
        """Return the finished image; `prefix` makes its ids unique in the page.

        Raises ValueError if the prefix cannot begin an id.
        """
        if not NAME.fullmatch(prefix):
            raise ValueError(f"{prefix!r} cannot begin an id")
        view = f"0 {at(self.top)} {at(self.width)} {at(self.bottom - self.top)}"
        named = f' class="{classes}"' if classes else ""
        heading = "".join(
            f'<{tag} id="{prefix}-{tag[0]}">{_clean(text)}</{tag}>'
            for tag, text in (("title", title), ("desc", description))
        )
        return Svg(
            f'<svg{named} viewBox="{view}" role="img" aria-labelledby="{prefix}-t {prefix}-d">'
            f"{heading}{''.join(self._marks)}{''.join(self._labels)}</svg>"
        )

    def _room(self, anchor: Anchor, x: float) -> float:
        before, after = x - PADDING, self.width - PADDING - x
        return {"": after, "end": before, "mid": 2 * min(before, after)}[anchor]

    def _inside(self, spot: Spot, width: float) -> Spot:
        reach = {"": (0.0, width), "end": (width, 0.0), "mid": (width / 2, width / 2)}[spot.anchor]
        low, high = PADDING + reach[0], self.width - PADDING - reach[1]
        return Spot(min(max(spot.x, low), max(low, high)), spot.y, spot.anchor)

    def _box(self, spot: Spot, width: float) -> Box:
        left = spot.x - {"": 0.0, "mid": width / 2, "end": width}[spot.anchor]
        return Box(left, spot.y - ASCENT, left + width, spot.y + DESCENT)

    def _cost(self, wanted: Spot, kept: Spot, width: float) -> float:
        box = self._box(kept, width)
        # A label pushed away from its mark reads worse than one that is lifted.
        return box.covered(self._taken) + 4 * abs(wanted.x - kept.x)


def half_disc(x: float, y: float, radius: float) -> str:
    """Return the path of the left half of a disc."""
    r = at(radius)
    return f"M{at(x)} {at(y - radius)}A{r} {r} 0 0 0 {at(x)} {at(y + radius)}Z"


def _is_bold(classes: str) -> bool:
    return not {"ta", "tb"}.isdisjoint(classes.split())


def _clean(text: str) -> str:
    return escape(ILLEGAL.sub("\ufffd", text), quote=False)
