"""What a State body reports on its roadmap (circulaire 6425/SG of 21 November 2023).

No file format and no sheet of indicators was found: this table is ours and says so.
"""

from __future__ import annotations

from portulan.accounts.words import LegalForm
from portulan.catalogue.obligations import BY_KEY, Bound, Key
from portulan.core.say.text import Text
from portulan.plans.actions.reads import Row
from portulan.publication.documents.actions import judged
from portulan.publication.documents.agec import BY_STATUTE
from portulan.publication.documents.asking import BY_CHOICE, Asked, Draft, Kind, Part
from portulan.publication.documents.cell import (
    UNKNOWN,
    Cell,
    Table,
    text,
)
from portulan.publication.documents.dashboard import PLAN
from portulan.publication.documents.figures import bare, last_in, value_cell
from portulan.publication.documents.headings import NO_INDICATOR

TITLE = Text("Feuille de route numérique responsable {}", "Responsible digital roadmap {}")
BINDS = Text(
    "La circulaire 6425/SG demande ce suivi à {}.", "Circular 6425/SG asks {} for this follow-up."
)
AIM = Text(
    "Elle vise 22\u00a0% d’émissions de gaz à effet de serre de moins en 2027 qu’en 2019.",
    "It aims at 22% less greenhouse gas emitted in 2027 than in 2019.",
)
OURS = Text(
    "Aucun format de fichier n’a été trouvé\u00a0: ce tableau est le nôtre.",
    "No file format was found: this table is ours.",
)
CAPTION = Text("Suivi des actions", "Follow-up of actions")


def build(asked: Asked) -> Draft:
    board = asked.board()
    heads = (
        Text("Action", "Action"),
        Text("Indicateur", "Indicator"),
        Text("Unité", "Unit"),
        Text("Première valeur", "First value"),
        Text("Son année", "Its year"),
        Text("{year}", "{year}"),
        Text("Où elle en est", "Where it stands"),
    )
    named = tuple(asked.say(head).format(year=asked.year) for head in heads)
    rows = tuple(_line(row, asked) for row in board.rows)
    table = Table(asked.say(CAPTION), named, rows, sheet=asked.say(CAPTION))
    return asked.document(
        "roadmap",
        title=Text(TITLE.fr.format(asked.year), TITLE.en.format(asked.year)),
        notices=(*_bound(asked), asked.say(OURS)),
        cover=((PLAN, text(board.plan.title)),),
        sections=[Part(asked.say(CAPTION), lambda: (table,), "actions")],
        draft=asked.is_under_way,
        presented=False,
    )


def _bound(asked: Asked) -> tuple[str, ...]:
    place = asked.organisation
    said = BY_KEY[Key.STATE_PLAN].binds(LegalForm(place.legal_form), place.population)
    words = {Bound.YES: BINDS, Bound.STATUTE: BY_STATUTE}.get(said, BY_CHOICE)
    aims = (asked.say(AIM),) if words is BINDS else ()
    return (asked.say(words).format(place.name), *aims)


def _line(row: Row, asked: Asked) -> tuple[Cell, ...]:
    unit, kind = (row.main.unit, row.main.kind) if row.main else ("", "")
    readings = row.series.readings if row.series else ()
    first = next((one for one in readings if one.is_known), None)
    now = last_in(row.series, asked.year) if row.series else None
    return (
        Cell(f"{row.action.called}. {row.action.short_title or row.action.title}"),
        Cell(row.main.name if row.main else asked.say(NO_INDICATOR)),
        Cell(unit),
        bare(value_cell(first, unit, asked.language, kind=kind), rate=True),
        Cell(str(first.on.year)) if first else UNKNOWN,
        bare(value_cell(now, unit, asked.language, kind=kind), rate=True),
        Cell(asked.say(judged(row, asked.today))),
    )


KIND = Kind(
    "roadmap",
    Text("Feuille de route de l’État", "State roadmap"),
    Text("services et opérateurs de l’État", "State services and operators"),
    build,
    formats=("pdf", "odt", "html", "xlsx", "ods", "csv"),
    french=True,
    binds=BY_KEY[Key.STATE_PLAN].binds,
)
