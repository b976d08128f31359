"""Editions of the IT perimeter, and judging the lines again under them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from itertools import batched, chain

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.accounts.writes import hold_organisation
from portulan.budget.access import hold_year
from portulan.budget.attributions.rule_writes import propose_by_rules
from portulan.budget.lines.facts import facts_of
from portulan.budget.lines.kept_sums import following
from portulan.budget.models import BudgetLine, FiscalYear, ITPerimeter
from portulan.budget.perimeter.judged_lines import Judge, columns_of
from portulan.budget.perimeter.rules import Ruling
from portulan.budget.verbs import Verb
from portulan.budget.words import BatchStatus, PerimeterStatus, YearStatus
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
        record(actor, perimeter, Verb.LAID, {"edition": (None, 1)})
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
    record(actor, draft, Verb.DRAFTED, {"edition": (None, draft.edition)})
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
    require_draft(actor, perimeter)
    codes = sorted({code.strip() for code in service_codes if code.strip()})
    perimeter.service_codes = codes
    perimeter.with_school_equipment = with_school_equipment
    perimeter.with_staff = with_staff
    store(perimeter)
    record(actor, perimeter, Verb.ANSWERED, {"service_codes": (None, codes)})
    return perimeter


@transaction.atomic
def bring_into_force(actor: Actor, *, perimeter: ITPerimeter, on: date) -> int:
    """Bring a draft into force and judge every line of open years again.

    Return how many lines have another verdict or IT share. Years that are closed keep theirs: their
    figures are frozen.
    """
    actor.require(Operation.EDIT_BUDGET)
    # A year opened, or opened again, meanwhile is held here or waits and reads this edition.
    hold_organisation(actor)
    require_draft(actor, perimeter)
    ITPerimeter.objects.filter(
        organisation_id=actor.organisation_id, status=PerimeterStatus.IN_FORCE
    ).update(status=PerimeterStatus.SUPERSEDED, version=F("version") + 1)
    perimeter.status = PerimeterStatus.IN_FORCE
    perimeter.decided_on = on
    perimeter.person_id = actor.person_id
    perimeter.save()
    open_years = FiscalYear.objects.filter(organisation_id=actor.organisation_id).exclude(
        status=YearStatus.CLOSED
    )
    years = list(open_years.order_by("pk").values_list("pk", flat=True))
    held = [hold_year(year) for year in years]
    moved = _judge_years(perimeter, years)
    for fiscal_year in held:
        propose_by_rules(actor, fiscal_year=fiscal_year)
    record(actor, perimeter, Verb.IN_FORCE, {"lines moved": (None, moved)})
    return moved


def judge_year(actor: Actor, *, fiscal_year: FiscalYear) -> int:
    """Judge the lines of a year that is opened again under the perimeter in force."""
    perimeter = perimeter_in_force(actor)
    moved = _judge_years(perimeter, [fiscal_year.pk])
    propose_by_rules(actor, fiscal_year=fiscal_year)
    return moved


def _judge_years(perimeter: ITPerimeter, years: list[int]) -> int:
    lines = (
        BudgetLine.everything.filter(fiscal_year__in=years, overridden=False)
        .exclude(batch__status=BatchStatus.WRITING)  # it is judged again when it ends
        .select_related("batch")
    )
    moved = judge_again(Judge(perimeter), lines.iterator(chunk_size=2000))
    FiscalYear.objects.filter(pk__in=years).update(judged_under=perimeter)
    return moved


def judge_again(judge_line: Judge, lines: Iterable[BudgetLine]) -> int:
    """Judge lines fetched with their imports, and return how many have another verdict or share."""
    stale: dict[Ruling, list[int]] = defaultdict(list)
    moved = 0
    for line in lines:
        ruling = judge_line(facts_of(line), line.batch.nomenclature or None)
        said = columns_of(ruling)
        if any(getattr(line, name) != value for name, value in said.items()):
            stale[ruling].append(line.pk)
            moved += (line.verdict, line.it_share) != (ruling.verdict, ruling.share)
    with following(chain.from_iterable(stale.values())):
        for ruling, ids in stale.items():
            for chunk in batched(ids, CHUNK):
                BudgetLine.everything.filter(pk__in=chunk).update(**columns_of(ruling))
    return moved


def require_draft(actor: Actor, perimeter: ITPerimeter) -> None:
    """Hold an edition that may still change. Raises DeniedError, ValidationError."""
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
