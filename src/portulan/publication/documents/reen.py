"""REEN: programme de travail, strategy, and its report for the budget debate.

CGCT, articles L. 2311-1-1 and D. 2311-15-1 (law 2021-1485, article 35; décret 2022-1084). It binds
towns and groupings of more than 50,000 inhabitants. No text fixes a layout: this one is ours.
"""

from __future__ import annotations

from django.db.models import Q

from portulan.accounts.words import LegalForm
from portulan.catalogue.obligations import BY_KEY, Bound, Key
from portulan.core.folding import fold
from portulan.core.say.text import Text
from portulan.core.say.values import Count
from portulan.indicators.models import Indicator
from portulan.indicators.reads import line_of, series_by_indicator
from portulan.plans.words import Progress, Reach
from portulan.publication.board import Dashboard
from portulan.publication.documents import asking
from portulan.publication.documents.actions import NUMBER, PILOT, decisions_made, judged, name_of
from portulan.publication.documents.asking import BY_CHOICE, Asked, Draft, Kind, Part
from portulan.publication.documents.cell import (
    Cell,
    Prose,
    Table,
    day,
    text,
)
from portulan.publication.documents.dashboard import ADOPTED, ADOPTED_BY, PLAN
from portulan.publication.documents.figures import last_in, value_cell
from portulan.publication.documents.headings import OURS, headings
from portulan.publication.documents.yearly import NO_DECISION

TITLE = Text(
    "Stratégie numérique responsable\u00a0: programme de travail, stratégie, bilan {}",
    "Responsible digital strategy (stratégie numérique responsable): work programme, strategy,"
    " report {}",
)
LAW_BINDS = Text(
    "La loi demande ce document à {} (plus de 50 000 habitants).",
    "The law asks {} for this document (more than 50,000 inhabitants).",
)
POPULATION = Text(
    "Dire si la loi demande ce document à {} suppose sa population, qui n’est pas renseignée.",
    "Whether the law asks {} for this document depends on its population, which is not given.",
)
BEFORE_DEBATE = Text(
    "Le bilan se présente avant le débat sur le projet de budget (CGCT, article L. 2311-1-1).",
    "The report is presented before the debate on the draft budget (CGCT, article L. 2311-1-1).",
)
ACTORS = Text("I. Programme de travail\u00a0: les acteurs", "I. Work programme: who acts")
ACTORS_SAID = Text(
    "Acteurs publics et privés du territoire, tels que le plan les nomme",
    "Public and private actors of the area, as the plan names them",
)
FOOTPRINT = Text(
    "I. Programme de travail\u00a0: le bilan de l’impact du numérique",
    "I. Work programme: the footprint of digital technology",
)
FOOTPRINT_SAID = Text("Indicateurs d’empreinte suivis", "Footprint indicators that are followed")
NO_FOOTPRINT = Text(
    "Aucun bilan n’est enregistré\u00a0: il reste à faire, avec sa méthode et son année.",
    "No footprint is recorded: it remains to be made, with its method and its year.",
)
OF_ORGANISATION = Text(
    "Ces bilans sont ceux de l’organisation.", "These footprints are those of the organisation."
)
OF_AREA = Text(
    "Celui des usages sur le territoire, que la loi demande, n’est pas connu de Portulan\u00a0:"
    " [à compléter\u00a0: bilan du territoire].",
    "That of uses in the area, which the law asks for, is not known to Portulan: [to be completed:"
    " footprint of the area].",
)
ENGAGED = Text(
    "I. Programme de travail\u00a0: les actions engagées", "I. Work programme: actions under way"
)
STRATEGY = Text("II. Stratégie et bilan {}, par rubrique", "II. Strategy and report {}, by heading")
TERRITORY = Text(
    "La stratégie parle du territoire. {count:action y agit|actions y agissent}"
    " ({numbers})\u202f; les autres portent sur l’organisation, et leurs valeurs ne s’ajoutent pas"
    " à celles du territoire.",
    "The strategy is about the area. {count:action bears|actions bear} on it ({numbers});"
    " the others bear on the organisation, and their values are not added to those of the area.",
)
NO_TERRITORY = Text(
    "Portée\u00a0: aucune action ne porte sur le territoire, dont parle la loi.",
    "Reach: no action bears on the area, which the law is about.",
)
REPORT = Text("III. Ce qui a été décidé en {}", "III. What was decided in {}")


def build(asked: Asked) -> Draft:
    board = asked.board()
    return asked.document(
        "reen",
        title=Text(TITLE.fr.format(asked.year), TITLE.en.format(asked.year)),
        notices=(*bound(asked), asked.say(BEFORE_DEBATE)),
        cover=(
            (PLAN, text(board.plan.title)),
            (ADOPTED, day(board.plan.adopted_on)),
            (ADOPTED_BY, text(board.plan.adopted_by)),
        ),
        sections=[
            Part(asked.say(ACTORS), lambda: (_actors(board, asked),)),
            Part(asked.say(FOOTPRINT), lambda: _footprint(board, asked)),
            Part(asked.say(ENGAGED), lambda: (_engaged(board, asked),)),
            Part(
                asked.say(STRATEGY).format(asked.year),
                lambda: (
                    Prose(asked.say(OURS), "small"),
                    *headings(board.rows, asked),
                    Prose(_territory(board, asked)),
                ),
            ),
            Part(
                asked.say(REPORT).format(asked.year),
                lambda: (
                    decisions_made(board.plan, asked, year=asked.year)
                    or Prose(asked.say(NO_DECISION).format(asked.year)),
                ),
            ),
        ],
        draft=asked.is_under_way,
    )


def bound(asked: Asked) -> tuple[str, ...]:
    """Return whether the law binds the organisation, by its form and population."""
    place = asked.organisation
    said = BY_KEY[Key.STRATEGY].binds(LegalForm(place.legal_form), place.population)
    words = {Bound.YES: LAW_BINDS, Bound.POPULATION: POPULATION}.get(said, BY_CHOICE)
    return (asked.say(words).format(place.name),)


def _actors(board: Dashboard, asked: Asked) -> Table:
    seen: dict[str, list[str]] = {}
    for row in board.rows:
        names = (row.action.pilot_function, row.action.follow_up_function, *row.action.contributors)
        for name in names:
            if name:
                seen.setdefault(str(name), []).append(row.action.called)
    heads = (Text("Acteur (fonction)", "Actor (function)"), Text("Actions", "Actions"))
    rows = tuple(
        (Cell(name), Cell(", ".join(dict.fromkeys(of))))
        for name, of in sorted(seen.items(), key=lambda one: fold(one[0]))
    )
    return Table(asked.say(ACTORS_SAID), tuple(map(asked.say, heads)), rows)


def _footprint(board: Dashboard, asked: Asked) -> list[Table | Prose]:
    found = Indicator.objects.filter(
        Q(unit__icontains="CO2") | Q(unit__icontains="CO₂"),
        organisation=asked.organisation,
        action_links__action__plan=board.plan,
    ).distinct()
    lines = [line_of(one) for one in found.order_by("pk")]
    if not lines:
        return [Prose(asked.say(NO_FOOTPRINT)), Prose(asked.say(OF_AREA), "small")]
    series = series_by_indicator(lines, among=found.values("pk"))
    heads = (
        Text("Bilan", "Footprint").say(asked.language),
        str(asked.year - 1),
        str(asked.year),
    )
    rows = tuple(
        (
            Cell(line.name),
            *(
                value_cell(last_in(series[line.pk], year), line.unit, asked.language)
                for year in (asked.year - 1, asked.year)
            ),
        )
        for line in lines
    )
    table = Table(asked.say(FOOTPRINT_SAID), heads, rows)
    return [table, Prose(f"{asked.say(OF_ORGANISATION)} {asked.say(OF_AREA)}", "small")]


def _engaged(board: Dashboard, asked: Asked) -> Table:
    rows = [row for row in board.rows if row.progress not in (Progress.TODO, Progress.DROPPED)]
    heads = (
        *(NUMBER, Text("Action", "Action")),
        Text("Où elle en est", "Where it stands"),
        Text("Portée", "Reach"),
        PILOT,
    )
    reaches = {
        Reach.ORGANISATION: Text("organisation", "organisation"),
        Reach.TERRITORY: Text("territoire", "area"),
    }
    return Table(
        asked.say(ENGAGED),
        tuple(map(asked.say, heads)),
        tuple(
            (
                Cell(row.action.called),
                text(name_of(row)),
                Cell(asked.say(judged(row, asked.today))),
                Cell(asked.say(reaches[Reach(row.action.reach)])),
                text(row.action.pilot_function),
            )
            for row in rows
        ),
    )


def _territory(board: Dashboard, asked: Asked) -> str:
    its = [row.action.called for row in board.rows if row.action.reach == Reach.TERRITORY]
    if not its:
        return asked.say(NO_TERRITORY)
    return asked.say(TERRITORY).format(count=Count(len(its)), numbers=", ".join(its))


KIND = Kind(
    "reen",
    Text("Stratégie numérique responsable (REEN)", "Responsible digital strategy (REEN)"),
    Text("assemblée", "the assembly"),
    build,
    french=True,
    binds=BY_KEY[Key.STRATEGY].binds,
    when=asking.BEFORE_DEBATE,
)
