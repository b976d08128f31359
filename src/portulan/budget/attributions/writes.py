"""Attributing the share of a line to NR (fléchage), never beyond the line's perimeter share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import Told, record_all
from portulan.budget.access import hold_lines, require_open
from portulan.budget.attributions.euros import share_of_amount
from portulan.budget.attributions.evidence import follow_evidence
from portulan.budget.attributions.free_share import NONE, free_of_order, free_share
from portulan.budget.lines.kept_sums import following
from portulan.budget.models import COUNTED, Attribution, BudgetLine
from portulan.budget.verbs import Verb
from portulan.budget.words import (
    AttributionStatus,
    BatchStatus,
    Costing,
    Method,
    Stage,
    Verdict,
)
from portulan.core import trail
from portulan.core.batches import judged
from portulan.core.errors import REFUSALS
from portulan.core.say.language import spoken_language
from portulan.core.say.numbers import share
from portulan.core.storing import require_clean, store_all
from portulan.plans.models import Action

# An attribution with what is set of it, and what that changed.
type _Written = tuple[Attribution, dict[str, trail.Change]]


def room(
    line: BudgetLine, *, outside_it: bool, besides: Attribution | None = None
) -> Decimal | None:
    """Return the share of a line still free: inside its IT share, or outside it.

    None while nobody decided what share of the line is IT. `besides` is left out of the sum.
    """
    others = line.attributions.exclude(status=AttributionStatus.WITHDRAWN)
    if besides is not None:
        others = others.exclude(pk=besides.pk)
    given = others.values_list("outside_it", "share")
    return free_share(line.it_share, given, outside_it=outside_it)


class Given(NamedTuple):
    """A share of a line for an action or for NR at large, as `attribute` takes it."""

    line: BudgetLine
    method: Method
    reason: str
    share: Decimal | None = None
    amount: Decimal | None = None
    stage: Stage | None = None
    action: Action | None = None
    status: AttributionStatus = AttributionStatus.DECLARED
    evidence: str = ""
    outside_it: bool = False
    key: Mapping[str, str] | None = None
    again: bool = False


def attribute(
    actor: Actor,
    *,
    line: BudgetLine,
    method: Method,
    reason: str,
    share: Decimal | None = None,
    amount: Decimal | None = None,
    stage: Stage | None = None,
    action: Action | None = None,
    status: AttributionStatus = AttributionStatus.DECLARED,
    evidence: str = "",
    outside_it: bool = False,
    key: Mapping[str, str] | None = None,
    again: bool = False,
) -> Attribution:
    """Attribute a share of a line to an action or to NR at large.

    `share` is in [0, 1] of its whole amount; or `amount` is in euros at a `stage`, and kept as
    typed. `key` keeps how the share of an order became that of the line (`orders.share_of_order`).

    Who may only propose writes a proposal. Raises DeniedError; ValidationError beyond the share
    that is free (two people at once included), on a line not decided yet, without reason,
    justified without evidence, or when the same stands there already, unless it is `again`.
    """
    given = Given(
        *(line, method, reason, share, amount, stage, action),
        *(status, evidence, outside_it, key, again),
    )
    return attribute_lines(actor, given=[given])[0]


@transaction.atomic
def attribute_lines(actor: Actor, *, given: Sequence[Given]) -> list[Attribution]:
    """Attribute shares of lines, all or none, as `attribute` does one after the other.

    A handful of queries for hundreds, and the sums of their imports are followed once.
    """
    held = hold_lines(one.line for one in given)
    prefetch_related_objects([one.action for one in given if one.action is not None], "plan")
    judge = partial(_given, actor, held, _Standing(held))
    written = judged(given, judge, REFUSALS)
    _write(actor, written, verb=Verb.ATTRIBUTED)
    return [attribution for attribution, _changes in written]


def _given(
    actor: Actor, held: Mapping[int, BudgetLine], standing: _Standing, one: Given
) -> _Written:
    """Return the attribution of a share, unsaved. Raises ValidationError, DeniedError."""
    line = held[one.line.pk]
    require_open(line.fiscal_year)
    typed = given_of(line, share=one.share, amount=one.amount, stage=one.stage)
    if not one.again and not one.key:
        _require_first(one, typed["share"], standing.on(line))
    values: dict[str, object] = {
        "action": one.action,
        **typed,
        "method": one.method,
        "reason": one.reason.strip(),
        "status": _allowed(actor, one.status),
        "evidence": one.evidence.strip(),
        "outside_it": one.outside_it,
        "key": dict(one.key) if one.key else None,
    }
    attribution = Attribution(line=line)
    return attribution, _set(actor, attribution, values, standing)


class Changed(NamedTuple):
    """What an attribution becomes, as `edit_attribution` takes it."""

    attribution: Attribution
    method: Method
    reason: str
    action: Action | None
    status: AttributionStatus
    evidence: str
    share: Decimal | None = None
    amount: Decimal | None = None
    stage: Stage | None = None


def edit_attribution(
    actor: Actor,
    *,
    attribution: Attribution,
    method: Method,
    reason: str,
    action: Action | None,
    status: AttributionStatus,
    evidence: str,
    share: Decimal | None = None,
    amount: Decimal | None = None,
    stage: Stage | None = None,
) -> Attribution:
    """Change an attribution; accepting a proposal or justifying it is a change of status.

    Its part is given as in `attribute`: `part_of` gives it as it is. Another share is no more that
    of an order: its key goes.
    """
    change = Changed(
        *(attribution, method, reason, action, status, evidence), *(share, amount, stage)
    )
    return edit_attributions(actor, changes=[change])[0]


@transaction.atomic
def edit_attributions(actor: Actor, *, changes: Sequence[Changed]) -> list[Attribution]:
    """Change attributions, each once, all or none, as `edit_attribution` does."""
    held = hold_lines(one.attribution.line for one in changes)
    found = _held([one.attribution for one in changes], held)
    prefetch_related_objects([one.action for one in changes if one.action is not None], "plan")
    written: list[_Written] = []
    standing = _Standing(held)
    for one in changes:
        attribution = found[one.attribution.pk]
        line = attribution.line
        typed = given_of(line, share=one.share, amount=one.amount, stage=one.stage)
        if attribution.status != AttributionStatus.PROPOSED or one.status != attribution.status:
            actor.require(Operation.EDIT_BUDGET)
        values: dict[str, object] = {
            "action": one.action,
            **typed,
            "method": one.method,
            "reason": one.reason.strip(),
            "status": _allowed(actor, one.status),
            "evidence": one.evidence.strip(),
            "key": attribution.key if typed["share"] == attribution.share else None,
        }
        written.append((attribution, _set(actor, attribution, values, standing)))
    _write(actor, written, verb=Verb.ATTRIBUTION_EDITED)
    return [attribution for attribution, _changes in written]


def as_it_is(attribution: Attribution) -> Changed:
    """Return an attribution as a change of nothing: what changes of it is replaced."""
    return Changed(
        attribution,
        Method(attribution.method),
        attribution.reason,
        attribution.action,
        AttributionStatus(attribution.status),
        attribution.evidence,
        **part_of(attribution),
    )


def part_of(attribution: Attribution) -> dict[str, Any]:
    """Return the part of its line that an attribution has, as it was given."""
    if attribution.amount is None:
        return {"share": attribution.share}
    return {"amount": attribution.amount, "stage": Stage(attribution.stage or "")}


def given_of(
    line: BudgetLine, *, share: Decimal | None, amount: Decimal | None, stage: Stage | None
) -> dict[str, Any]:
    """Return the columns of what is given of a line. Raises ValidationError for euros it lacks."""
    if amount is None and share is None:
        raise ValidationError({"share": _("Donnez une part ou un montant.")})
    if amount is None:
        return {"share": share, "amount": None, "stage": None}
    of: Decimal | None = getattr(line, stage.column) if stage else None
    if not of:
        raise ValidationError(
            _("Cette ligne n’a pas de montant à ce stade : donnez une part en pour cent.")
        )
    found = share_of_amount(amount, of)
    if found is None:
        raise ValidationError(
            _("Ce montant dépasse celui de la ligne."), code="beyond", params={"of": of}
        )
    return {"share": found, "amount": amount, "stage": stage}


def _require_first(one: Given, share: Decimal, others: Iterable[Attribution]) -> None:
    """Raise ValidationError (`again`) when the same part goes to the same action already."""
    action = one.action.pk if one.action is not None else None
    same = (action, share, one.outside_it)
    if any((other.action_id, other.share, other.outside_it) == same for other in others):
        raise ValidationError(
            _("La même part de cette ligne va déjà là : dites si c’est bien une seconde fois."),
            code="again",
        )


def withdraw(actor: Actor, *, attribution: Attribution) -> Attribution:
    """Withdraw an attribution; it stays readable and can be restored by editing its status."""
    return withdraw_all(actor, attributions=[attribution])[0]


@transaction.atomic
def withdraw_all(actor: Actor, *, attributions: Sequence[Attribution]) -> list[Attribution]:
    """Withdraw attributions, each once, all or none, as `withdraw` does."""
    held = hold_lines(one.line for one in attributions)
    found = _held(attributions, held)
    gone = [found[one.pk] for one in attributions]
    told: list[Told] = []
    for one in gone:
        require_open(one.line.fiscal_year)
        proposed = one.status == AttributionStatus.PROPOSED
        actor.require(Operation.PROPOSE if proposed else Operation.EDIT_BUDGET)
        changes = {"status": (one.status, AttributionStatus.WITHDRAWN.value)}
        told.append((one.line, Verb.ATTRIBUTION_WITHDRAWN, changes))
        one.status = AttributionStatus.WITHDRAWN
        one.version += 1
    with following(list(held)):
        Attribution.objects.filter(pk__in=list(found)).update(
            status=AttributionStatus.WITHDRAWN, version=F("version") + 1
        )
    record_all(actor, told)
    return gone


def restore(actor: Actor, *, attribution: Attribution, status: AttributionStatus) -> Attribution:
    """Put a withdrawn attribution back, if the line still has room for it."""
    return restore_all(actor, attributions=[attribution], status=status)[0]


@transaction.atomic
def restore_all(
    actor: Actor, *, attributions: Sequence[Attribution], status: AttributionStatus
) -> list[Attribution]:
    """Put withdrawn attributions back, each once, all or none, as `restore` does."""
    held = hold_lines(one.line for one in attributions)
    found = _held(attributions, held)
    standing = _Standing(held)
    written = []
    for one in attributions:
        values: dict[str, object] = {"status": _allowed(actor, status)}
        written.append((found[one.pk], _set(actor, found[one.pk], values, standing)))
    _write(actor, written, verb=Verb.ATTRIBUTION_RESTORED)
    return [attribution for attribution, _changes in written]


def _held(
    attributions: Iterable[Attribution], held: Mapping[int, BudgetLine]
) -> dict[int, Attribution]:
    """Return attributions as they are now, on lines that are held."""
    asked = {one.pk for one in attributions}
    found = Attribution.objects.select_related("action__plan").in_bulk(asked)
    if asked - found.keys():
        raise Attribution.DoesNotExist
    for one in found.values():
        one.line = held[one.line_id]
    return found


@transaction.atomic
def review(actor: Actor, *, line: BudgetLine, reviewed: bool, on: date) -> BudgetLine:
    """Say that a line was looked at and nothing of it is dedicated to NR, or take that back.

    Raises ValidationError on a line of which something counts already, or not decided yet: 0 % of
    what nobody knows is no answer.
    """
    (line,) = _review(actor, [line], reviewed=reviewed, on=on)
    return line


@transaction.atomic
def review_many(
    actor: Actor, *, lines: Iterable[BudgetLine], on: date, reviewed: bool = True
) -> int:
    """Say the same of several lines, all or none; return how many."""
    return len(_review(actor, lines, reviewed=reviewed, on=on))


def _review(
    actor: Actor, lines: Iterable[BudgetLine], *, reviewed: bool, on: date
) -> list[BudgetLine]:
    actor.require(Operation.EDIT_BUDGET)
    lines = list(lines)
    held = hold_lines(lines)
    counted = Attribution.objects.filter(line__in=held, outside_it=False, status__in=COUNTED)
    attributed = set(counted.values_list("line_id", flat=True)) if reviewed else set()
    said = (on, actor.person_id) if reviewed else (None, None)
    told: list[Told] = []
    # Followed together: the sums of their import are read and written once.
    with following(list(held)):
        for one in lines:
            line = held[one.pk]
            _check_review(line, reviewed=reviewed, attributed=line.pk in attributed)
            told.append((line, Verb.REVIEWED, {"reviewed_on": (line.reviewed_on, said[0])}))
            line.reviewed_on, line.reviewed_by = said
        BudgetLine.everything.filter(pk__in=list(held)).update(
            reviewed_on=said[0], reviewed_by=said[1]
        )
    record_all(actor, told)
    return [held[one.pk] for one in lines]


def _check_review(line: BudgetLine, *, reviewed: bool, attributed: bool) -> None:
    require_open(line.fiscal_year)
    if attributed:
        raise ValidationError(
            _("« %(line)s » est fléchée : 0 %% dirait le contraire.") % {"line": line}
        )
    if reviewed and line.it_share is None:
        raise ValidationError(
            _("Décidez d’abord quelle part de « %(line)s » est informatique.") % {"line": line}
        )


def _allowed(actor: Actor, status: AttributionStatus) -> AttributionStatus:
    actor.require(Operation.PROPOSE)
    if not actor.holds(Operation.EDIT_BUDGET):
        return AttributionStatus.PROPOSED
    if status != AttributionStatus.PROPOSED:
        actor.require(Operation.EDIT_BUDGET)
    return status


class _Standing:
    """What stands attributed of lines that are held, and what is written of them as it comes."""

    def __init__(self, lines: Iterable[int]) -> None:
        self._by_line: defaultdict[int, list[Attribution]] = defaultdict(list)
        there = Attribution.objects.filter(line__in=list(lines))
        for one in there.exclude(status=AttributionStatus.WITHDRAWN).order_by("pk"):
            self._by_line[one.line_id].append(one)

    def on(self, line: BudgetLine, *, besides: Attribution | None = None) -> list[Attribution]:
        """Return what stands on a line, one attribution left out."""
        pk = besides.pk if besides is not None else None
        return [one for one in self._by_line[line.pk] if pk is None or one.pk != pk]

    def put(self, written: Attribution) -> None:
        """Count an attribution as it will be written."""
        others = self.on(written.line, besides=written)
        stands = written.status != AttributionStatus.WITHDRAWN
        self._by_line[written.line_id] = [*others, written] if stands else others


def _set(
    actor: Actor, attribution: Attribution, values: dict[str, object], standing: _Standing
) -> dict[str, trail.Change]:
    """Set what an attribution says, unsaved; return what changed. Raises ValidationError."""
    line = attribution.line
    if line.organisation_id != actor.organisation_id:
        raise ValidationError(_("Cette ligne est d’une autre organisation."))
    require_open(line.fiscal_year)
    if line.batch.status != BatchStatus.CONFIRMED or not line.is_expense:
        raise ValidationError(_("Seule une dépense d’un import en vigueur se flèche."))
    changes = trail.set_fields(attribution, values)
    require_sound(attribution, line, standing.on(line, besides=attribution))
    if attribution._state.adding or changes:  # what was said stays of who said it
        attribution.person_id, attribution.recorded_at = actor.person_id, timezone.now()
    require_clean(attribution)
    standing.put(attribution)
    return changes


def _write(actor: Actor, written: Sequence[_Written], *, verb: Verb) -> None:
    """Write attributions that are set, and follow what they move."""
    written = [(one, changes) for one, changes in written if one._state.adding or changes]
    new = [one for one, _changes in written if one._state.adding]
    known = [one for one, _changes in written if not one._state.adding]
    lines = {one.line_id: one.line for one, _changes in written}
    with following(list(lines)):
        columns = _SAID | {name for _one, changes in written for name in changes}
        store_all(new, are_clean=True)
        store_all(known, columns=columns, are_clean=True)
        follow_evidence(actor, [one for one, _changes in written])
        reviewed = [line for line in lines.values() if line.reviewed_on is not None]
        for line in reviewed:
            line.reviewed_on = line.reviewed_by = None
        if reviewed:
            BudgetLine.everything.filter(pk__in=[line.pk for line in reviewed]).update(
                reviewed_on=None, reviewed_by=None
            )
    record_all(actor, [(one.line, verb, changes) for one, changes in written])


_SAID = {"person_id", "recorded_at"}


def require_sound(
    attribution: Attribution, line: BudgetLine, others: Iterable[Attribution]
) -> None:
    """Raise ValidationError, by field, for an attribution that may not stand on a line.

    `others` are those that stand beside it on the line.
    """
    others = list(others)
    if not attribution.reason:
        raise ValidationError({"reason": _("Dites pourquoi : un fléchage a toujours un motif.")})
    if attribution.status == AttributionStatus.JUSTIFIED and not attribution.evidence:
        raise ValidationError(
            {"evidence": _("Un fléchage justifié donne sa preuve : une référence, une adresse.")}
        )
    if (
        attribution.method == Method.ADDITIONAL_COST
        and attribution.status in COUNTED
        and line.fiscal_year.costing == Costing.WHOLE
    ):
        raise ValidationError(
            {
                "method": _("L’exercice %(year)s compte le prix entier, pas le surcoût seul.")
                % {"year": line.fiscal_year.year}
            }
        )
    action = attribution.action
    if action is not None and action.plan.organisation_id != line.organisation_id:
        raise ValidationError({"action": _("Cette action est d’une autre organisation.")})
    if line.verdict == Verdict.INTERNAL and attribution.status != AttributionStatus.WITHDRAWN:
        raise ValidationError(
            _(
                "« %(line)s » est une refacturation interne : fléchez la dépense dans le budget"
                " qui l’a payée, pour ne pas la compter deux fois."
            )
            % {"line": line}
        )
    if attribution.share < 0 or not (attribution.share or attribution.amount is not None):
        raise ValidationError({"share": _("Une part est supérieure à zéro.")})
    given = [(other.outside_it, other.share) for other in others]
    free = free_share(line.it_share, given, outside_it=attribution.outside_it)
    if free is None:
        raise ValidationError(
            _("Décidez d’abord quelle part de cette ligne est informatique."), code="undecided"
        )
    if attribution.status != AttributionStatus.WITHDRAWN and attribution.share > free:
        raise ValidationError(
            {
                "share": ValidationError(
                    _("Il reste %(free)s de cette ligne à flécher, pas davantage."),
                    code="beyond",
                    params={"free": _said(free)},
                )
            }
        )
    if attribution.key and attribution.status != AttributionStatus.WITHDRAWN:
        _check_order(attribution.key, [other.key for other in others if other.key])


def _check_order(key: dict[str, str], others: list[dict[str, str]]) -> None:
    """Refuse more than the whole of an order or a contract, whatever room the line has."""
    free = free_of_order(key, others)
    if Decimal(key["share"]) > free:
        raise ValidationError(
            {
                "share": ValidationError(
                    _("Il reste %(free)s de « %(order)s » à flécher, pas davantage."),
                    code="beyond-order",
                    params={
                        "free": _said(max(free, NONE)),
                        "order": key["order"] or key["contract"],
                    },
                )
            }
        )


def _said(part: Decimal) -> str:
    return share(part, spoken_language())
