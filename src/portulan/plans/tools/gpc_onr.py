"""A plan in the sheets of the grid of the INR (GPC-ONR, MIT): each action a strategy (pure).

The five sheets of targets, with their heads in row 5 and the targets from row 7, as the grid has
them. What a person judges there (importance, performance, competence) and what its formulas compute
stay empty: column V is copied into the grid. An action is under each target that it serves, and
leaves only under one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from portulan.catalogue.readers.edition_file import load_builtin
from portulan.core.say.text import Text
from portulan.core.sheet_layout import Layout
from portulan.core.spreadsheet import Cell
from portulan.core.workbooks import Sheet
from portulan.plans.files.document import ActionText, practice_of
from portulan.plans.tools.losses import OtherTool, Rounding
from portulan.plans.tools.telling import Outgoing

CATALOGUE = "gpc-onr"
# The heads of row 5, from the column D on.
HEADS = (
    "Enjeux: opportunités et menaces",
    "Importance de la cible (Objectifs de TNRC)",
    "Performance actuelle évaluée (Expérimentations)",
    (
        "Documentation de la performance actuelle et description des mesures déjà en place"
        " ( Analyse des expérimentations à date )"
    ),
    *("Compétences", "Forces et faiblesses", "Niveau de priorité", "Valeur priorité"),
    *("Intervention urgente", "Intervention prioritaire", "Intervention à moyen terme"),
    *("Intervention à long terme", "Intervention de consolidation"),
    *("Intervention non prioritaire", "Intervention non pertinente"),
    *("Priorité texte", "Priorité valeur", "Valeur type d'action"),
    "Stratégies d'action pouvant contribuer à l'atteinte de la cible",
)
_BEFORE = 3  # columns of a row before its heads: an empty one, the code, the target
_WIDTHS = [3, 8, 60, *([18] * (len(HEADS) - 1)), 60]


@cache
def targets() -> dict[str, list[tuple[str, str]]]:
    """Return the targets of each sheet, code and text, under the line that heads it."""
    content = load_builtin(CATALOGUE)
    found: dict[str, list[tuple[str, str]]] = {}
    themes = {one.code: one.title for one in content.themes}
    for one in content.practices:
        axis, _, promise = one.summary.partition(" : ")
        head = f"{axis} - {themes[one.theme].upper()} : {promise}"
        found.setdefault(head, []).append((one.code, one.title))
    return found


def _served(action: ActionText) -> frozenset[str]:
    """Return the codes of the targets that an action serves."""
    refs = map(practice_of, action.practices)
    return frozenset(code for catalogue, _edition, code in refs if catalogue == CATALOGUE)


def _sheets(out: Outgoing) -> Sequence[Sheet]:
    return [
        Sheet(f"ONR {rank}", _rows(head, its, out), Layout(_WIDTHS))
        for rank, (head, its) in enumerate(targets().items(), 1)
    ]


def _rows(head: str, its: Sequence[tuple[str, str]], out: Outgoing) -> Iterator[list[Cell]]:
    yield []
    yield ["", head]
    yield []
    yield []
    yield [*([""] * _BEFORE), *HEADS]
    yield []
    for code, target in its:
        serving = [one.title for one in out.folder.actions if code in _served(one)]
        strategies = "\n".join(f"{rank}. {title}" for rank, title in enumerate(serving, 1))
        yield ["", code, target, *([""] * (len(HEADS) - 1)), strategies]


def _has_others(action: ActionText) -> bool:
    return 0 < len(_served(action)) < len(action.practices)


TOOL = OtherTool(
    key="gpc-onr",
    name=Text("Grille GPC-ONR de l’INR", "GPC-ONR grid of the INR"),
    about=Text(
        "Les cinq feuilles de cibles, vos actions en stratégies. Copiez leur dernière colonne dans"
        " votre grille.",
        "The five sheets of targets, your actions as strategies. Copy their last column into your"
        " grid.",
    ),
    held=frozenset({"title", "practices"}),
    rounded={
        "practices": Rounding(
            _has_others,
            Text("Seules restent les cibles de l’INR.", "Only targets of the INR remain."),
        )
    },
    left_out=lambda action: not _served(action),
    left_out_why=Text(
        "Aucune cible de la grille\u00a0: ne part pas.", "No target of the grid: is left behind."
    ),
    sheets=_sheets,
)
