"""A trajectory in words and in a table."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from portulan.core.problems import Language
from portulan.web import formats
from portulan.web.charts.trajectory_points import TrajectoryPoint

WORDS: dict[Language, dict[str, str]] = {
    "fr": {
        "empty": "Aucun exercice à montrer.",
        "ambition": "ambition",
        "point": "{year}{stage} : {value}{interval}{aim}{joined}.",
        "interval": ", intervalle {lower} à {upper}",
        "aim": ", ambition {value}",
        "joined": ", relié à l’année d’avant",
        "columns": "Exercice|Stade|NR (k€)|DSI (k€)|Part|Ambition",
        "perimeter": "Périmètre",
        "unknown": "non calculable",
    },
    "en": {
        "empty": "No fiscal year to show.",
        "ambition": "ambition",
        "point": "{year}{stage}: {value}{interval}{aim}{joined}.",
        "interval": ", interval {lower} to {upper}",
        "aim": ", ambition {value}",
        "joined": ", joined to the year before",
        "columns": "Fiscal year|Stage|NR (k€)|IT (k€)|Share|Ambition",
        "perimeter": "Perimeter",
        "unknown": "not computable",
    },
}


def describe(
    points: Sequence[TrajectoryPoint],
    links: Sequence[tuple[TrajectoryPoint, TrajectoryPoint]],
    decimals: int,
    language: Language,
) -> str:
    """Return the points in sentences, for who does not see the drawing."""
    words = WORDS[language]
    ends = {id(after) for _, after in links}

    def percent(value: Decimal | None) -> str:
        return formats.percent(value, language, decimals=decimals, none=words["unknown"])

    def sentence(point: TrajectoryPoint) -> str:
        interval = point.lower is not None and point.upper is not None
        bounds = {"lower": percent(point.lower), "upper": percent(point.upper)}
        aim = {"value": percent(point.ambition)}
        return words["point"].format(
            year=point.year,
            stage=f", {point.stage}" if point.stage else "",
            value=percent(point.value),
            interval=words["interval"].format(**bounds) if interval else "",
            aim=words["aim"].format(**aim) if point.ambition is not None else "",
            joined=words["joined"] if id(point) in ends else "",
        )

    return " ".join(sentence(point) for point in points)


def tabulate(
    points: Sequence[TrajectoryPoint], decimals: int, language: Language
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return the points as a table: its columns, then its rows."""
    words = WORDS[language]
    columns = tuple(words["columns"].split("|"))
    several = len({point.perimeter for point in points}) > 1

    def row(point: TrajectoryPoint) -> tuple[str, ...]:
        cells = (
            str(point.year),
            point.stage or formats.UNKNOWN,
            formats.thousands(point.numerator, language),
            formats.thousands(point.denominator, language),
            formats.percent(point.value, language, decimals=decimals, none=words["unknown"]),
            formats.percent(point.ambition, language, decimals=decimals),
        )
        return (*cells, point.perimeter) if several else cells

    return (*columns, words["perimeter"]) if several else columns, tuple(map(row, points))
