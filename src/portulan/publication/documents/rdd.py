"""The chapter on digital technology of the rapport de développement durable.

CGCT, articles D. 4311-6 and D. 3661-7 for regions and the metropolis of Lyon, as read; the articles
for towns and départements were not readable and are taken to be alike. The five finalities (code de
l’environnement, L. 110-1 III) of an action are a judgement: nothing here deduces them.
"""

from __future__ import annotations

from portulan.accounts.words import LegalForm
from portulan.catalogue.obligations import Bound
from portulan.core.say.text import Text
from portulan.plans.actions.reads import Row
from portulan.plans.words import Progress, Reach
from portulan.publication.documents import authored
from portulan.publication.documents.actions import judged
from portulan.publication.documents.asking import BEFORE_DEBATE, BY_CHOICE, Asked, Draft, Kind, Part
from portulan.publication.documents.authored import Slot
from portulan.publication.documents.cell import (
    EMPTY,
    Cell,
    Prose,
    Table,
    day,
    text,
)
from portulan.publication.documents.dashboard import PLAN
from portulan.publication.documents.figures import last_in, lede, means_of, reading_cell
from portulan.publication.documents.headings import NO_INDICATOR

TITLE = Text(
    "Rapport de développement durable {}\u00a0: chapitre du numérique",
    "Sustainable development report (rapport de développement durable) {}: chapter on digital",
)
BINDS = Text(
    "La loi demande ce rapport à {} ({}).",
    "The law asks {} for this report ({}).",
)
REGIONS = Text("régions et départements", "regions and départements")
LARGE = Text("plus de 50 000 habitants", "more than 50,000 inhabitants")
ABOVE = 50_000
POPULATION = Text(
    "Dire si la loi demande ce rapport à {} suppose sa population, qui n’est pas renseignée.",
    "Whether the law asks {} for this report depends on its population, which is not given.",
)
INTERNAL = Text("A. Patrimoine, fonctionnement et activités internes", "A. Internal activities")
AREA = Text("B. Politiques sur le territoire", "B. Policies in the area")
HOW = Text(
    "C. Comment les actions s’élaborent, se conduisent et s’évaluent",
    "C. How actions are drawn up, carried out and evaluated",
)
HOW_SAID = Text(
    "Chaque action a un niveau d’engagement décidé et daté, un pilote désigné par sa fonction, un"
    " avancement, et un indicateur dès qu’elle est en réalisation. Décisions enregistrées\u00a0:"
    " {levels}\u202f; actions qui attendent encore leur vote\u00a0: {open}.",
    "Each action has a level of commitment, decided and dated, a pilot named by function, a"
    " progress and, once in implementation, an indicator. Decisions recorded: {levels}; actions"
    " that still wait for their vote: {open}.",
)
FINALITIES = Text(
    "Les cinq finalités d’une action (climat\u202f; biodiversité et ressources\u202f; cohésion et"
    " solidarité\u202f; épanouissement de tous\u202f; économie circulaire) sont un jugement,"
    " que rien ici ne déduit\u00a0: une personne coche celles de chaque action.",
    "The five finalities of an action (climate; biodiversity and resources; cohesion and"
    " solidarity; fulfilment of all; circular economy) are a judgement, that nothing here deduces:"
    " a person ticks those of each action.",
)
NOTHING = Text("Aucune action.", "No action.")
OVER = (Progress.DONE, Progress.DROPPED)


def build(asked: Asked) -> Draft:
    board = asked.board()
    inside = [row for row in board.rows if row.action.reach == Reach.ORGANISATION]
    outside = [row for row in board.rows if row.action.reach == Reach.TERRITORY]
    made = sum(len(row.decisions) for row in board.rows)
    how = asked.say(HOW_SAID).format(levels=made, open=board.voting.waiting)
    return asked.document(
        "rdd",
        title=Text(TITLE.fr.format(asked.year), TITLE.en.format(asked.year)),
        notices=_bound(asked),
        cover=((PLAN, text(board.plan.title)),),
        sections=[
            Part(
                asked.say(INTERNAL),
                lambda: (
                    Prose(lede(board, asked.language), "lede"),
                    *_rows(inside, INTERNAL, asked),
                ),
                "internal",
                lambda: [_finalities(row, asked) for row in inside],
            ),
            Part(
                asked.say(AREA),
                lambda: _rows(outside, AREA, asked),
                "area",
                lambda: [_finalities(row, asked) for row in outside],
            ),
            Part(
                asked.say(HOW),
                lambda: (Prose(how), Prose(asked.say(FINALITIES), "small")),
                "how",
            ),
        ],
        draft=asked.is_under_way,
        presented=True,
    )


def binds(form: LegalForm, population: int | None) -> Bound:
    """Return whether the law asks for the report: régions, départements, the larger groupings."""
    if form in (LegalForm.REGION, LegalForm.DEPARTMENT):
        return Bound.YES
    if form not in (LegalForm.TOWN, LegalForm.INTERCOMMUNAL):
        return Bound.NO
    if population is None:
        return Bound.POPULATION
    return Bound.YES if population > ABOVE else Bound.NO


def _bound(asked: Asked) -> tuple[str, ...]:
    place, form = asked.organisation, LegalForm(asked.organisation.legal_form)
    said = binds(form, place.population)
    if said is Bound.YES:
        why = REGIONS if form in (LegalForm.REGION, LegalForm.DEPARTMENT) else LARGE
        return (asked.say(BINDS).format(place.name, asked.say(why)),)
    words = POPULATION if said is Bound.POPULATION else BY_CHOICE
    return (asked.say(words).format(place.name),)


def _rows(rows: list[Row], title: Text, asked: Asked) -> list[Table | Prose]:
    if not rows:
        return [Prose(asked.say(NOTHING))]
    heads = (
        Text("Action", "Action"),
        Text("Finalités", "Finalities"),
        Text("Résultat de {year}", "Result of {year}"),
        Text("Évaluée par", "Evaluated by"),
        Text("Dernière valeur", "Last value"),
        Text("Prochaine échéance", "Next date"),
        Text("Moyens {year}", "Means {year}"),
    )
    named = tuple(asked.say(head).format(year=asked.year) for head in heads)
    return [Table(asked.say(title), named, tuple(_line(row, asked) for row in rows))]


def _finalities(row: Row, asked: Asked) -> Slot:
    """Return the place where the five finalities of an action are ticked."""
    return asked.slot(
        "rdd",
        "finalities",
        authored.FINALITIES,
        action=row.action,
        needed=True,
        choices=authored.FIVE,
    )


def _line(row: Row, asked: Asked) -> tuple[Cell, ...]:
    target = row.series.target if row.series else None
    return (
        Cell(f"{row.action.called}. {row.action.short_title or row.action.title}"),
        _finalities(row, asked).cell,
        Cell(asked.say(judged(row, asked.today))),
        Cell(row.main.name if row.main else asked.say(NO_INDICATOR)),
        reading_cell(row, last_in(row.series, asked.year) if row.series else None, asked),
        EMPTY if row.progress in OVER else day(target.due_on if target else row.action.due_on),
        means_of(row, asked),
    )


KIND = Kind(
    "rdd",
    Text(
        "Chapitre du rapport de développement durable",
        "Chapter of the sustainable development report",
    ),
    Text("assemblée", "the assembly"),
    build,
    french=True,
    binds=binds,
    when=BEFORE_DEBATE,
    needs_texts=True,
)
