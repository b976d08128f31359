"""The six headings on which the aims of a REEN strategy may bear (CGCT, D. 2311-15-1).

None is compulsory. Which practices of the guide answer which heading is our reading, and says so;
an action that answers none is listed apart and never forced in one.
"""

from __future__ import annotations

from collections.abc import Iterable

from portulan.core.say.text import Text, labelled, semicolons
from portulan.indicators.series import Series
from portulan.plans.actions.reads import Row
from portulan.plans.models import Goal
from portulan.publication.documents.actions import judged
from portulan.publication.documents.asking import Asked
from portulan.publication.documents.cell import (
    UNKNOWN,
    Cell,
    Prose,
    Table,
    text,
)
from portulan.publication.documents.figures import (
    aim_of,
    bare,
    last_in,
    means_of,
    named_unit,
    reading_cell,
)

HEADINGS = (
    Text(
        "1° Commande publique locale et durable, réemploi, réparation, lutte contre l’obsolescence",
        "1° Local and sustainable purchasing, reuse, repair, against obsolescence",
    ),
    Text(
        "2° Gestion durable et de proximité du cycle de vie du matériel",
        "2° Sustainable management of the life cycle of equipment, close to home",
    ),
    Text("3° Écoconception des sites et des services", "3° Eco-design of sites and services"),
    Text(
        "4° Sensibilisation des élus et des agents, sécurité comprise",
        "4° Awareness of elected members and staff, security included",
    ),
    Text(
        "5° Sensibilisation des citoyens et inclusion numérique",
        "5° Awareness of citizens and digital inclusion",
    ),
    Text(
        "6° Territoire connecté et durable, usage des données",
        "6° A connected and sustainable area, use of data",
    ),
)
SIX_HEADINGS = Text("Les six rubriques de la loi", "The six headings of the law")
OUTSIDE = Text("Hors des six rubriques", "Outside the six headings")
OURS = Text(
    "Le rattachement des actions aux rubriques est le nôtre, d’après les bonnes pratiques qu’elles"
    " suivent\u202f; la mise en page aussi\u00a0: aucun texte n’en fixe.",
    "Placing actions under headings is ours, after the good practices that they follow; so is the"
    " layout: no text fixes one.",
)
NOTHING = Text("Aucune action", "No action")
INDICATOR = Text("Indicateur", "Indicator")
NO_INDICATOR = Text("sans indicateur", "no indicator")
# Codes of the guide (edition v1) by heading; the territory is never said by a code.
_BY_CODE = {
    **{f"d.{number}": 0 for number in range(1, 7)},
    **{f"e.{number}": 0 for number in range(1, 6)},
    "f.1": 1,
    **{f"i.{number}": 1 for number in range(1, 9)},
    **{f"h.{number}": 1 for number in range(1, 10)},
    **{f"g.{number}": 2 for number in range(1, 12)},
    **{f"b.{number}": 3 for number in range(1, 4)},
    "f.4": 5,
}
GUIDE = "guide-nr"


def headings_of(row: Row) -> tuple[int | None, ...]:
    """Return the headings of an action by its practices, in their order; (None,) without."""
    found = dict.fromkeys(
        _BY_CODE[practice.code]
        for practice in row.practices
        if practice.version.catalogue.slug == GUIDE and practice.code in _BY_CODE
    )
    return tuple(found) or (None,)


def heading_of(row: Row) -> int | None:
    """Return the heading under which an action counts: the first of its own."""
    return headings_of(row)[0]


def by_heading(rows: Iterable[Row]) -> dict[int | None, list[Row]]:
    """Return the actions under each heading, all six there, then those outside (None)."""
    found: dict[int | None, list[Row]] = {place: [] for place in (*range(len(HEADINGS)), None)}
    for row in rows:
        found[heading_of(row)].append(row)
    return found


def headings(rows: Iterable[Row], asked: Asked) -> list[Table | Prose]:
    """Return the actions by heading: aim, indicator, values, target, measures, means of the year.

    Each heading is there; those without action are told together, after the others.
    """
    rows = list(rows)
    goals, found = _goals(rows), by_heading(rows)
    said: list[Table | Prose] = [
        Table(
            asked.say(OUTSIDE if place is None else HEADINGS[place]),
            _heads(asked),
            tuple(_line(row, goals, asked) for row in its),
        )
        for place, its in found.items()
        if its
    ]
    blank = [asked.say(HEADINGS[at]) for at, its in found.items() if not its and at is not None]
    if blank:
        said.append(
            Prose(
                labelled(
                    asked.say(NOTHING), semicolons(blank, asked.language) + ".", asked.language
                )
            )
        )
    return said


def _heads(asked: Asked) -> tuple[str, ...]:
    heads = (
        Text("Mesure (action)", "Measure (action)"),
        Text("Objectif", "Aim"),
        INDICATOR,
        Text("{before}", "{before}"),
        Text("{year}", "{year}"),
        Text("Cible", "Target"),
        Text("Où elle en est", "Where it stands"),
        Text("Moyens {year}", "Means {year}"),
    )
    return tuple(asked.say(h).format(before=asked.year - 1, year=asked.year) for h in heads)


def _line(row: Row, goals: dict[int, str], asked: Asked) -> tuple[Cell, ...]:
    series = row.series or Series()
    words = goals.get(row.action.pk, "")
    return (
        Cell(f"{row.action.called}. {row.action.short_title or row.action.title}"),
        text(words),
        Cell(named_unit(row.main) if row.main else NO_INDICATOR.say(asked.language)),
        reading_cell(row, last_in(series, asked.year - 1), asked, is_bare=True),
        reading_cell(row, last_in(series, asked.year), asked, is_bare=True),
        UNKNOWN if row.main is None else bare(aim_of(series.target, row.main, asked.language)),
        Cell(judged(row, asked.today).say(asked.language)),
        means_of(row, asked),
    )


def _goals(rows: Iterable[Row]) -> dict[int, str]:
    through = Goal.actions.through.objects.filter(action__in=[row.action.pk for row in rows])
    found: dict[int, str] = {}
    for action, title in through.order_by("goal__order").values_list("action_id", "goal__title"):
        found[action] = f"{found[action]}, {title}" if action in found else title
    return found
