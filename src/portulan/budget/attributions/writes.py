"""Attributing the share of a line to NR (fléchage), never beyond the line's perimeter share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.budget.access import hold_line, require_open
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
from portulan.core.say.language import spoken_language
from portulan.core.say.numbers import share
from portulan.core.storing import store
from portulan.plans.models import Action


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


@transaction.atomic
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
    line = hold_line(line)
    require_open(line.fiscal_year)
    attribution = Attribution(line=line)
    typed = given_of(line, share=share, amount=amount, stage=stage)
    if not again and not key:
        require_first(line, action=action, share=typed["share"], outside_it=outside_it)
    return _write(
        actor,
        attribution,
        {
            "action": action,
            **typed,
            "method": method,
            "reason": reason.strip(),
            "status": _allowed(actor, status),
            "evidence": evidence.strip(),
            "outside_it": outside_it,
            "key": dict(key) if key else None,
        },
        verb=Verb.ATTRIBUTED,
    )


@transaction.atomic
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
    line = hold_line(attribution.line)
    typed = given_of(line, share=share, amount=amount, stage=stage)
    attribution = Attribution.objects.select_related("line__fiscal_year").get(pk=attribution.pk)
    if attribution.status != AttributionStatus.PROPOSED or status != AttributionStatus.PROPOSED:
        actor.require(Operation.EDIT_BUDGET)
    return _write(
        actor,
        attribution,
        {
            "action": action,
            **typed,
            "method": method,
            "reason": reason.strip(),
            "status": _allowed(actor, status),
            "evidence": evidence.strip(),
            "key": attribution.key if typed["share"] == attribution.share else None,
        },
        verb=Verb.ATTRIBUTION_EDITED,
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


def require_first(
    line: BudgetLine, *, action: Action | None, share: Decimal, outside_it: bool
) -> None:
    """Raise ValidationError (`again`) when the same part goes to the same action already."""
    same = line.attributions.filter(action=action, share=share, outside_it=outside_it)
    if same.exclude(status=AttributionStatus.WITHDRAWN).exists():
        raise ValidationError(
            _("La même part de cette ligne va déjà là : dites si c’est bien une seconde fois."),
            code="again",
        )


@transaction.atomic
def withdraw(actor: Actor, *, attribution: Attribution) -> Attribution:
    """Withdraw an attribution; it stays readable and can be restored by editing its status."""
    hold_line(attribution.line)
    attribution = Attribution.objects.select_related("line__fiscal_year").get(pk=attribution.pk)
    require_open(attribution.line.fiscal_year)
    if attribution.status == AttributionStatus.PROPOSED:
        actor.require(Operation.PROPOSE)
    else:
        actor.require(Operation.EDIT_BUDGET)
    before = attribution.status
    attribution.status = AttributionStatus.WITHDRAWN
    with following([attribution.line_id]):
        attribution.save(update_fields=["status"])
    record(actor, attribution.line, Verb.ATTRIBUTION_WITHDRAWN, {"status": (before, "withdrawn")})
    return attribution


@transaction.atomic
def restore(actor: Actor, *, attribution: Attribution, status: AttributionStatus) -> Attribution:
    """Put a withdrawn attribution back, if the line still has room for it."""
    hold_line(attribution.line)
    attribution = Attribution.objects.select_related("line__fiscal_year").get(pk=attribution.pk)
    return _write(
        actor,
        attribution,
        {"status": _allowed(actor, status)},
        verb=Verb.ATTRIBUTION_RESTORED,
    )


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
    held = [hold_line(line) for line in lines]
    # Followed together: the sums of their import are read and written once.
    with following([line.pk for line in held]):
        for line in held:
            _check_review(line, reviewed=reviewed)
            before = line.reviewed_on
            line.reviewed_on = on if reviewed else None
            line.reviewed_by = actor.person_id if reviewed else None
            line.save(update_fields=["reviewed_on", "reviewed_by"])
            record(actor, line, Verb.REVIEWED, {"reviewed_on": (before, line.reviewed_on)})
    return held


def _check_review(line: BudgetLine, *, reviewed: bool) -> None:
    require_open(line.fiscal_year)
    if reviewed and line.attributions.filter(outside_it=False, status__in=COUNTED).exists():
        raise ValidationError(
            _("« %(line)s » est fléchée : 0 %% dirait le contraire.") % {"line": line}
        )
    if reviewed and line.it_share is None:
        raise ValidationError(
            _("Décidez d’abord quelle part de « %(line)s » est informatique.") % {"line": line}
        )


def _allowed(actor: Actor, status: AttributionStatus) -> AttributionStatus:
    actor.require(Operation.PROPOSE)
    return status if actor.may(Operation.EDIT_BUDGET) else AttributionStatus.PROPOSED


def _write(
    actor: Actor, attribution: Attribution, values: dict[str, object], *, verb: Verb
) -> Attribution:
    line = attribution.line
    if line.organisation_id != actor.organisation_id:
        raise ValidationError(_("Cette ligne est d’une autre organisation."))
    require_open(line.fiscal_year)
    if line.batch.status != BatchStatus.CONFIRMED or not line.is_expense:
        raise ValidationError(_("Seule une dépense d’un import en vigueur se flèche."))
    changes = trail.set_fields(attribution, values)
    others = line.attributions.exclude(status=AttributionStatus.WITHDRAWN)
    require_sound(attribution, line, others.exclude(pk=attribution.pk))
    if not attribution._state.adding and not changes:
        return attribution  # what was said stays of who said it
    attribution.person_id, attribution.recorded_at = actor.person_id, timezone.now()
    with following([line.pk]):
        store(attribution)
        follow_evidence(actor, [attribution])
        if line.reviewed_on is not None:
            line.reviewed_on = line.reviewed_by = None
            line.save(update_fields=["reviewed_on", "reviewed_by"])
    record(actor, line, verb, changes)
    return attribution


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
