"""A plan in the shape of the recommendations that L’éco-clic exports (pure).

The tool imports nothing: the workbook is read beside its own, column by column. Answers and levels
of its questionnaire are nobody’s here, and stay empty.
"""

from __future__ import annotations

import html
from collections.abc import Iterator

from portulan.core.say import numbers
from portulan.core.say.text import Text
from portulan.core.sheet_layout import Layout
from portulan.core.spreadsheet import Cell
from portulan.core.workbooks import Sheet
from portulan.plans.files.document import ActionText
from portulan.plans.tables.formats.proposing import with_beside
from portulan.plans.tools.losses import OtherTool
from portulan.plans.tools.telling import NAMES, Outgoing, lines_of, told

COLUMNS = ("Categorie", "Theme", "Question", "Reponse", "Recommandation", "NiveauLabel")
_HELD = frozenset({"axis", "title", "description"})
_DROPPED = frozenset({"seen", "last_news_on", "evidence"})
_BESIDE = tuple(name for name in NAMES if name not in _HELD | _DROPPED | {"progress"})


def _rows(out: Outgoing) -> Iterator[list[Cell]]:
    yield ["", f"{out.organisation} - {numbers.date(out.on, 'fr')}"]
    yield from ([], [])
    yield list(COLUMNS)
    for action in out.folder.actions:
        answer = told(action, "progress", out)
        yield [told(action, "axis", out), "", action.title, answer, _advice(action, out), ""]


def _advice(action: ActionText, out: Outgoing) -> str:
    """Return what the tool has as HTML: one paragraph a line."""
    text = with_beside(action.description, lines_of(action, _BESIDE, out))
    lines = filter(None, map(str.strip, text.splitlines()))
    return "".join(f"<p>{html.escape(line, quote=False)}</p>" for line in lines)


TOOL = OtherTool(
    key="eco-clic",
    name=Text("L’éco-clic", "L’éco-clic"),
    about=Text(
        "Un classeur rangé comme ses recommandations. L’éco-clic n’importe aucun fichier\u00a0: il"
        " se lit à côté du sien.",
        "A workbook laid out as its recommendations. L’éco-clic imports no file: read it beside"
        " theirs.",
    ),
    held=_HELD,
    folded={"progress": "Reponse", **dict.fromkeys(_BESIDE, "Recommandation")},
    sheets=lambda out: [Sheet("Sheet", _rows(out), Layout([28, 20, 48, 18, 60, 18]))],
)
