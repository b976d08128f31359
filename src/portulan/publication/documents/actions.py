"""Tables of actions that several documents hold: what was voted, spared, proved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from portulan.budget.models import Attribution
from portulan.budget.words import AttributionStatus, BatchStatus
from portulan.core.say import numbers
from portulan.core.say.text import Language, Text
from portulan.core.say.values import Count
from portulan.impact.effects import ActionImpact, Aside, PlanImpact
from portulan.impact.engine.archetype import Reach
from portulan.impact.engine.samples import Quantiles
from portulan.impact.models import Estimate
from portulan.impact.words import Moment
from portulan.indicators.series import stand
from portulan.plans.actions.reads import Row
from portulan.plans.commitments.rules import LEVEL_WORDS, level_on
from portulan.plans.models import CommitmentDecision, Deliverable, Plan
from portulan.plans.words import CommitmentLevel, Outcome, Progress
from portulan.publication.documents import judging
from portulan.publication.documents.asking import Asked
from portulan.publication.documents.authored import REASON, Slot
from portulan.publication.documents.cell import (
    Block,
    Cell,
    Prose,
    Quality,
    Table,
    Unit,
    amount,
    day,
    text,
)
from portulan.publication.documents.charts import EFFECTS, EFFECTS_KEY, drawn, effects_drawn

NUMBER, ACTION = Text("N°", "No."), Text("Action", "Action")
PILOT = Text("Pilote (fonction)", "Pilot (function)")
OUTCOMES = {
    Outcome.ADOPT: Text("vote", "vote"),
    Outcome.MOVE: Text("changement de niveau", "change of level"),
    Outcome.EXTEND: Text("essai prolongé", "trial extended"),
    Outcome.CLOSE: Text("clos, sans suite", "closed, no follow-up"),
}
NOT_VOTED = Text("pas voté", "not voted")


def name_of(row: Row) -> str:
    return row.action.short_title or row.action.title


def standing(row: Row, today: date) -> judging.Standing:
    """Return where an action stands, by the table of words that judge."""
    reached = stand(row.series, today).reached if row.series is not None else None
    return judging.standing_of(
        row.level,
        row.progress,
        reached=reached,
        vacant=row.action.is_vacant,
        blocked=bool(row.action.blocked_by),
    )


def judged(row: Row, today: date) -> Text:
    """Return where an action stands, in the words of the table."""
    return judging.SAID[standing(row, today)]


def voted_and_now(rows: Iterable[Row], asked: Asked, adopted_on: date | None) -> Table:
    """Return each action: its level at the vote and now, where it stands, its end, its pilot."""
    language = asked.language
    heads = (
        *(NUMBER, ACTION),
        Text("Au vote", "At the vote"),
        Text("Aujourd’hui", "Today"),
        Text("Où elle en est", "Where it stands"),
        Text("Fin prévue", "Planned end"),
        PILOT,
    )
    return Table(
        Text("Chaque action, du vote à aujourd’hui", "Each action, from the vote to today").say(
            language
        ),
        tuple(head.say(language) for head in heads),
        tuple(
            (
                Cell(row.action.called),
                text(name_of(row)),
                _level_at_vote(row, adopted_on, language),
                text(LEVEL_WORDS[row.level].say(language)),
                text(judged(row, asked.today).say(language)),
                day(row.action.due_on),
                text(row.action.pilot_function),
            )
            for row in rows
        ),
        sheet=Text("Actions", "Actions").say(language),
    )


def _level_at_vote(row: Row, adopted_on: date | None, language: Language) -> Cell:
    level = None if adopted_on is None else level_on(row.decisions, adopted_on)
    words = NOT_VOTED if level is None else LEVEL_WORDS[level]
    return Cell(words.say(language))


def stopped(rows: Iterable[Row], asked: Asked) -> Table | None:
    """Return what is paused or dropped, with the last reason that was given; None when nothing."""
    kept = _stopped(rows)
    if not kept:
        return None
    reasons = asked.stops
    language = asked.language
    heads = (
        *(NUMBER, ACTION),
        Text("Arrêt", "Stop"),
        Text("Dernier motif donné", "Last reason given"),
    )
    return Table(
        Text("En pause ou abandonné", "Paused or dropped").say(language),
        tuple(head.say(language) for head in heads),
        tuple(
            (
                Cell(row.action.called),
                text(name_of(row)),
                text(judged(row, asked.today).say(language)),
                _reason_of(row, reasons, asked),
            )
            for row in kept
        ),
    )


def _stopped(rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if row.progress in (Progress.PAUSED, Progress.DROPPED)]


def stop_slots(rows: Iterable[Row], asked: Asked) -> list[Slot]:
    """Return the places for the reasons of what is paused or dropped, where none is recorded."""
    kept = _stopped(rows)
    reasons = asked.stops if kept else {}
    unsaid = [one for one in kept if not (one.action.blocked_by or reasons.get(one.action.pk))]
    return [gap_slot(asked, row, "stop") for row in unsaid]


def gap_slot(asked: Asked, row: Row, gap: str) -> Slot:
    """Return the place for the reason of a gap: said once, for all the documents of the year."""
    return asked.slot("", f"gap-{gap}", REASON, action=row.action, needed=True)


def _reason_of(row: Row, reasons: Mapping[int, str], asked: Asked) -> Cell:
    recorded = row.action.blocked_by or reasons.get(row.action.pk, "")
    return Cell(recorded) if recorded else gap_slot(asked, row, "stop").cell


def decisions_made(plan: Plan, asked: Asked, *, year: int | None = None) -> Table | None:
    """Return the decisions on commitments, those of a year if one is said; None without any."""
    found = CommitmentDecision.objects.filter(action__plan=plan).select_related("action")
    if year is not None:
        found = found.filter(decided_on__year=year)
    language = asked.language
    rows = tuple(
        (
            day(one.decided_on),
            Cell(f"{one.action.called}. {one.action.short_title or one.action.title}"),
            text(decided_words(one, language)),
            text(one.body),
            text(one.reason),
        )
        for one in found.exclude(outcome=Outcome.ADOPT)
    )
    heads = (
        Text("Date", "Date"),
        ACTION,
        Text("Décision", "Decision"),
        Text("Organe", "Body"),
        Text("Motif", "Reason"),
    )
    caption = Text("Décisions sur les engagements", "Decisions on commitments").say(language)
    return Table(caption, tuple(head.say(language) for head in heads), rows) if rows else None


def decided_words(one: CommitmentDecision, language: Language) -> str:
    """Return what a decision changed, in few words."""
    if one.outcome != Outcome.MOVE or one.from_level is None:
        return OUTCOMES[Outcome(one.outcome)].say(language)
    levels = (CommitmentLevel(one.from_level), CommitmentLevel(one.level))
    return " → ".join(LEVEL_WORDS[level].say(language) for level in levels)


def effects(found: PlanImpact, asked: Asked) -> list[Block]:
    """Return what estimated actions spare: reductions, then what is avoided elsewhere, apart."""
    language = asked.language
    said: list[Block] = []
    if len(found.rows) > 1 and (drawing := effects_drawn(found.rows, language)).svg:
        said += [drawn(asked.say(EFFECTS), drawing), Prose(asked.say(EFFECTS_KEY), "small")]
    for reach, caption in REACHES:
        known = [(one, _estimate(one, reach)) for one in found.rows]
        lines = tuple(
            _effect(one, its, its.carbon, language) for one, its in known if its and its.carbon
        )
        heads = (
            ACTION,
            Text("5e centile", "5th percentile"),
            Text("Médiane", "Median"),
            Text("95e centile", "95th percentile"),
            Text("Attendu ou mesuré", "Expected or measured"),
            Text("Vue", "View"),
            Text("Estimé le", "Estimated on"),
        )
        if lines:
            names = tuple(head.say(language) for head in heads)
            said.append(Table(caption.say(language), names, lines))
    missing = len(found.aside(Aside.NOT_ASKED)) + len(found.aside(Aside.NOT_ESTIMATED))
    if missing:
        said.append(Prose(UNESTIMATED.say(language).format(Count(missing))))
    if found.rows:
        said.append(Prose(EXPECTED_ONLY.say(language)))
    return said or [Prose(NO_ACTION.say(language))]


REACHES = (
    (Reach.REDUCTION, Text("Réductions, kgCO₂e par an", "Reductions, kgCO₂e per year")),
    (
        Reach.AVOIDED,
        Text(
            "Évité ailleurs, kgCO₂e\u00a0: jamais ajouté aux réductions",
            "Avoided elsewhere, kgCO₂e: never added to the reductions",
        ),
    ),
)
UNESTIMATED = Text(
    "{:action n’est pas estimée|actions ne sont pas estimées}. Non estimé ne veut pas dire nul.",
    "{:action is not estimated|actions are not estimated}. Not estimated does not mean none.",
)
EXPECTED_ONLY = Text(
    "Un gain estimé est attendu, pas mesuré\u202f; la somme des lignes compterait deux fois ce que"
    " deux actions font ensemble.",
    "An estimated gain is expected, not measured; the sum of the lines would count twice what two"
    " actions do together.",
)
NO_ACTION = Text("Le plan n’a encore aucune action.", "The plan has no action yet.")


def _estimate(one: ActionImpact, reach: Reach) -> Estimate | None:
    return one.known.reduction if reach is Reach.REDUCTION else one.known.avoided


def _effect(
    one: ActionImpact, estimate: Estimate, carbon: Quantiles, language: Language
) -> tuple[Cell, ...]:
    return (
        Cell(f"{one.action.called}. {one.action.short_title or one.action.title}"),
        *(_kilograms(value) for value in (carbon.p5, carbon.p50, carbon.p95)),
        Cell(judging.of_effect(Moment(estimate.moment)).say(language)),
        Cell(str(estimate.get_view_display())),
        day(estimate.made_on),
    )


def _kilograms(value: float) -> Cell:
    return amount(numbers.rounded(Decimal(str(value)), 0), Unit.NUMBER, quality=Quality.ESTIMATED)


def evidence(plan: Plan, asked: Asked) -> Table | None:
    """Return the references that attributions and deliverables rest on, as typed.

    A reference is words, never a file attached: who doubts asks to see it.
    """
    language = asked.language
    given = (
        Attribution.objects.filter(
            action__plan=plan,
            status=AttributionStatus.JUSTIFIED,
            line__batch__status=BatchStatus.CONFIRMED,
            line__fiscal_year__year=asked.year,
        )
        .exclude(evidence="")
        .order_by("action__number", "evidence")
    )
    proofs = {
        (called or str(number), said): "justified"
        for number, called, said in given.values_list(
            "action__number", "action__own_number", "evidence"
        )
    }
    handed = Deliverable.objects.filter(action__plan=plan).exclude(reference="")
    for one in handed.select_related("action").order_by("action__number", "pk"):
        proofs.setdefault((one.action.called, one.reference), "delivered")
    words = {
        "justified": Text("fléchage justifié", "justified attribution"),
        "delivered": Text("livrable", "deliverable"),
    }
    heads = (
        Text("Pièce", "Piece"),
        Text("Référence", "Reference"),
        ACTION,
        Text("Ce qu’elle appuie", "What it supports"),
    )
    rows = tuple(
        (Cell(f"P{place}"), Cell(said), Cell(called), Cell(words[kind].say(language)))
        for place, ((called, said), kind) in enumerate(proofs.items(), 1)
    )
    caption = Text("Références des preuves", "References of evidence").say(language)
    return Table(caption, tuple(h.say(language) for h in heads), rows) if rows else None
