"""A person's verdict on a line, above the rules of the perimeter."""

from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.budget.access import hold_line, require_open
from portulan.budget.attributions.rule_writes import propose_by_rules
from portulan.budget.lines.facts import facts_of
from portulan.budget.lines.kept_sums import following
from portulan.budget.models import BudgetLine, LineOverride
from portulan.budget.perimeter.judged_lines import Judge, columns_of
from portulan.budget.perimeter.rules import ALL, NOTHING, share_of
from portulan.budget.perimeter.writes import perimeter_in_force
from portulan.budget.verbs import Verb
from portulan.budget.words import AttributionStatus, Verdict
from portulan.core.say import numbers
from portulan.core.say.language import spoken_language
from portulan.core.storing import store


@transaction.atomic
def override_line(
    actor: Actor, *, line: BudgetLine, verdict: Verdict, reason: str, share: Decimal | None = None
) -> LineOverride:
    """Give a person's verdict on one line; it beats every rule, of this edition and the next.

    Raises ValidationError when a mixed verdict has no share, or when attributions would exceed it.
    """
    actor.require(Operation.EDIT_BUDGET)
    decided = decided_share(verdict, share)
    line = hold_line(line)
    require_open(line.fiscal_year)
    require_room(line, decided)
    before = (line.verdict, line.it_share)
    override = LineOverride.objects.filter(line=line).first() or LineOverride(line=line)
    override.verdict, override.share, override.reason = verdict, decided, reason
    override.person_id, override.decided_at = actor.person_id, timezone.now()
    override.together = override.learnt_from = None
    store(override)
    line.verdict, line.it_share, line.verdict_reason = verdict, decided, reason
    line.overridden = True
    with following([line.pk]):
        line.save(update_fields=["verdict", "it_share", "verdict_reason", "overridden"])
    record(actor, line, Verb.VERDICT, {"verdict": (list(before), [verdict, decided])})
    propose_by_rules(actor, fiscal_year=line.fiscal_year, among=[line.pk])
    return override


def decided_share(verdict: Verdict, share: Decimal | None) -> Decimal:
    """Return the IT share that a person's verdict gives. Raises ValidationError if it has none."""
    if verdict == Verdict.UNDECIDED:
        raise ValidationError(_("Décider, c’est dire dans, mixte ou hors."))
    decided = share_of(verdict, share)
    if decided is None:
        raise ValidationError(_("Pour une ligne mixte, dites quelle part est informatique."))
    return decided


def require_room(line: BudgetLine, decided: Decimal) -> None:
    """Raise ValidationError when more of the line is attributed than this IT share leaves."""
    for outside_it, room in ((False, decided), (True, ALL - decided)):
        shares = line.attributions.filter(outside_it=outside_it).exclude(
            status=AttributionStatus.WITHDRAWN
        )
        given = sum(shares.values_list("share", flat=True), NOTHING)
        if given > room:
            raise ValidationError(
                _("%(given)s de cette ligne sont déjà fléchés : retirez d’abord ces fléchages.")
                % {"given": numbers.share(given, spoken_language())},
                code="attributed",
            )


@transaction.atomic
def clear_override(actor: Actor, *, line: BudgetLine) -> BudgetLine:
    """Give a line back to the rules of the perimeter in force."""
    actor.require(Operation.EDIT_BUDGET)
    line = hold_line(line)
    require_open(line.fiscal_year)
    LineOverride.objects.filter(line=line).delete()
    ruling = Judge(perimeter_in_force(actor))(facts_of(line), line.batch.nomenclature or None)
    before = (line.verdict, line.it_share)
    columns = columns_of(ruling) | {"overridden": False}
    for name, value in columns.items():
        setattr(line, name, value)
    with following([line.pk]):
        line.save(update_fields=columns)
    record(actor, line, Verb.VERDICT, {"verdict": (list(before), [line.verdict, line.it_share])})
    return line
