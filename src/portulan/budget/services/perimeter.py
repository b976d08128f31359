"""Editions of the IT perimeter, and judging the lines again under them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from itertools import batched, chain

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.services import hold_organisation
from portulan.accounts.trail import record
from portulan.budget.enums import PerimeterStatus, YearStatus
from portulan.budget.judging import Judge, facts_of
from portulan.budget.models import (
    BudgetLine,
    FiscalYear,
    ITPerimeter,
    PerimeterRule,
)
from portulan.budget.perimeter import Ruling, share_of
from portulan.budget.services.holding import hold_year
from portulan.budget.services.sums import following
from portulan.budget.verdicts import Verdict
from portulan.core.storing import store

CHUNK = 500


def perimeter_in_force(actor: Actor) -> ITPerimeter:
    """Return the perimeter in force, laying the first edition (the default table) if none is."""
    perimeter, laid = ITPerimeter.objects.get_or_create(
        organisation_id=actor.organisation_id,
        status=PerimeterStatus.IN_FORCE,
        defaults={"edition": 1},
    )
    if laid:
        record(actor, perimeter, "laid", {"edition": (None, 1)})
    return perimeter


@transaction.atomic
def draft_perimeter(actor: Actor) -> ITPerimeter:
    """Return the draft of the next edition, copied from the one in force if there is none yet."""
    actor.require(Operation.EDIT_BUDGET)
    hold_organisation(actor)
    current = perimeter_in_force(actor)
    draft = ITPerimeter.objects.filter(
        organisation_id=actor.organisation_id, status=PerimeterStatus.DRAFT
    ).first()
    if draft is not None:
        return draft
    last = ITPerimeter.objects.filter(organisation_id=actor.organisation_id).latest("edition")
    draft = ITPerimeter.objects.create(
        organisation_id=actor.organisation_id,
        edition=last.edition + 1,
        service_codes=current.service_codes,
        with_school_equipment=current.with_school_equipment,
        with_staff=current.with_staff,
    )
    for rule in current.rules.order_by("order"):
        rule.pk, rule.perimeter = None, draft
        rule.save()
    record(actor, draft, "drafted", {"edition": (None, draft.edition)})
    return draft


@transaction.atomic
def answer_questions(
    actor: Actor,
    *,
    perimeter: ITPerimeter,
    service_codes: Iterable[str],
    with_school_equipment: bool,
    with_staff: bool,
) -> ITPerimeter:
    """Answer the questions of first use on a draft: service codes, school equipment, staff."""
    _require_draft(actor, perimeter)
    codes = sorted({code.strip() for code in service_codes if code.strip()})
    perimeter.service_codes = codes
    perimeter.with_school_equipment = with_school_equipment
    perimeter.with_staff = with_staff
    store(perimeter)
    record(actor, perimeter, "answered", {"service_codes": (None, codes)})
    return perimeter


@transaction.atomic
def add_rule(
    actor: Actor,
    *,
    perimeter: ITPerimeter,
    verdict: Verdict,
    reason: str,
    share: Decimal | None = None,
    nature_prefix: str = "",
    service: str = "",
    function: str = "",
    supplier: str = "",
    label: str = "",
) -> PerimeterRule:
    """Add a rule at the end of a draft's list. Raises ValidationError without any criterion."""
    _require_draft(actor, perimeter)
    criteria = (nature_prefix, service, function, supplier, label)
    if not any(criterion.strip() for criterion in criteria):
        raise ValidationError(_("Une règle dit au moins sur quoi elle porte."))
    if verdict == Verdict.UNDECIDED:
        raise ValidationError(_("Une règle décide : dans, mixte ou hors."))
    last = perimeter.rules.order_by("-order").first()
    rule = PerimeterRule(
        perimeter=perimeter,
        order=last.order + 1 if last else 1,
        verdict=verdict,
        share=share_of(verdict, share),
        reason=reason,
        nature_prefix=nature_prefix.strip(),
        service=service.strip(),
        function=function.strip(),
        supplier=supplier.strip(),
        label=label.strip(),
    )
    store(rule)
    record(actor, perimeter, "rule added", {f"rule {rule.order}": (None, reason)})
    return rule


@transaction.atomic
def remove_rule(actor: Actor, *, rule: PerimeterRule) -> None:
    """Remove a rule from a draft."""
    _require_draft(actor, rule.perimeter)
    record(actor, rule.perimeter, "rule removed", {f"rule {rule.order}": (rule.reason, None)})
    rule.delete()


@transaction.atomic
def move_rule(actor: Actor, *, rule: PerimeterRule, up: bool) -> None:
    """Move a rule of a draft one place up or down; the first that matches a line holds."""
    _require_draft(actor, rule.perimeter)
    rule.refresh_from_db(fields=["order"])
    others = rule.perimeter.rules
    other = (
        others.filter(order__lt=rule.order).order_by("-order").first()
        if up
        else others.filter(order__gt=rule.order).order_by("order").first()
    )
    if other is None:
        return
    here, there = rule.order, other.order
    # Through 0, which no rule has: two rules never share a place, not even for a moment.
    for moved, place in ((rule, 0), (other, here), (rule, there)):
        moved.order = place
        moved.save(update_fields=["order"])
    record(actor, rule.perimeter, "rule moved", {f"rule {here}": (here, there)})


@transaction.atomic
def bring_into_force(actor: Actor, *, perimeter: ITPerimeter, on: date) -> int:
    """Bring a draft into force and judge every line of open years again; return how many moved.

    Years that are closed keep their verdicts: their figures are frozen.
    """
    actor.require(Operation.EDIT_BUDGET)
    # A year opened, or opened again, meanwhile is held here or waits and reads this edition.
    hold_organisation(actor)
    _require_draft(actor, perimeter)
    ITPerimeter.objects.filter(
        organisation_id=actor.organisation_id, status=PerimeterStatus.IN_FORCE
    ).update(status=PerimeterStatus.SUPERSEDED)
    perimeter.status = PerimeterStatus.IN_FORCE
    perimeter.decided_on = on
    perimeter.person_id = actor.person_id
    perimeter.save()
    open_years = FiscalYear.objects.filter(organisation_id=actor.organisation_id).exclude(
        status=YearStatus.CLOSED
    )
    years = list(open_years.order_by("pk").values_list("pk", flat=True))
    for year in years:
        hold_year(year)
    moved = _judge_years(perimeter, years)
    record(actor, perimeter, "in force", {"lines moved": (None, moved)})
    return moved


def judge_year(actor: Actor, *, fiscal_year: FiscalYear) -> int:
    """Judge the lines of a year that is opened again under the perimeter in force."""
    perimeter = perimeter_in_force(actor)
    return _judge_years(perimeter, [fiscal_year.pk])


def _judge_years(perimeter: ITPerimeter, years: list[int]) -> int:
    lines = BudgetLine.objects.filter(fiscal_year__in=years, overridden=False).select_related(
        "batch"
    )
    moved = _judge_again(Judge(perimeter), lines.iterator(chunk_size=2000))
    FiscalYear.objects.filter(pk__in=years).update(judged_under=perimeter)
    return moved


def _judge_again(judge_line: Judge, lines: Iterable[BudgetLine]) -> int:
    moved: dict[Ruling, list[int]] = defaultdict(list)
    for line in lines:
        ruling = judge_line(facts_of(line), line.batch.nomenclature or None)
        before = (line.verdict, line.it_share, line.verdict_reason)
        if before != (ruling.verdict, ruling.share, ruling.reason.fr):
            moved[ruling].append(line.pk)
    with following(chain.from_iterable(moved.values())):
        for ruling, ids in moved.items():
            for chunk in batched(ids, CHUNK):
                BudgetLine.objects.filter(pk__in=chunk).update(
                    verdict=ruling.verdict,
                    it_share=ruling.share,
                    verdict_reason=ruling.reason.fr,
                    post=ruling.post or "",
                )
    return sum(map(len, moved.values()))


def _require_draft(actor: Actor, perimeter: ITPerimeter) -> None:
    actor.require(Operation.EDIT_BUDGET)
    if perimeter.organisation_id != actor.organisation_id:
        raise ValidationError(_("Ce périmètre est d’une autre organisation."))
    # As it is now, held: somebody may just have brought it into force.
    perimeter.refresh_from_db(from_queryset=ITPerimeter.objects.select_for_update())
    if perimeter.status != PerimeterStatus.DRAFT:
        raise ValidationError(
            _("L’édition %(edition)s est arrêtée : préparez la suivante.")
            % {"edition": perimeter.edition}
        )
