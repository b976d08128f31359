"""Rules that propose attributions on the lines of a contract, a supplier, an account.

A rule proposes and nothing more: what it proposes counts once a person accepted it. On a line it
proposes once; refused there, it does not come back.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import Told, record, record_all
from portulan.budget.access import hold_year
from portulan.budget.attributions.evidence import follow_evidence
from portulan.budget.attributions.rule_matches import Match, matches
from portulan.budget.lines.facts import Criteria
from portulan.budget.lines.kept_sums import following
from portulan.budget.models import Attribution, AttributionRule, FiscalYear
from portulan.budget.verbs import Verb
from portulan.budget.words import AttributionStatus, Method, YearStatus
from portulan.core.storing import store
from portulan.plans.models import Action


@dataclass(frozen=True, slots=True)
class Proposed:
    """How many lines have a new proposal, one with another amount, or none though a rule is met."""

    new: int = 0
    changed: int = 0
    not_proposed: int = 0

    def plus(self, other: Proposed) -> Proposed:
        return Proposed(
            self.new + other.new,
            self.changed + other.changed,
            self.not_proposed + other.not_proposed,
        )


@transaction.atomic
def make_rule(
    actor: Actor,
    *,
    criteria: Criteria,
    share: Decimal,
    method: Method,
    reason: str,
    first_year: int,
    action: Action | None = None,
    evidence: str = "",
) -> tuple[AttributionRule, Proposed]:
    """Make a rule and propose it at once on the lines of open years, from `first_year` on.

    Raises DeniedError; ValidationError without criterion or reason, or beyond a whole line.
    """
    actor.require(Operation.PROPOSE)
    if criteria.is_empty:
        raise ValidationError(_("Une règle dit au moins sur quoi elle porte."))
    if not reason.strip():
        raise ValidationError({"reason": _("Dites pourquoi : un fléchage a toujours un motif.")})
    if action is not None and action.plan.organisation_id != actor.organisation_id:
        raise ValidationError({"action": _("Cette action est d’une autre organisation.")})
    rule = AttributionRule(
        organisation_id=actor.organisation_id,
        action=action,
        first_year=first_year,
        nature_prefix=criteria.nature_prefix,
        service=criteria.service,
        supplier=criteria.supplier,
        contract_ref=criteria.contract,
        label=criteria.label,
        share=share,
        method=method,
        reason=reason.strip(),
        evidence=evidence.strip(),
        person_id=actor.person_id,
        recorded_at=timezone.now(),
    )
    store(rule)
    record(actor, rule, Verb.RULE_MADE, {"share": (None, share), "action": (None, action)})
    return rule, propose_again(actor, rule=rule)


@transaction.atomic
def propose_again(actor: Actor, *, rule: AttributionRule) -> Proposed:
    """Propose a rule on the lines of open years that it has no proposal on yet."""
    actor.require(Operation.PROPOSE)
    years = FiscalYear.objects.filter(
        organisation_id=rule.organisation_id, year__gte=rule.first_year
    ).exclude(status=YearStatus.CLOSED)
    total = Proposed()
    for pk in years.order_by("pk").values_list("pk", flat=True):
        total = total.plus(_propose(actor, rule, hold_year(pk)))
    return total


def propose_by_rules(
    actor: Actor, *, fiscal_year: FiscalYear, among: Collection[int] | None = None
) -> Proposed:
    """Propose what the organisation's rules say of a year whose lines or verdicts just changed.

    `among` is the lines that changed, when they are known. To be called inside the transaction
    that holds the year; one query when there is no rule.
    """
    if fiscal_year.status == YearStatus.CLOSED:
        return Proposed()
    rules = AttributionRule.objects.filter(
        organisation_id=fiscal_year.organisation_id,
        first_year__lte=fiscal_year.year,
        withdrawn_at__isnull=True,
    )
    total = Proposed()
    for rule in rules.order_by("pk"):
        total = total.plus(_propose(actor, rule, fiscal_year, among))
    return total


@transaction.atomic
def withdraw_rule(actor: Actor, *, rule: AttributionRule) -> int:
    """Withdraw a rule with what it proposed and nobody accepted; return how many proposals.

    What was accepted is a person's decision, and stays. Raises ValidationError when it is
    withdrawn already.
    """
    actor.require(Operation.PROPOSE)
    years = FiscalYear.objects.filter(organisation_id=rule.organisation_id).exclude(
        status=YearStatus.CLOSED
    )
    for pk in years.order_by("pk").values_list("pk", flat=True):
        hold_year(pk)
    rule = AttributionRule.objects.select_for_update(of=("self",)).get(pk=rule.pk)
    if rule.withdrawn_at is not None:
        raise ValidationError(_("Cette règle est déjà retirée."))
    rule.withdrawn_at, rule.withdrawn_by = timezone.now(), actor.person_id
    rule.save(update_fields=["withdrawn_at", "withdrawn_by"])
    pending = Attribution.objects.filter(
        rule=rule, status=AttributionStatus.PROPOSED, line__fiscal_year__in=years
    ).select_related("line")
    lines = [attribution.line for attribution in pending]
    with following([line.pk for line in lines]):
        pending.update(status=AttributionStatus.WITHDRAWN, version=F("version") + 1)
    change = {"status": (AttributionStatus.PROPOSED.value, AttributionStatus.WITHDRAWN.value)}
    record_all(actor, [(line, Verb.ATTRIBUTION_WITHDRAWN, change) for line in lines])
    record(actor, rule, Verb.RULE_WITHDRAWN, {"lines": (None, len(lines))})
    return len(lines)


def _propose(
    actor: Actor,
    rule: AttributionRule,
    fiscal_year: FiscalYear,
    among: Collection[int] | None = None,
) -> Proposed:
    """Write the proposals of a rule on a year that is held; each line has its entry.

    A line that somebody reviewed at 0 % stays so until the proposal is accepted.
    """
    found = matches(rule, fiscal_year, among=among)
    new = [item for item in found if item.existing is None and item.why_not is None]
    changed = [item for item in found if _is_stale(item)]
    with following([item.line.pk for item in (*new, *changed)]):
        made = Attribution.objects.bulk_create([_proposal(actor, rule, item) for item in new])
        follow_evidence(actor, made)
        for item in changed:
            proposal = item.existing
            if proposal is not None and item.share is not None:
                proposal.share, proposal.key = item.share, item.key
                proposal.save(update_fields=["share", "key"])
    told: list[Told] = []
    for item in (*new, *changed):
        before = item.existing.share if item.existing else None
        changes = {"share": (before, item.share), "rule": (None, rule)}
        told.append((item.line, Verb.PROPOSED_BY_A_RULE, changes))
    record_all(actor, told)
    missing = sum(1 for item in found if item.existing is None and item.why_not is not None)
    return Proposed(len(new), len(changed), missing)


def _is_stale(item: Match) -> bool:
    """Tell whether a proposal that nobody answered rests on amounts that changed since."""
    return (
        item.existing is not None
        and item.existing.status == AttributionStatus.PROPOSED
        and item.why_not is None
        and (item.existing.share, item.existing.key) != (item.share, item.key)
    )


def _proposal(actor: Actor, rule: AttributionRule, item: Match) -> Attribution:
    return Attribution(
        line=item.line,
        action_id=rule.action_id,
        share=item.share or Decimal(0),
        key=item.key,
        rule=rule,
        method=rule.method,
        status=AttributionStatus.PROPOSED,
        reason=rule.reason,
        evidence=rule.evidence,
        person_id=actor.person_id,
        recorded_at=timezone.now(),
    )
