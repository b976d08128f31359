"""The rows of the list of actions, on screen and in its file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from portulan.budget.labels import STAGES
from portulan.budget.stages import Stage
from portulan.indicators.enums import MeasurementRole
from portulan.plans.models import LEVELS, PROGRESSES
from portulan.plans.selectors import Listing, Row
from portulan.plans.services.fields import Group
from portulan.web import formats
from portulan.web.language import page_language
from portulan.web.plans.sheet import cells, heads
from portulan.web.plans.values import name_with_unit, path_of, said
from portulan.web.spreadsheet import Cell


@dataclass(frozen=True, slots=True)
class ListRow:
    """An action as the list shows it."""

    number: int
    title: str
    level: int
    level_label: str
    adopted: bool
    progress: str
    states: str
    pilot: str
    indicator: str
    path: str
    money: str


def list_row(row: Row, year: int) -> ListRow:
    """Return the words of a row; `year` is the one whose money is shown, in k€."""
    language = page_language()
    main, series = row.main, row.series
    return ListRow(
        number=row.action.number,
        title=row.action.title,
        level=row.level.value,
        level_label=str(LEVELS[row.level]),
        adopted=row.adopted,
        progress=str(PROGRESSES[row.progress]),
        states=", ".join(state.label(language) for state in row.states),
        pilot=row.action.pilot_function,
        indicator=name_with_unit(main) if main else "",
        path=path_of(main, series) if main and series else "",
        money=formats.thousands(row.money(year), language, none=_("non chiffré")),
    )


def stage_words(listing: Listing, year: int) -> str:
    """Return what the money of a year is: « ouvert » once it has accounts, else « demandé »."""
    stages = {row.funding.of(year).stage for row in listing.rows}
    stage = next((name for name in stages if name), "")
    return str(STAGES[Stage(stage)]) if stage else _("demandé")


def basis_of(listing: Listing, year: int) -> str:
    """Return the tax basis of the amounts of a year."""
    return next((row.funding.of(year).basis for row in listing.rows), "TTC")


def csv_rows(listing: Listing, year: int) -> Iterator[list[Cell]]:
    """Yield the heads, then every row that the filters keep: functions, never names."""
    yield [
        _("N°"),
        _("Action"),
        _("Thématiques"),
        _("Niveau d’engagement"),
        _("Niveau voté"),
        _("Avancement"),
        _("États"),
        *heads(Group.WHAT, Group.WHO, Group.WHEN),
        _("Indicateur"),
        _("Unité"),
        _("Référence"),
        _("Dernier relevé"),
        _("Date du relevé"),
        _("Cible"),
        _("Échéance de la cible"),
        _("DSI %(year)s, %(stage)s (€ %(basis)s)")
        % {"year": year, "stage": stage_words(listing, year), "basis": basis_of(listing, year)},
        *heads(Group.EFFORT),
    ]
    for row in listing.rows:
        yield _cells(row, year)


def _cells(row: Row, year: int) -> list[Cell]:
    action, main, series = row.action, row.main, row.series
    baseline = series.baseline if series else None
    read = (
        [item for item in series.readings if item.role is MeasurementRole.READING] if series else []
    )
    last = read[-1] if read else None
    target = series.target if series else None
    language = page_language()
    return [
        action.number,
        action.title,
        ", ".join(f"{theme.code}. {theme.say('title')}" for theme in row.themes),
        str(LEVELS[row.level]),
        _("oui") if row.adopted else _("non"),
        str(PROGRESSES[row.progress]),
        ", ".join(state.label(language) for state in row.states),
        *cells(action, Group.WHAT, Group.WHO, Group.WHEN),
        main.name if main else "",
        main.unit if main else "",
        *(
            (said(main, item) if item.value is None else item.value.normalize())
            if main and item
            else None
            for item in (baseline, last)
        ),
        last.on if last else None,
        (said(main, target) if target.value is None else target.value.normalize())
        if main and target
        else None,
        target.due_on if target else None,
        _money(row, year),
        *cells(action, Group.EFFORT),
    ]


def _money(row: Row, year: int) -> Cell:
    """Return the money of a year: « inconnu » was an answer, an empty cell is none."""
    amount = row.money(year)
    if amount is None and row.funding.of(year).planned_said:
        return _("inconnu")
    return amount
