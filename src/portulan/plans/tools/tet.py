"""A plan as Territoires en Transitions imports it: its template of 28 columns (pure).

Columns, their order and labels, the heads in row 2 and the data from row 4 are those of
`import-plan-aggregate` (MIT), read in 2026. It knows amounts as a total without tax, which no tab
of it shows: what is asked by year is told under “Financements”. It takes no indicator from the
column that it has for them, lists part at commas, and a milestone is a sub-action.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from portulan.core.say.text import Text
from portulan.core.sheet_layout import Layout
from portulan.core.spreadsheet import Cell
from portulan.core.workbooks import Sheet
from portulan.plans.files.document import ActionText, MilestoneText
from portulan.plans.tables.formats.proposing import with_beside
from portulan.plans.tools.losses import OtherTool, Rounding
from portulan.plans.tools.telling import NAMES, Outgoing, lines_of, told
from portulan.plans.words import OVER, Progress

_TITLE, _SUB_ACTION, _AXIS = "Titre de l'action", "Titre de la sous-action", "Axe (x)"
_DESCRIPTION, _MEANS, _FUNDING = "Descriptif", "Moyens humains et techniques", "Financements"
_STATUS, _START, _END = "Statut", "Date de début", "Date de fin"
# The column of each field, in the order of the template; what is held by none has no field.
COLUMNS = (
    *(_AXIS, "Sous-axe (x.x)", "Sous-sous axe (x.x.x)", _TITLE, _SUB_ACTION, _DESCRIPTION),
    *("Instances de gouvernance", "Objectifs", "Indicateurs liés", "Structure pilote", _MEANS),
    *("Partenaires", "Direction ou service pilote", "Personne pilote", "Élu·e référent·e"),
    *("Participation Citoyenne", _FUNDING, "Financeur 1", "Montant € HT", "Financeur 2"),
    *("Montant € HT", "Financeur 3", "Montant € HT", "Budget prévisionnel total € HT"),
    *(_STATUS, "Niveau de priorité", _START, _END),
)
# The first row groups the columns.
_GROUPS = {0: "Présentation de l'action", 9: "Acteurs", 16: "Budget", 24: "Modalités"}
_TEXTS = {
    "axis": _AXIS,
    "title": _TITLE,
    "goals": "Objectifs",
    "unit": "Structure pilote",
    "pilot_function": "Direction ou service pilote",
    "sponsor_function": "Élu·e référent·e",
    "decided_by": "Instances de gouvernance",
    "money": _FUNDING,
    "days_per_year": _MEANS,
}
_STATUSES = {
    Progress.TODO: "À venir",
    Progress.IN_PROGRESS: "En cours",
    Progress.DONE: "Réalisé",
    Progress.ONGOING: "Réalisé",
    Progress.PAUSED: "En pause",
    Progress.DROPPED: "Abandonné",
}
_BLOCKED = "Bloqué"
_HELD = frozenset(
    {"axis", "title", "goals", "unit", "pilot_function", "sponsor_function", "decided_by"}
    | {"contributors", "description", "progress", "starts_on", "due_on", "milestones"}
)
_DROPPED = frozenset({"seen", "last_news_on", "evidence"})
_FOLDED = {"money": _FUNDING, "days_per_year": _MEANS}
_BESIDE = tuple(name for name in NAMES if name not in _HELD | _DROPPED | _FOLDED.keys())


def _rows(out: Outgoing) -> Iterator[list[Cell]]:
    yield [_GROUPS.get(at, "") for at in range(len(COLUMNS))]
    yield list(COLUMNS)
    yield []
    for action in out.folder.actions:
        said = _action(action, out)
        yield _placed(said)
        for one in action.milestones:
            yield _placed({_AXIS: said[_AXIS], _TITLE: said[_TITLE], **_milestone(one)})


def _placed(said: Mapping[str, Cell]) -> list[Cell]:
    return [said.get(column, "") for column in COLUMNS]


def _action(action: ActionText, out: Outgoing) -> dict[str, Cell]:
    found: dict[str, Cell] = {column: told(action, name, out) for name, column in _TEXTS.items()}
    names = (out.folder.indicators[key].name for key in action.indicators)
    return found | {
        _DESCRIPTION: with_beside(action.description, lines_of(action, _BESIDE, out)),
        "Indicateurs liés": "\n".join(names),
        "Partenaires": ", ".join(action.contributors),
        _STATUS: _BLOCKED if _is_blocked(action) else _STATUSES[action.progress],
        _START: _day(action.starts_on),
        _END: _day(action.due_on),
    }


def _milestone(one: MilestoneText) -> dict[str, Cell]:
    status = _STATUSES[Progress.DONE if one.reached_on else Progress.TODO]
    return {_SUB_ACTION: one.title, _STATUS: status, _END: one.due_on}


def _day(day: date | None) -> Cell:
    return day or ""


def _is_blocked(action: ActionText) -> bool:
    return bool(action.blocked_by) and action.progress not in OVER


def _parted(name: str) -> Rounding:
    """Return what commas do: the tool makes a body of each part."""
    return Rounding(
        lambda action: any(
            "," in text
            for value in [getattr(action, name) or ()]
            for text in ([value] if isinstance(value, str) else value)
        ),
        Text("Coupé à chaque virgule.", "Parted at each comma."),
    )


_STEP = Rounding(
    lambda one: (
        one.progress is Progress.ONGOING
        or (_is_blocked(one) and one.progress is not Progress.IN_PROGRESS)
    ),
    Text(
        "«\u00a0En suivi\u00a0» devient «\u00a0Réalisé\u00a0», une action bloquée"
        " «\u00a0Bloqué\u00a0».",
        "“Followed up” becomes “Réalisé”, a blocked action “Bloqué”.",
    ),
)
_REACHED = Rounding(
    lambda action: any(one.reached_on for one in action.milestones),
    Text(
        "Sous-actions\u00a0: le jour atteint devient «\u00a0Réalisé\u00a0».",
        "Sub-actions: the day reached becomes “Réalisé”.",
    ),
)
_WIDTHS = {_TITLE: 48, _DESCRIPTION: 60, _START: 13, _END: 13, _FUNDING: 36}
TOOL = OtherTool(
    key="tet",
    name=Text("Territoires en Transitions", "Territoires en Transitions"),
    about=Text(
        "Le modèle d’import de l’outil, avec ses 28 colonnes. Vous l’envoyez à son équipe, qui le"
        " dépose.",
        "The import template of the tool, with its 28 columns. You send it to their team, who"
        " import it.",
    ),
    held=_HELD,
    folded={**_FOLDED, **dict.fromkeys(_BESIDE, _DESCRIPTION)},
    rounded={
        "progress": _STEP,
        "milestones": _REACHED,
        **{
            name: _parted(name)
            for name in ("unit", "pilot_function", "sponsor_function", "decided_by", "contributors")
        },
    },
    sheets=lambda out: [
        Sheet("Plan", _rows(out), Layout([_WIDTHS.get(column, 20) for column in COLUMNS]))
    ],
)
