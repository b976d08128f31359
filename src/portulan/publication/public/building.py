"""What an edition of the public page would hold today: only the parts chosen, only what may leave.

Money is that of shares that finance published, from the lines kept with them: neither what was only
planned nor what moved since. The same number of queries whatever the plan holds.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.models import Organisation, Person
from portulan.budget.accounts_chart import account_label
from portulan.budget.indicator.comparing import obstacles_in
from portulan.budget.indicator.frozen import Row as Line
from portulan.budget.indicator.frozen import rows_of as lines_of
from portulan.budget.indicator.reads import figure_of
from portulan.budget.models import Ambition, ImportBatch, IndicatorRun
from portulan.budget.words import BatchStatus, Stage
from portulan.core.contracts import to_json
from portulan.core.money import ZERO
from portulan.core.say.numbers import rounded
from portulan.core.say.text import Text
from portulan.impact.effects import ActionImpact, impact_of
from portulan.impact.engine.archetype import Reach, View
from portulan.impact.engine.items import Indicator as Effect
from portulan.plans.actions.reads import Row
from portulan.plans.commitments.rules import level_on
from portulan.plans.files.reads import said_of
from portulan.plans.models import Axis, CommitmentDecision, Plan, PracticeChoice
from portulan.plans.plan import current_plan
from portulan.plans.states.rules import Derived
from portulan.plans.words import Choice, Outcome, State
from portulan.publication.board import Dashboard, dashboard_of
from portulan.publication.documents.actions import name_of, standing
from portulan.publication.documents.figures import unestimated
from portulan.publication.models import KeptDocument, PublicChoice, PublicEdition
from portulan.publication.public.edition import (
    PUBLIC,
    AccountLine,
    ActionLine,
    AmbitionLine,
    ChangeLine,
    DroppedLine,
    Edition,
    EffectLine,
    PlanLine,
    ReadingLine,
    SentenceLine,
    ShareLine,
    SpanLine,
    ThemeLine,
    read_back,
)
from portulan.publication.public.permalinks import (
    figure_for,
    house_of,
    last_published_runs,
    suppliers_of,
)
from portulan.publication.words import Licence, Part
from portulan.steering.sealed.document import exact, texts_in
from portulan.steering.sealed.naming import ADDRESS, Named, named_in

OTHERS = Text("Comptes d’une seule ligne", "Accounts of one line")
# What calls for attention and says no amount that was only planned.
_TOLD = (
    State.BLOCKED,
    State.LATE,
    State.MILESTONE_LATE,
    State.DELIVERABLE_LATE,
    State.NOT_STARTED,
    State.STALE,
    State.VACANT,
    State.BELOW_LEGAL,
    State.TARGET_MISSED,
)


def edition_of(
    actor: Actor, *, organisation: Organisation, choice: PublicChoice, today: date, note: str = ""
) -> Edition:
    """Return what would be published now. Raises DeniedError, ValidationError."""
    actor.require(Operation.READ_PLAN)
    actor.require(Operation.READ_BUDGET)
    plan = current_plan(actor=actor, today=today)
    if plan is None:
        raise ValidationError(_("Il n’y a pas encore de plan d’action à montrer."))
    parts = tuple(part for part in Part if part in choice.parts)
    if not parts:
        raise ValidationError(_("Choisissez d’abord ce qui est public."))
    board = dashboard_of(plan, today)
    before = _before(organisation.pk)
    found = Edition(
        organisation=house_of(organisation),
        number=before.number + 1 if before else 1,
        published_on=today,
        parts=parts,
        licence=Licence(choice.licence),
        plan=PlanLine(
            plan.title, plan.first_year, plan.last_year, plan.adopted_on, plan.adopted_by
        ),
        contact=choice.contact,
        note=note,
        answer_days=choice.answer_days,
    )
    runs = [
        run
        for run in last_published_runs(organisation.pk)
        if plan.first_year - 1 <= run.fiscal_year.year <= plan.last_year
    ]
    if Part.SHARE in parts:
        found = replace(
            found,
            shares=tuple(_shares(organisation, plan, runs)),
            ambitions=tuple(
                AmbitionLine(year, exact(percent)) for year, percent in _ambitions(plan).items()
            ),
        )
        found = replace(found, changes=tuple(_changes(before, found)))
    if Part.MONEY in parts and runs:
        found = replace(
            found,
            accounts=tuple(_accounts(runs[-1])),
            themes=tuple(_themes(board, runs[-1])),
        )
    if Part.ACTIONS in parts:
        found = replace(found, actions=tuple(_actions(board, today)))
    if Part.EFFECTS in parts:
        found = _with_effects(found, board)
    if Part.TROUBLE in parts:
        found = replace(found, trouble=tuple(_trouble(board.watched)))
    if Part.DROPPED in parts:
        found = replace(found, dropped=tuple(_dropped(plan)))
    return found


def _before(organisation_id: int) -> Edition | None:
    last = PublicEdition.objects.filter(organisation_id=organisation_id).order_by("number").last()
    return read_back(last.content) if last else None


def _ambitions(plan: Plan) -> dict[int, Decimal]:
    found = Ambition.objects.filter(plan=plan).order_by("year")
    return dict(found.values_list("year", "percent"))


def _shares(
    organisation: Organisation, plan: Plan, runs: Sequence[IndicatorRun]
) -> Iterator[ShareLine]:
    ambitions = _ambitions(plan)
    shown = {run.fiscal_year.year: run for run in runs if run.value is not None}
    apart = obstacles_in(figure_of(run.fiscal_year, Stage(run.stage)) for run in shown.values())
    for year, run in shown.items():
        figure = figure_for(organisation, run)
        before = shown.get(year - 1)
        yield ShareLine(
            year=year,
            stage=run.stage,
            numerator=exact(run.numerator),
            denominator=exact(run.denominator),
            value=exact(run.value or ZERO),
            lower=_exact(run.lower),
            upper=_exact(run.upper),
            coverage=_exact(run.coverage),
            ambition=_exact(ambitions.get(year)),
            basis=run.basis,
            perimeter=run.perimeter.edition,
            published_on=timezone.localdate(run.published_at),
            figure=figure.seal if figure else "",
            joined=before is not None and before.stage == run.stage and not apart.get(year),
        )


def _exact(value: Decimal | None) -> str | None:
    return None if value is None else exact(value)


def _changes(before: Edition | None, after: Edition) -> Iterator[ChangeLine]:
    """Yield the shares of a year and a stage that say otherwise than in the edition before."""
    if before is None:
        return
    known = {(one.year, one.stage): one.value for one in before.shares}
    now = {(one.year, one.stage): one.value for one in after.shares}
    for year, stage in sorted(known.keys() & now.keys()):
        if known[year, stage] != now[year, stage]:
            yield ChangeLine(year, stage, known[year, stage], now[year, stage])


def _accounts(run: IndicatorRun) -> Iterator[AccountLine]:
    """Yield what each account dedicates, the largest first; accounts of one line are together."""
    frozen = lines_of(run)
    if frozen is None:
        return
    lines, complete = frozen
    by_account: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_account[line.nature].append(line)
    alone = [account for account, found in by_account.items() if len(found) == 1]
    if len(alone) == 1 and len(by_account) > 1:
        others = [account for account in by_account if account not in alone]
        alone.append(min(others, key=lambda account: (len(by_account[account]), account)))
    sums = {account: _sum(found) for account, found in by_account.items() if account not in alone}
    if alone:
        sums[""] = _sum([line for account in alone for line in by_account[account]])
    nomenclature = _nomenclature(run)
    year = run.fiscal_year.year
    for account, (dedicated, whole) in sorted(sums.items(), key=lambda item: -item[1][0]):
        if not dedicated:
            continue
        label = account_label(nomenclature, account) if account else OTHERS
        label = label or Text("", "")
        shown = exact(whole) if complete else None
        yield AccountLine(year, account, label.fr, label.en, exact(dedicated), shown)


def _sum(lines: Iterable[Line]) -> tuple[Decimal, Decimal]:
    dedicated = whole = ZERO
    for line in lines:
        dedicated += line.nr
        whole += Decimal(line.amount) * Decimal(line.it_share or 0)
    return dedicated, whole


def _nomenclature(run: IndicatorRun) -> str | None:
    found = ImportBatch.objects.filter(
        fiscal_year=run.fiscal_year, status=BatchStatus.CONFIRMED
    ).exclude(nomenclature="")
    return found.values_list("nomenclature", flat=True).first()


def _themes(board: Dashboard, run: IndicatorRun) -> Iterator[ThemeLine]:
    """Yield what each theme receives of a published run, each action under its first theme."""
    theme = {row.action.pk: row.themes[0].say("title") if row.themes else "" for row in board.rows}
    sums: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for key, amount in run.document.get("actions", {}).items():
        sums[theme.get(int(key), "") if key else ""] += Decimal(amount)
    for title, amount in sorted(sums.items(), key=lambda item: (not item[0], -item[1])):
        if amount:
            yield ThemeLine(run.fiscal_year.year, title, exact(amount))


def _actions(board: Dashboard, today: date) -> Iterator[ActionLine]:
    axes = dict(Axis.objects.filter(plan=board.plan).values_list("pk", "title"))
    made = CommitmentDecision.objects.filter(action__plan=board.plan)
    decided = {one.action_id: one for one in made}
    for row in board.rows:
        action, last = row.action, decided.get(row.action.pk)
        voted = level_on(row.decisions, board.plan.adopted_on) if board.plan.adopted_on else None
        given_up = last is not None and last.outcome != Outcome.ADOPT
        reason = action.blocked_by or (last.reason if last and given_up else "")
        yield ActionLine(
            number=action.number,
            called=action.called,
            title=name_of(row),
            level=row.level,
            progress=row.progress,
            standing=standing(row, today),
            axis=axes.get(action.axis_id or 0, ""),
            pilot=action.pilot_function,
            starts_on=action.starts_on,
            due_on=action.due_on,
            voted_level=voted,
            decided_on=last.decided_on if last else None,
            decided_by=last.body if last else "",
            reason=reason,
            indicator=_reading(row),
            **{one.name: said_of(action, one, axes) for one in PUBLIC},
        )


def _reading(row: Row) -> ReadingLine | None:
    if row.main is None or row.series is None:
        return None
    last, target = row.series.last_known, row.series.target
    return ReadingLine(
        name=row.main.name,
        unit=row.main.unit,
        kind=row.main.kind,
        value=_exact(last.value) if last else None,
        text=last.text if last else "",
        read_on=last.on if last else None,
        target=_exact(target.value) if target else None,
        target_text=target.text if target else "",
        target_on=target.due_on if target else None,
    )


def _with_effects(found: Edition, board: Dashboard) -> Edition:
    """Return the edition with what its actions spare; what is in no sum is in no line either."""
    impact = impact_of([row.action for row in board.rows])
    names = {row.action.pk: name_of(row) for row in board.rows}
    group = impact.sums.groups.get((View.AMORTISED, Reach.REDUCTION))
    joint = group.joints.get(Effect.GWP) if group else None
    span = joint.quantiles if joint else None
    return replace(
        found,
        effects=tuple(
            line
            for one in impact.rows
            if one.aside is None
            for line in _effects(one, names[one.action.pk])
        ),
        together=None
        if span is None
        else SpanLine(*map(_kilograms, (span.p5, span.p50, span.p95))),
        unestimated=unestimated(impact),
    )


def _effects(one: ActionImpact, title: str) -> Iterator[EffectLine]:
    for avoided, estimate in ((False, one.known.reduction), (True, one.known.avoided)):
        if estimate is None or estimate.carbon is None:
            continue
        spans = (estimate.carbon.p5, estimate.carbon.p50, estimate.carbon.p95)
        low, median, high = map(_kilograms, spans)
        yield EffectLine(
            number=one.action.number,
            called=one.action.called,
            title=title,
            avoided=avoided,
            moment=estimate.moment,
            low=low,
            median=median,
            high=high,
            made_on=estimate.made_on,
        )


def _kilograms(value: float) -> str:
    return exact(rounded(Decimal(str(value)), 0))


def _trouble(rows: Iterable[Row]) -> Iterator[SentenceLine]:
    for row in rows:
        told = next((one for one in row.states if one.state in _TOLD), None)
        if told is not None:
            yield _sentence(row, told)


def _sentence(row: Row, told: Derived) -> SentenceLine:
    return SentenceLine(
        action=row.action.number,
        state=told.state.value,
        fr=f"{name_of(row)}\u00a0: {told.label('fr').lower()}. {told.sentence('fr')}",
        en=f"{name_of(row)}: {told.label('en').lower()}. {told.sentence('en')}",
    )


def _dropped(plan: Plan) -> Iterator[DroppedLine]:
    """Yield the practices that were refused and why; those kept for later are not given up."""
    found = PracticeChoice.objects.filter(plan=plan, choice=Choice.REFUSE).exclude(reason="")
    for one in found.select_related("practice").order_by("practice__code"):
        yield DroppedLine(one.practice.code, one.practice.say("title"), one.reason)


def telling(edition: Edition, organisation_id: int) -> list[Named]:
    """Return the texts that name somebody, or a supplier: they are read before they are public."""
    texts = list(texts_in(to_json(edition)))
    # Whom to write to is an address, and is asked for; a name in it is told all the same.
    read = [(path, ADDRESS.sub("", one) if path == "contact" else one) for path, one in texts]
    return _naming(read, organisation_id)


def telling_document(document: KeptDocument) -> list[Named]:
    """Return the same of a document that was kept."""
    return _naming(texts_in(json.loads(document.content)), document.organisation_id)


def _naming(texts: Iterable[tuple[str, str]], organisation_id: int) -> list[Named]:
    texts = list(texts)
    people = Person.objects.filter(organisation_id=organisation_id).values_list("name", flat=True)
    found = list(named_in(texts, people))
    suppliers = {name.casefold(): name for name in suppliers_of(organisation_id)}
    for path, text in texts:
        if path.startswith("organisation"):
            continue
        folded = text.casefold()
        words = tuple(name for bare, name in suppliers.items() if bare in folded)
        if words:
            found.append(Named(path, text, words))
    return found
