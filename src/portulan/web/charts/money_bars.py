"""The money of an action or a plan year by year, each at its stage, with what was voted for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from portulan.core.say import numbers
from portulan.core.say.country import local
from portulan.core.say.text import Language
from portulan.web.charts.canvas import Box, Canvas, Drawing, Shape, Spot, Svg, at, text_width

WIDTH, HEIGHT = 330.0, 178.0
TOP, BASE = 29.0, 150.0
LEFT, RIGHT = 20.0, 310.0
WIDEST, BAR = 95.0, 46.0  # the widest step from a year to the next, the widest bar
ZERO = Decimal(0)

WORDS: dict[Language, dict[str, str]] = {
    "fr": {
        "empty": "Aucun montant à montrer.",
        "bar": "{year}{stage} : {amount}{added}{envelope}.",
        "added": ", dont {amount} ajoutés",
        "envelope": ", {word} {amount}",
        "envelope_word": "enveloppe",
        "unknown": "non chiffré",
        "columns": "Exercice|Stade|Montant (k€)",
        "added_column": "Dont ajouté (k€)",
        "envelope_column": "Enveloppe (k€)",
    },
    "en": {
        "empty": "No amount to show.",
        "bar": "{year}{stage}: {amount}{added}{envelope}.",
        "added": ", {amount} of it added",
        "envelope": ", {word} {amount}",
        "envelope_word": "envelope",
        "unknown": "not costed",
        "columns": "Fiscal year|Stage|Amount (k€)",
        "added_column": "Of which added (k€)",
        "envelope_column": "Envelope (k€)",
    },
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
        if self.amount is None:
            return None
        return self.amount + (self.added or ZERO)


@dataclass(frozen=True, slots=True)
class MoneyBars:
    """The bars, by year; `envelope_word` names the first stroke (“voté”)."""

    title: str
    bars: tuple[MoneyBar, ...]
    envelope_word: str = ""


@dataclass(frozen=True, slots=True)
class _Plot:
    low: Decimal
    high: Decimal
    step: float
    bar: float
    two_lines: bool
    language: Language

    def middle(self, index: int) -> float:
        return LEFT + 48 - max(0.0, 95 - self.step) / 2 + index * self.step

    def y(self, amount: Decimal) -> float:
        return BASE - (BASE - TOP) * float((amount - self.low) / (self.high - self.low))

    def text(self, amount: Decimal | None) -> str:
        return numbers.thousands(amount, self.language, none=WORDS[self.language]["unknown"])


def money_bars(chart: MoneyBars, *, language: Language, prefix: str) -> Drawing:
    """Return the bars, in thousands of euros; nothing is drawn when no amount is known."""
    bars = tuple(sorted(chart.bars, key=lambda bar: bar.year))
    columns, rows = _table(bars, language)
    if all(bar.total is None and bar.envelope is None for bar in bars):
        return Drawing(Svg(""), WORDS[language]["empty"], columns, rows)
    plot = _plot(chart, bars, language)
    canvas = Canvas(WIDTH, HEIGHT)
    for index, bar in enumerate(bars):
        _draw_bar(canvas, plot, bar, plot.middle(index))
    canvas.path(f"M{at(LEFT)} {at(plot.y(ZERO) + 0.5)}H{at(RIGHT)}", "i")
    _name_bars(canvas, plot, bars)
    _draw_envelopes(canvas, plot, bars, chart.envelope_word)
    for index, bar in enumerate(bars):
        _label_bar(canvas, plot, bar, plot.middle(index))
    description = _description(bars, chart.envelope_word, language)
    svg = canvas.svg(title=chart.title, description=description, prefix=prefix)
    return Drawing(svg, description, columns, rows)


def _name(bar: MoneyBar) -> str:
    return f"{bar.year} {bar.stage}".strip()


def _plot(chart: MoneyBars, bars: Sequence[MoneyBar], language: Language) -> _Plot:
    amounts = [amount for bar in bars for amount in (bar.total, bar.amount, bar.envelope)]
    known = [amount for amount in amounts if amount is not None]
    low, high = min([ZERO, *known]), max([ZERO, *known])
    if low == high:
        high = Decimal(1)
    room = 0.0
    last = bars[-1].envelope
    if last is not None:
        word = f"{chart.envelope_word} " if len(bars) == 1 and chart.envelope_word else ""
        room = text_width(word + numbers.thousands(last, language), bold=True)
    step = min(WIDEST, (RIGHT - LEFT - max(0.0, room - 34)) / len(bars))
    widest = max(text_width(_name(bar)) for bar in bars)
    return _Plot(low, high, step, min(BAR, step * 0.485), widest > step, language)


def _draw_bar(canvas: Canvas, plot: _Plot, bar: MoneyBar, middle: float) -> None:
    if bar.amount is None or bar.amount == 0:
        return
    fill = "fe" if bar.past else "fi"
    left, right = middle - plot.bar / 2, middle + plot.bar / 2
    zero, end = plot.y(ZERO), plot.y(bar.amount)
    if bar.shape is Shape.FULL:
        canvas.path(_rectangle(left, right, zero, end), fill)
    else:
        canvas.path(_rectangle(left, right, zero, end), "fp e" if bar.past else "fp i")
        if bar.shape is Shape.HALF:
            canvas.path(_rectangle(left, middle, zero, end), fill)
    canvas.reserve(Box(left, min(zero, end), right, max(zero, end)))
    if bar.added and bar.total is not None:
        top = plot.y(bar.total)
        canvas.path(_rectangle(left, right, end, top), "fp i w2")
        if abs(end - top) > 16:
            text = numbers.number(bar.added.scaleb(-3), plot.language, decimals=0, signed=True)
            canvas.text(text, Spot(middle, (end + top) / 2 + 4, "mid"), "tb", room=plot.bar)
        canvas.reserve(Box(left, min(top, end), right, max(top, end)))


def _rectangle(left: float, right: float, start: float, end: float) -> str:
    return f"M{at(left)} {at(end)}H{at(right)}V{at(start)}H{at(left)}Z"


def _draw_envelopes(
    canvas: Canvas, plot: _Plot, bars: Sequence[MoneyBar], envelope_word: str
) -> None:
    word = f"{envelope_word} " if envelope_word else ""
    labels: list[tuple[str, tuple[Spot, ...]]] = []
    for index, bar in enumerate(bars):
        envelope = bar.envelope
        if envelope is None:
            continue
        y, middle, half = plot.y(envelope), plot.middle(index), plot.bar / 2 + 8
        canvas.path(f"M{at(middle - half)} {at(y)}H{at(middle + half)}", "a w3")
        canvas.reserve(Box(middle - half, y - 2, middle + half, y + 2))
        side = (Spot(middle + half + 5, y + 4), Spot(middle - half - 5, y + 4, "end"))
        over = tuple(Spot(middle, y - lift, "mid") for lift in (6, 20, 34))
        labels.append((word + plot.text(envelope), (*side, *over)))
        word = ""
    for text, spots in labels:
        canvas.label(text, spots, "ta h")


def _label_bar(canvas: Canvas, plot: _Plot, bar: MoneyBar, middle: float) -> None:
    total = bar.total
    if total is None:
        canvas.label(plot.text(None), (Spot(middle, plot.y(ZERO) - 6, "mid"),), "tm h")
        return
    edge = plot.y(max(total, bar.amount or ZERO, ZERO))
    over = [Spot(middle, edge - lift, "mid") for lift in (6, 10, 20, 34)]
    under = Spot(middle, plot.y(total) + 13, "mid")
    canvas.label(plot.text(total), (under, *over) if total < 0 else (*over, under), "tb h")


def _name_bars(canvas: Canvas, plot: _Plot, bars: Sequence[MoneyBar]) -> None:
    """Write years and stages below; where they are narrow, a stage once for the years it spans."""
    line = max(BASE, plot.y(plot.low)) + (38 if plot.low < 0 else 18)
    if not plot.two_lines:
        for index, bar in enumerate(bars):
            canvas.text(_name(bar), Spot(plot.middle(index), line, "mid"), "tm", room=plot.step)
        return
    for index, bar in enumerate(bars):
        canvas.text(str(bar.year), Spot(plot.middle(index), line, "mid"), room=plot.step)
    for stage, run in groupby(enumerate(bars), key=lambda item: item[1].stage):
        places = [plot.middle(index) for index, _ in run]
        room = plot.step * len(places) - 2
        canvas.text(stage, Spot((places[0] + places[-1]) / 2, line + 14, "mid"), "tm", room=room)


def _description(bars: Sequence[MoneyBar], envelope_word: str, language: Language) -> str:
    words = WORDS[language]

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
    words = WORDS[language]
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
