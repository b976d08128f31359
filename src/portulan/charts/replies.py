"""How many functions had answered, day after day, against how many were asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from portulan.charts.canvas import Canvas, Drawing, Spot, Svg, Words, at, in_language
from portulan.core.say import numbers
from portulan.core.say.text import Language, Text

WIDTH, HEIGHT = 400.0, 122.0
LEFT, RIGHT, FLOOR, CEILING = 8.0, 386.0, 96.5, 22.0

WORDS: Words = {
    "title": Text("Réponses cumulées, jour par jour", "Answers added up, day by day"),
    "none": Text("Aucune réponse pour l’instant.", "No answer so far."),
    "asked": Text("{count} attendues", "{count} awaited"),
    "said": Text(
        "{answered} réponses sur {asked} au {day}.", "{answered} answers of {asked} on {day}."
    ),
    "columns": Text("Jour|Réponses", "Day|Answers"),
}


def replies_by_day(
    answers: Sequence[tuple[date, int]],
    *,
    asked: int,
    first: date,
    last: date,
    reminders: Sequence[date] = (),
    title: str = "",
    language: Language,
    prefix: str,
) -> Drawing:
    """Return the stairs of answers, by day and count reached, from the first day to the last.

    A mark on the axis is a day of reminder; the dashed line is how many were asked.
    """
    words = in_language(WORDS, language)
    columns = tuple(words["columns"].split("|"))
    if not answers:
        return Drawing(Svg(""), words["none"], columns)
    rows = tuple(
        (numbers.date(day, language), numbers.number(count, language)) for day, count in answers
    )
    reached = answers[-1][1]
    said = words["said"].format(answered=reached, asked=asked, day=numbers.date(last, language))
    plot = _Days(first, max(last, first), max(asked, 1, *(count for _day, count in answers)))
    plot.path(f"M{at(LEFT)} {at(FLOOR)}H{at(RIGHT)}", "i")
    plot.path(f"M{at(LEFT)} {at(plot.y(asked))}H{at(RIGHT)}", "a da")
    plot.text(words["asked"].format(count=asked), Spot(LEFT, plot.y(asked) - 5), "ta")
    plot.path(plot.stairs(answers), "i w2", fill="none")
    for day in reminders:
        if plot.first <= day <= plot.last:
            plot.path(f"M{at(plot.x(day))} {at(FLOOR)}v-8", "a w2")
    end = plot.y(reached)
    plot.circle(RIGHT, end, 4, "fi")
    if end - plot.y(asked) > 14:
        plot.text(numbers.number(reached, language), Spot(RIGHT - 8, end - 6, "end"), "tb")
    plot.text(numbers.date(first, language), Spot(LEFT, 114), "tm")
    plot.text(numbers.date(last, language), Spot(RIGHT, 114, "end"), "tm")
    svg = plot.svg(title=title or words["title"], description=said, prefix=prefix)
    return Drawing(svg, said, columns, rows)


class _Days(Canvas):
    def __init__(self, first: date, last: date, most: int) -> None:
        super().__init__(WIDTH, HEIGHT)
        self.first, self.last, self.most = first, last, most

    def x(self, day: date) -> float:
        span = max((self.last - self.first).days, 1)
        ratio = min(max((day - self.first).days / span, 0.0), 1.0)
        return LEFT + ratio * (RIGHT - LEFT)

    def y(self, count: int) -> float:
        return FLOOR - (FLOOR - CEILING) * count / self.most

    def stairs(self, answers: Sequence[tuple[date, int]]) -> str:
        steps = "".join(f"H{at(self.x(day))}V{at(self.y(count))}" for day, count in answers)
        return f"M{at(LEFT)} {at(FLOOR)}{steps}H{at(RIGHT)}"
