"""The money of an action or a plan year by year, each at its stage, with what was voted for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from portulan.charts.canvas import (
    Box,
    Canvas,
    Drawing,
    Shape,
    Spot,
    Svg,
    Words,
    at,
    in_language,
    text_width,
)
from portulan.core.say import numbers
from portulan.core.say.country import local
from portulan.core.say.text import Language, Text

WIDTH, HEIGHT = 330.0, 178.0
TOP, BASE = 29.0, 150.0
LEFT, RIGHT = 20.0, 310.0
WIDEST, BAR = 95.0, 46.0  # the widest step from a year to the next, the widest bar
ZERO = Decimal(0)

WORDS: Words = {
    "empty": Text("Aucun montant à montrer.", "No amount to show."),
    "bar": Text(
        "{year}{stage}\u00a0: {amount}{added}{envelope}.",
        "{year}{stage}: {amount}{added}{envelope}.",
    ),
    "added": Text(", dont {amount} ajoutés", ", {amount} of it added"),
    "envelope": Text(", {word} {amount}", ", {word} {amount}"),
    "envelope_word": Text("enveloppe", "envelope"),
    "unknown": Text("non chiffré", "not costed"),
    "columns": Text("Exercice|Stade|Montant (k€)", "Fiscal year|Stage|Amount (k€)"),
    "added_column": Text("Dont ajouté (k€)", "Of which added (k€)"),
    "envelope_column": Text("Enveloppe (k€)", "Envelope (k€)"),
}


@dataclass(frozen=True, slots=True)
class MoneyBar:
    """A fiscal year. Amounts in euros, None when unknown; stages are never added together.

    `added` is what a scenario puts on top of `amount`; `envelope` is what was voted. `past` draws
    the bar in grey, behind the year in question.
    """

    year: int
    amount: Decimal | None
    stage: str = ""
    shape: Shape = Shape.FULL
    envelope: Decimal | None = None
    added: Decimal | None = None
    past: bool = False

    @property
    def total(self) -> Decimal | None:
        if self.amount is None or not self.added:
            return self.amount
        return self.amount + self.added


def money_bars(
    bars: Iterable[MoneyBar],
    *,
    title: str,
    language: Language,
    prefix: str,
    envelope_word: str = "",
) -> Drawing:
    """Return the bars by year, in thousands of euros; nothing is drawn when no amount is known.

    `envelope_word` names the first stroke (“voté”).
    """
    bars = sorted(bars, key=lambda bar: bar.year)
    columns, rows = _table(bars, language)
    if all(bar.total is None and bar.envelope is None for bar in bars):
        return Drawing(Svg(""), WORDS["empty"].say(language), columns, rows)
    canvas = _Plot(bars, envelope_word, language)
    for index, bar in enumerate(bars):
        canvas.draw_bar(bar, canvas.middle(index))
    canvas.path(f"M{at(LEFT)} {at(canvas.y(ZERO) + 0.5)}H{at(RIGHT)}", "i")
    canvas.name_bars()
    canvas.draw_envelopes(envelope_word)
    for index, bar in enumerate(bars):
        canvas.label_bar(bar, canvas.middle(index))
    description = _description(bars, envelope_word, language)
    svg = canvas.svg(title=title, description=description, prefix=prefix)
    return Drawing(svg, description, columns, rows)


def _name(bar: MoneyBar) -> str:
    return f"{bar.year} {bar.stage}".strip()


def _rectangle(left: float, right: float, start: float, end: float) -> str:
    return f"M{at(left)} {at(end)}H{at(right)}V{at(start)}H{at(left)}Z"


class _Plot(Canvas):
    def __init__(self, bars: list[MoneyBar], envelope_word: str, language: Language) -> None:
        super().__init__(WIDTH, HEIGHT)
        self.bars, self.language = bars, language
        amounts = [amount for bar in bars for amount in (bar.total, bar.amount, bar.envelope)]
        known = [amount for amount in amounts if amount is not None]
        self.low, self.high = min([ZERO, *known]), max([ZERO, *known])
        if self.low == self.high:
            self.high = Decimal(1)
        room, last = 0.0, bars[-1].envelope
        if last is not None:
            word = f"{envelope_word} " if len(bars) == 1 and envelope_word else ""
            room = text_width(word + numbers.thousands(last, language), bold=True)
        self.step = min(WIDEST, (RIGHT - LEFT - max(0.0, room - 34)) / len(bars))
        self.bar = min(BAR, self.step * 0.485)

    def middle(self, index: int) -> float:
        return LEFT + 48 - max(0.0, 95 - self.step) / 2 + index * self.step

    def y(self, amount: Decimal) -> float:
        return BASE - (BASE - TOP) * float((amount - self.low) / (self.high - self.low))

    def draw_bar(self, bar: MoneyBar, middle: float) -> None:
        if bar.amount is None or bar.amount == 0:
            return
        fill = "fe" if bar.past else "fi"
        left, right = middle - self.bar / 2, middle + self.bar / 2
        zero, end = self.y(ZERO), self.y(bar.amount)
        if bar.shape is Shape.FULL:
            self.path(_rectangle(left, right, zero, end), fill)
        else:
            self.path(_rectangle(left, right, zero, end), "fp e" if bar.past else "fp i")
            if bar.shape is Shape.HALF:
                self.path(_rectangle(left, middle, zero, end), fill)
        self.reserve(Box(left, min(zero, end), right, max(zero, end)))
        if bar.added and bar.total is not None:
            top = self.y(bar.total)
            self.path(_rectangle(left, right, end, top), "fp i w2")
            if abs(end - top) > 16:
                text = numbers.number(bar.added.scaleb(-3), self.language, decimals=0, signed=True)
                self.text(text, Spot(middle, (end + top) / 2 + 4, "mid"), "tb", room=self.bar)
            self.reserve(Box(left, min(top, end), right, max(top, end)))

    def draw_envelopes(self, envelope_word: str) -> None:
        word = f"{envelope_word} " if envelope_word else ""
        labels: list[tuple[str, list[Spot]]] = []
        for index, bar in enumerate(self.bars):
            if bar.envelope is None:
                continue
            y, middle, half = self.y(bar.envelope), self.middle(index), self.bar / 2 + 8
            self.path(f"M{at(middle - half)} {at(y)}H{at(middle + half)}", "a w3")
            self.reserve(Box(middle - half, y - 2, middle + half, y + 2))
            side = [Spot(middle + half + 5, y + 4), Spot(middle - half - 5, y + 4, "end")]
            over = [Spot(middle, y - lift, "mid") for lift in (6, 20, 34)]
            labels.append((word + numbers.thousands(bar.envelope, self.language), side + over))
            word = ""
        for text, spots in labels:
            self.label(text, spots, "ta h")

    def label_bar(self, bar: MoneyBar, middle: float) -> None:
        total = bar.total
        if total is None:
            unknown = WORDS["unknown"].say(self.language)
            self.label(unknown, [Spot(middle, self.y(ZERO) - 6, "mid")], "tm h")
            return
        edge = self.y(max(total, bar.amount or ZERO, ZERO))
        over = [Spot(middle, edge - lift, "mid") for lift in (6, 10, 20, 34)]
        under = [Spot(middle, self.y(total) + 13, "mid")]
        text = numbers.thousands(total, self.language)
        self.label(text, under + over if total < 0 else over + under, "tb h")

    def name_bars(self) -> None:
        """Write the year and the stage of each below; a stage too wide, once for those it spans."""
        line = max(BASE, self.y(self.low)) + (38 if self.low < 0 else 18)
        if max(text_width(_name(bar)) for bar in self.bars) <= self.step:
            for index, bar in enumerate(self.bars):
                self.text(_name(bar), Spot(self.middle(index), line, "mid"), "tm", room=self.step)
            return
        for index, bar in enumerate(self.bars):
            self.text(str(bar.year), Spot(self.middle(index), line, "mid"), room=self.step)
        if max(text_width(bar.stage) for bar in self.bars) <= self.step:
            for index, bar in enumerate(self.bars):
                self.text(bar.stage, Spot(self.middle(index), line + 14, "mid"), "tm")
            return
        for stage, run in groupby(enumerate(self.bars), key=lambda item: item[1].stage):
            places = [self.middle(index) for index, _ in run]
            room = self.step * len(places) - 2
            spot = Spot((places[0] + places[-1]) / 2, line + 14, "mid")
            self.text(stage, spot, "tm", room=room)


def _description(bars: Sequence[MoneyBar], envelope_word: str, language: Language) -> str:
    words = in_language(WORDS, language)

    def keuros(amount: Decimal | None) -> str:
        return numbers.money(amount, language, unit="k€", none=words["unknown"])

    def sentence(bar: MoneyBar) -> str:
        aim = bar.envelope
        word = envelope_word or words["envelope_word"]
        envelope = words["envelope"].format(amount=keuros(aim), word=word)
        return words["bar"].format(
            year=bar.year,
            stage=f", {bar.stage}" if bar.stage else "",
            amount=keuros(bar.total),
            added=words["added"].format(amount=keuros(bar.added)) if bar.added else "",
            envelope=envelope if aim is not None else "",
        )

    return " ".join(map(sentence, bars))


def _table(
    bars: Sequence[MoneyBar], language: Language
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    words = in_language(WORDS, language)
    with_added = any(bar.added for bar in bars)
    with_envelope = any(bar.envelope is not None for bar in bars)
    columns = local(words["columns"], language).split("|")
    columns += [local(words["added_column"], language)] * with_added
    columns += [local(words["envelope_column"], language)] * with_envelope
    rows = []
    for bar in bars:
        total = numbers.thousands(bar.total, language, none=words["unknown"])
        cells = [str(bar.year), bar.stage or numbers.UNKNOWN, total]
        cells += [numbers.thousands(bar.added, language)] * with_added
        cells += [numbers.thousands(bar.envelope, language)] * with_envelope
        rows.append(tuple(cells))
    return tuple(columns), tuple(rows)
