"""The yearly report to the board: what was voted and what it became, money, lessons, decisions."""

from __future__ import annotations

from datetime import date

from portulan.budget.labels import STAGES
from portulan.budget.words import Stage
from portulan.core.say import numbers
from portulan.core.say.text import Text
from portulan.plans.models import Axis
from portulan.plans.words import Reach
from portulan.publication.board import Dashboard
from portulan.publication.documents.actions import (
    ACTION,
    decisions_made,
    effects,
    evidence,
    name_of,
    stop_slots,
    stopped,
    voted_and_now,
)
from portulan.publication.documents.asking import BEFORE_DEBATE, Asked, Draft, Kind, Part
from portulan.publication.documents.cell import (
    Cell,
    Prose,
    Table,
    day,
    text,
)
from portulan.publication.documents.charts import shares_of
from portulan.publication.documents.dashboard import (
    ADOPTED,
    ADOPTED_BY,
    FIVE,
    PLAN,
    decisions,
    watched,
)
from portulan.publication.documents.figures import (
    five_figures,
    impact_on,
    last_in,
    lede,
    value_cell,
)
from portulan.publication.documents.headings import (
    INDICATOR,
    NO_INDICATOR,
    OURS,
    SIX_HEADINGS,
    headings,
)
from portulan.publication.documents.lesson import LESSONS, lessons
from portulan.publication.documents.money import money_of
from portulan.publication.public.edition import number
from portulan.publication.public.reads import Correction, corrections_of

TITLE = Text(
    "Rapport annuel {} du numérique responsable", "Yearly report {} on responsible digital"
)
LESSONS_KEY = "lessons"
VOTED = Text("Ce qui a été voté, ce que c’est devenu", "What was voted, what it became")
BY_AXIS = Text("Les actions par axe", "Actions by axis")
MONEY = Text("L’argent", "The money")
EFFECTS = Text("Effets estimés", "Estimated effects")
TROUBLE = Text("Difficultés", "Difficulties")
NO_TROUBLE = Text("Aucune ne se signale d’elle-même.", "None calls for attention by itself.")
ASKED = Text("Décisions demandées", "Decisions asked for")
ANNEX = Text(
    "Annexe\u00a0: décisions, preuves, corrections", "Annex: decisions, evidence, corrections"
)
NO_DECISION = Text(
    "Aucune décision sur les engagements en {}.", "No decision on commitments in {}."
)
NO_EVIDENCE = Text("Aucune preuve n’est référencée.", "No evidence is referenced.")
CORRECTED = Text("Corrections de ce qui est public", "Corrections of what is public")
NONE_CORRECTED = Text(
    "Rien de ce qui est public n’a été corrigé ni retiré en {}.",
    "Nothing that is public was corrected or withdrawn in {}.",
)
MOVED = Text(
    "Part de {year} ({stage})\u00a0: {before} avant, {after} maintenant.",
    "Share of {year} ({stage}): {before} before, {after} now.",
)
WITHDRAWN = Text("Retiré\u00a0: {}", "Withdrawn: {}")
ANSWERED = Text("Signalement examiné\u00a0: {}", "Report examined: {}")
WRONG = Text("Erreur reconnue\u00a0: {}", "Error acknowledged: {}")
IN_AREA = Text(
    "Sur le territoire, à part\u00a0: jamais ajouté à ce que fait l’organisation",
    "In the area, apart: never added to what the organisation does",
)
LIMITS = Text("Limites", "Limits")
LIMITS_SAID = (
    Text(
        "Aucun texte ne fixe la forme de ce rapport\u00a0: elle est la nôtre.",
        "No text fixes the form of this report: it is ours.",
    ),
    Text(
        "Les niveaux, l’avancement et les relevés sont ceux du {}\u202f; les montants, ceux du"
        " stade dit à côté d’eux. Deux stades ne s’ajoutent jamais.",
        "Levels, progress and readings are those of {}; amounts, those of the stage said beside"
        " them. Two stages are never added.",
    ),
    Text(
        "Une preuve est une référence, pas un fichier joint\u00a0: elle se consulte sur demande.",
        "Evidence is a reference, not an attached file: it is shown on request.",
    ),
    Text(
        "Les pilotes sont nommés par leur fonction.",
        "Pilots are named by their function.",
    ),
)


def build(asked: Asked) -> Draft:
    board = asked.board(_day(asked))
    sections = [
        Part(
            asked.say(FIVE),
            lambda: (
                Prose(lede(board, asked.language), "lede"),
                five_figures(board, asked.language, asked.say(FIVE)),
                *shares_of(board, asked),
            ),
            "figures",
        ),
        Part(
            asked.say(VOTED),
            lambda: _voted(board, asked),
            "voted",
            lambda: stop_slots(board.rows, asked),
        ),
        _by_heading(board, asked),
        Part(asked.say(MONEY), lambda: money_of(board, asked), "money"),
        Part(asked.say(LESSONS), lambda: lessons(board.plan, asked), LESSONS_KEY),
        Part(
            asked.say(EFFECTS),
            lambda: (*effects(impact_on(board), asked), *_in_area(board, asked)),
            "effects",
        ),
        Part(asked.say(TROUBLE), lambda: (_trouble(board, asked),), "trouble"),
        Part(asked.say(ASKED), lambda: decisions(board, asked), "asked"),
        Part(asked.say(ANNEX), lambda: _annex(board, asked)),
        Part(asked.say(LIMITS), lambda: limits(asked)),
    ]
    return asked.document(
        "yearly",
        title=Text(TITLE.fr.format(asked.year), TITLE.en.format(asked.year)),
        sections=sections,
        cover=(
            (PLAN, text(board.plan.title)),
            (ADOPTED, day(board.plan.adopted_on)),
            (ADOPTED_BY, text(board.plan.adopted_by)),
        ),
        draft=asked.is_under_way,
        presented=False,
    )


def _day(asked: Asked) -> date:
    """Return the day whose year is told: today, or the last of a year that is over."""
    end = asked.fiscal_year.ends_on if asked.fiscal_year else date(asked.year, 12, 31)
    return min(asked.today, end)


def _voted(board: Dashboard, asked: Asked) -> list[Table | Prose]:
    said: list[Table | Prose] = [voted_and_now(board.rows, asked, board.plan.adopted_on)]
    if (table := stopped(board.rows, asked)) is not None:
        said.append(table)
    return said


def _by_heading(board: Dashboard, asked: Asked) -> Part:
    """Return the actions by heading of the French law; elsewhere, by axis of the plan."""
    if asked.organisation.country == "FRA":
        return Part(
            asked.say(SIX_HEADINGS),
            lambda: (Prose(asked.say(OURS), "small"), *headings(board.rows, asked)),
            "actions",
        )
    return Part(asked.say(BY_AXIS), lambda: (_by_axis(board, asked),), "actions")


def _by_axis(board: Dashboard, asked: Asked) -> Table:
    axes = {axis.pk: axis.title for axis in Axis.objects.filter(plan=board.plan)}
    rows = tuple(
        (
            Cell(axes.get(row.action.axis_id or 0, "–")),
            Cell(f"{row.action.called}. {name_of(row)}"),
        )
        for row in board.rows
    )
    heads = (Text("Axe", "Axis"), Text("Action", "Action"))
    return Table(asked.say(BY_AXIS), tuple(map(asked.say, heads)), rows)


def _trouble(board: Dashboard, asked: Asked) -> Table | Prose:
    if not board.watched:
        return Prose(asked.say(NO_TROUBLE))
    return watched(board.watched, asked.say(TROUBLE), asked)


def _annex(board: Dashboard, asked: Asked) -> list[Table | Prose]:
    made = decisions_made(board.plan, asked, year=asked.year)
    proofs = evidence(board.plan, asked)
    return [
        made or Prose(asked.say(NO_DECISION).format(asked.year)),
        proofs or Prose(asked.say(NO_EVIDENCE)),
        _corrected(asked),
    ]


def _corrected(asked: Asked) -> Table | Prose:
    """Return what was corrected, answered and withdrawn of what is public, in the year."""
    found = [
        (one.on, said)
        for one in corrections_of(asked.organisation)
        if one.on.year == asked.year and one.on <= asked.today
        for said in _told(one, asked)
        if said
    ]
    if not found:
        return Prose(asked.say(NONE_CORRECTED).format(asked.year))
    heads = (Text("Date", "Date"), Text("Ce qui a été corrigé", "What was corrected"))
    rows = tuple((day(on), Cell(said)) for on, said in found)
    return Table(asked.say(CORRECTED), tuple(map(asked.say, heads)), rows)


def _told(one: Correction, asked: Asked) -> list[str]:
    if one.withdrawn is not None:
        return [asked.say(WITHDRAWN).format(one.withdrawn.withdrawal_reason)]
    if one.answer is not None:
        return [asked.say(WRONG if one.answer.corrects else ANSWERED).format(one.answer.answer)]
    moved = [
        asked.say(MOVED).format(
            year=change.year,
            stage=STAGES[Stage(change.stage)],
            before=numbers.percent(number(change.before), asked.language, decimals=2),
            after=numbers.percent(number(change.after), asked.language, decimals=2),
        )
        for change in one.changes
    ]
    return [*moved, one.note]


def _in_area(board: Dashboard, asked: Asked) -> list[Table]:
    """Return what actions that bear on the area are followed by; nothing without any."""
    rows = tuple(
        (
            Cell(f"{row.action.called}. {name_of(row)}"),
            Cell(row.main.name if row.main else asked.say(NO_INDICATOR)),
            *(
                value_cell(
                    last_in(row.series, year) if row.series else None,
                    row.main.unit if row.main else "",
                    asked.language,
                    kind=row.main.kind if row.main else "",
                )
                for year in (asked.year - 1, asked.year)
            ),
        )
        for row in board.rows
        if row.action.reach == Reach.TERRITORY
    )
    heads = (asked.say(ACTION), asked.say(INDICATOR), str(asked.year - 1), str(asked.year))
    return [Table(asked.say(IN_AREA), heads, rows)] if rows else []


def limits(asked: Asked) -> list[Prose]:
    on = numbers.long_date(asked.today, asked.language)
    return [Prose(asked.say(one).format(on), "item") for one in LIMITS_SAID]


KIND = Kind(
    "yearly",
    Text("Rapport annuel", "Yearly report"),
    Text("assemblée", "the assembly"),
    build,
    when=BEFORE_DEBATE,
    needs_accounts=True,
    needs_texts=True,
)
