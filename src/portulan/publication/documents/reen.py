"""REEN: programme de travail, strategy, and its report for the budget debate.

CGCT, articles L. 2311-1-1 and D. 2311-15-1 (law 2021-1485, article 35; décret 2022-1084). It binds
towns and groupings of more than 50,000 inhabitants. No text fixes a layout: this one is ours. The
text asks for the actors, a footprint, what is engaged and its evaluation, aims, indicators,
measures and means; levels, due dates, ratios and co-funding are ours, and the document says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from portulan.accounts.models import LEGAL_FORMS
from portulan.accounts.words import LegalForm
from portulan.catalogue.obligations import BY_KEY, Bound, Key
from portulan.core.folding import fold
from portulan.core.say import numbers
from portulan.core.say.text import Text
from portulan.plans.actions.reads import Row
from portulan.plans.commitments.rules import LEVEL_WORDS
from portulan.plans.labels import PROGRESSES
from portulan.plans.models import Goal
from portulan.publication.documents import asking
from portulan.publication.documents.actions import judged
from portulan.publication.documents.asking import BY_CHOICE, Asked, Draft, Kind, Part
from portulan.publication.documents.cell import (
    NOT_GIVEN,
    Block,
    Cell,
    Prose,
    Quality,
    day,
    text,
)
from portulan.publication.documents.dashboard import PLAN
from portulan.publication.documents.headings import HEADINGS, OURS, OUTSIDE
from portulan.publication.documents.presenting import last_presented
from portulan.publication.documents.strategy.changes import since_last, since_published
from portulan.publication.documents.strategy.doing import done_in_year, gap_slots, gaps
from portulan.publication.documents.strategy.indicators import REACHES, indicators_of
from portulan.publication.documents.strategy.means import means_of, totals
from portulan.publication.documents.strategy.programme import actors, engaged, footprint
from portulan.publication.documents.strategy.ratios import ratios
from portulan.publication.documents.strategy.strategy import Cells, Strategy, named
from portulan.publication.models import Presentation

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
ASKED_BY_LAW = Text(
    "Demandés par le CGCT (article D. 2311-15-1)\u00a0: les acteurs, le bilan de l’impact et des"
    " usages, les actions engagées, des objectifs avec leurs indicateurs, les mesures, les moyens."
    " Les six rubriques sont permises, pas imposées. Sont de notre choix\u00a0: niveaux, échéances,"
    " cibles, cofinancements et ratios d’autres lois.",
    "Asked for by the code of local authorities (CGCT, article D. 2311-15-1): the actors, the"
    " footprint and that of uses, the actions engaged, aims with their indicators, measures, means."
    " The six headings are allowed, not imposed. Ours: levels, due dates, targets, co-funding and"
    " ratios of other laws.",
)
NO_PLAN = Text(
    "Aucun plan d’action n’est enregistré\u00a0: la stratégie reste à écrire.",
    "No action plan is recorded: the strategy remains to be written.",
)
FORM, INHABITANTS = Text("Forme juridique", "Legal form"), Text("Population", "Population")
OF_YEAR = Text("{}, population de {}", "{}, population of {}")
NO_YEAR = Text("{}, année non renseignée", "{}, year not given")
VOTE = Text("Stratégie votée", "Strategy voted")
VOTED, NOT_VOTED = Text("le {}, par {}", "on {}, by {}"), Text("non votée", "not voted")
BODY_UNKNOWN = Text("un organe non renseigné", "a body that is not given")
PERIOD, REPORT = Text("Période", "Period"), Text("Bilan de l’année", "Report of the year")
SEVERAL, ONE = (
    Text("{}-{}, pluriannuelle", "{}-{}, multi-annual"),
    Text("{}, annuelle", "{}, annual"),
)
DATA = Text("Données au", "Data as of")
EDITION = Text("Édition", "Edition")
DRAFT_YEAR = Text("projet\u00a0: année en cours", "draft: year under way")
DRAFT_VOTE = Text("projet\u00a0: stratégie non votée", "draft: strategy not voted")
ADOPTED = Text(
    "arrêtée\u00a0: stratégie votée, année terminée", "settled: strategy voted, year over"
)
DEBATE = Text("Présentation avant le débat budgétaire", "Presentation before the budget debate")
TO_COMPLETE = Text("à compléter", "to be completed")
PRESENTED = Text("le {day} ({body}), {debate}", "on {day} ({body}), {debate}")
DEBATED = {
    True: Text("avant le débat du {}", "before the debate of {}"),
    False: Text("le jour du débat ou après\u00a0: {}", "on the day of the debate or after: {}"),
}
DEBATE_UNKNOWN = Text("date du débat non renseignée", "day of the debate not given")
AFTER_ADOPTED = Text(
    "{}\u202f; édition adoptée le {} par\u00a0: {}, sceau {}",
    "{}; edition adopted on {} by: {}, seal {}",
)
IDENTIFIER = Text("Identifiant de cette édition", "Identifier of this edition")
AT_FOOT = Text("le sceau, en pied de document", "the seal, at the foot of the document")

ACTORS = Text("I. Programme de travail\u00a0: les acteurs", "I. Work programme: the actors")
FOOTPRINT = Text(
    "I. Programme de travail\u00a0: le bilan de l’impact du numérique",
    "I. Work programme: the footprint of digital technology",
)
ENGAGED = Text(
    "I. Programme de travail\u00a0: les actions engagées, et leur évaluation",
    "I. Work programme: actions under way, and their evaluation",
)
HEADING = Text("II. Stratégie et bilan, {}", "II. Strategy and report, {}")
MEANS = Text("II. Stratégie et bilan, moyens par stade", "II. Strategy and report, means by stage")
RATIOS = Text("III. Ratios d’autres lois", "III. Ratios of other laws")
CHANGES = Text(
    "IV. Ce qui a changé depuis la dernière édition", "IV. What changed since the last edition"
)
NO_ACTION = Text(
    "Aucune action. Aucun objectif, sans indicateur\u00a0: la loi n’impose aucune rubrique.",
    "No action. No aim, no indicator: the law imposes no heading.",
)
ALSO = Text(
    "Aussi sous cette rubrique, et détaillées sous leur première rubrique, où leurs indicateurs et"
    " leurs moyens comptent une seule fois\u00a0: {}.",
    "Under this heading too, and detailed under their first one, where their indicators and means"
    " count once: {}.",
)
AIMS = Text("Objectifs", "Aims")
AIM_HEADS = (
    Text("Objectif", "Aim"),
    Text("Portée", "Reach"),
    Text("Actions", "Actions"),
    Text("Indicateurs", "Indicators"),
)
NO_AIM = Text("aucun objectif", "no aim")
NO_ACTIONS = Text("aucune action", "no action")
NO_INDICATOR = Text("sans indicateur", "no indicator")
SOURCES = Text(
    "Sources\u00a0: relevés de chaque indicateur (colonne Source)\u202f; lignes budgétaires"
    " fléchées, demandes et dotations du plan\u202f; temps des agents et cofinancements"
    " saisis\u202f; décisions et historique du plan.",
    "Sources: readings of each indicator (column Source); attributed budget lines, what the plan"
    " asks and was allotted; staff time and co-funding as typed; decisions and history of the"
    " plan.",
)
MEASURES = Text("Mesures (actions)", "Measures (actions)")
MEASURE_HEADS = (
    Text("N°", "No."),
    Text("Intitulé", "Title"),
    Text("Niveau", "Level"),
    Text("Avancement", "Progress"),
    Text("Portée", "Reach"),
    Text("Fin prévue", "Planned end"),
    Text("Pilote (fonction)", "Pilot (function)"),
)


def build(asked: Asked) -> Draft:
    strategy = Strategy.of(asked)
    parts = [
        Part(asked.say(ACTORS), partial(actors, strategy), "actors"),
        Part(asked.say(FOOTPRINT), partial(footprint, strategy), "footprint"),
        Part(asked.say(ENGAGED), partial(engaged, strategy), "engaged"),
        *(
            Part(
                asked.say(HEADING).format(asked.say(OUTSIDE if at is None else HEADINGS[at])),
                partial(_heading, at, rows, strategy),
                "outside" if at is None else f"heading-{at + 1}",
                partial(gap_slots, rows, strategy),
            )
            for at, rows in strategy.by_heading.items()
        ),
        Part(asked.say(MEANS), partial(totals, strategy), "means"),
        Part(asked.say(RATIOS), partial(ratios, strategy), "ratios"),
    ]
    told = asked.document(
        "reen",
        title=Text(TITLE.fr.format(asked.year), TITLE.en.format(asked.year)),
        notices=tuple(_notices(asked)),
        cover=tuple(_cover(strategy)),
        sections=parts,
        draft=asked.is_under_way,
        presented=True,
    )
    changes = Part(asked.say(CHANGES), lambda: _changes(told, asked))
    read = (replace(one, blocks=partial(_built, told, at)) for at, one in enumerate(told.parts))
    return replace(told, parts=(*read, changes))


def _built(told: Draft, at: int) -> Iterable[Block]:
    """Return a section once for the document and for what compares it with the last edition."""
    return told.section(at).blocks


def _changes(told: Draft, asked: Asked) -> list[Block]:
    return [*since_last(told.whole(), asked), since_published(asked)]


def _notices(asked: Asked) -> list[str]:
    said = [*bound(asked), asked.say(BEFORE_DEBATE), asked.say(ASKED_BY_LAW), asked.say(OURS)]
    return said if asked.found_plan else [*said, asked.say(NO_PLAN)]


def bound(asked: Asked) -> tuple[str, ...]:
    """Return whether the law binds the organisation, by its form and population."""
    place = asked.organisation
    said = BY_KEY[Key.STRATEGY].binds(LegalForm(place.legal_form), place.population)
    words = {Bound.YES: LAW_BINDS, Bound.POPULATION: POPULATION}.get(said, BY_CHOICE)
    return (asked.say(words).format(place.name),)


def _cover(strategy: Strategy) -> list[tuple[Text, Cell]]:
    asked, plan = strategy.asked, strategy.plan
    place, presented = asked.organisation, last_presented(asked, "reen")
    return [
        (FORM, Cell(str(LEGAL_FORMS[LegalForm(place.legal_form)]))),
        (INHABITANTS, _population(asked)),
        (PLAN, Cell(plan.title) if plan else NOT_GIVEN),
        (VOTE, _vote(strategy)),
        (PERIOD, _period(strategy)),
        (REPORT, Cell(str(asked.year))),
        (DATA, day(asked.today)),
        (EDITION, Cell(_edition_said(strategy, presented))),
        (IDENTIFIER, Cell(asked.say(AT_FOOT))),
        (DEBATE, _debate(presented, asked)),
    ]


def _population(asked: Asked) -> Cell:
    count = asked.organisation.population
    if count is None:
        return NOT_GIVEN
    year = asked.organisation.population_year
    said = asked.say(OF_YEAR if year else NO_YEAR)
    return Cell(said.format(numbers.number(count, asked.language), year))


def _debate(presented: Presentation | None, asked: Asked) -> Cell:
    """Return when it was presented, and whether that was before the debate on the budget."""
    if presented is None:
        return Cell(asked.say(TO_COMPLETE), quality=Quality.NOT_GIVEN)
    on = presented.debate_on
    told = DEBATE_UNKNOWN if on is None else DEBATED[presented.on < on]
    debate = asked.say(told).format(numbers.date(on, asked.language))
    said = {"day": numbers.date(presented.on, asked.language), "body": presented.body}
    words = asked.say(PRESENTED).format(**said, debate=debate)
    return Cell(words, quality=Quality.PLAIN if on else Quality.NOT_GIVEN)


def _edition_said(strategy: Strategy, presented: Presentation | None) -> str:
    said = strategy.asked.say(_edition(strategy))
    if presented is None or not presented.adopted:
        return said
    on = numbers.date(presented.on, strategy.asked.language)
    seal = presented.document.digest[:12]
    return strategy.asked.say(AFTER_ADOPTED).format(said, on, presented.body, seal)


def _vote(strategy: Strategy) -> Cell:
    plan, asked = strategy.plan, strategy.asked
    if plan is None or plan.adopted_on is None:
        return Cell(asked.say(NOT_VOTED))
    on = numbers.date(plan.adopted_on, asked.language)
    return Cell(asked.say(VOTED).format(on, plan.adopted_by or asked.say(BODY_UNKNOWN)))


def _period(strategy: Strategy) -> Cell:
    plan = strategy.plan
    if plan is None:
        return NOT_GIVEN
    years = (plan.first_year, plan.last_year)
    words = ONE if plan.first_year == plan.last_year else SEVERAL
    return Cell(strategy.asked.say(words).format(*years))


def _edition(strategy: Strategy) -> Text:
    if strategy.plan is None or strategy.plan.adopted_on is None:
        return DRAFT_VOTE
    return DRAFT_YEAR if strategy.asked.is_under_way else ADOPTED


def _heading(at: int | None, rows: list[Row], strategy: Strategy) -> list[Block]:
    """Return all that is told of a heading; an action is told in full under its first one."""
    also = ", ".join(map(named, strategy.also_under(at))) if at is not None else ""
    said: list[Block] = [Prose(strategy.asked.say(ALSO).format(also))] if also else []
    aims = [*_aims(rows, strategy), *(_idle(strategy) if at is None else ())]
    said += [strategy.table(AIMS, AIM_HEADS, aims)] if aims else []
    if not rows:
        return said or [Prose(strategy.asked.say(NO_ACTION))]
    return [
        *said,
        strategy.table(MEASURES, MEASURE_HEADS, [_measure(row, strategy) for row in rows]),
        *indicators_of(rows, strategy),
        *means_of(rows, strategy),
        done_in_year(rows, strategy),
        gaps(rows, strategy),
        Prose(strategy.asked.say(SOURCES), "small"),
    ]


def _aims(rows: list[Row], strategy: Strategy) -> list[Cells]:
    """Return the goals of a heading's actions, apart by reach: the two are never put together."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        for title in strategy.goals.get(row.action.pk, ("",)):
            found.setdefault((title, row.action.reach), []).append(row)
    return [
        (
            Cell(title or strategy.asked.say(NO_AIM)),
            Cell(strategy.asked.say(REACHES[reach])),
            Cell(", ".join(row.action.called for row in its)),
            Cell(_followed(its, strategy)),
        )
        for (title, reach), its in sorted(found.items(), key=lambda one: not one[0][0])
    ]


def _idle(strategy: Strategy) -> list[Cells]:
    """Return the goals that no action serves: they are of no heading yet."""
    say = strategy.asked.say
    idle = Goal.objects.filter(plan=strategy.plan, actions=None).order_by("order", "pk")
    return [
        (Cell(one.title), NOT_GIVEN, Cell(say(NO_ACTIONS)), Cell(say(NO_INDICATOR))) for one in idle
    ]


def _followed(rows: list[Row], strategy: Strategy) -> str:
    lines = {line.pk: line.name for row in rows for line in strategy.followed[row.action.pk]}
    return ", ".join(lines.values()) or strategy.asked.say(NO_INDICATOR)


def _measure(row: Row, strategy: Strategy) -> Cells:
    say = strategy.asked.say
    progress, where = str(PROGRESSES[row.progress]), say(judged(row, strategy.asked.today))
    where = progress if fold(where) == fold(progress) else f"{progress} ({where})"
    return (
        Cell(row.action.called),
        text(row.action.title),
        Cell(say(LEVEL_WORDS[row.level])),
        Cell(where),
        Cell(say(REACHES[row.action.reach])),
        day(row.action.due_on),
        text(row.action.pilot_function),
    )


KIND = Kind(
    "reen",
    Text("Stratégie numérique responsable (REEN)", "Responsible digital strategy (REEN)"),
    Text("assemblée", "the assembly"),
    build,
    french=True,
    binds=BY_KEY[Key.STRATEGY].binds,
    when=asking.BEFORE_DEBATE,
    needs_texts=True,
)
