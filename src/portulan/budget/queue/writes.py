"""Verdicts that a person gives on several lines at once, and takes back at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import batched
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record, record_many
from portulan.budget.access import hold_year, require_open
from portulan.budget.attributions.rule_writes import propose_by_rules
from portulan.budget.lines.kept_sums import following
from portulan.budget.models import BudgetLine, FiscalYear, LineOverride
from portulan.budget.perimeter.judged_lines import Judge
from portulan.budget.perimeter.precedents import Proposal
from portulan.budget.perimeter.verdicts import decided_share, require_room
from portulan.budget.perimeter.writes import judge_again, perimeter_in_force
from portulan.budget.queue.reads import proposal_words, proposals_for
from portulan.budget.verbs import Verb
from portulan.budget.words import Verdict

_CHUNK = 500


class Given(NamedTuple):
    """How many lines were decided together, and the entry of the trail that takes them back."""

    lines: int
    entry: int


@transaction.atomic
def decide_lines(
    actor: Actor,
    *,
    fiscal_year: FiscalYear,
    lines: Iterable[int],
    verdict: Verdict,
    reason: str,
    share: Decimal | None = None,
) -> Given:
    """Give one verdict on the lines of a year (identifiers) that still wait for one.

    Raises DeniedError, ValidationError: a mixed verdict without its share, no line that waits.
    """
    waiting = _waiting(actor, fiscal_year, lines)
    share = decided_share(verdict, share)
    entry = record(
        actor,
        fiscal_year,
        Verb.VERDICTS,
        {"lines": (None, len(waiting)), "verdict": (None, [verdict, share])},
    )
    _decide(actor, waiting, entry, verdict=verdict, share=share, reason=reason)
    propose_by_rules(actor, fiscal_year=fiscal_year, among=[line.pk for line in waiting])
    return Given(len(waiting), entry)


@transaction.atomic
def accept_proposals(
    actor: Actor, *, fiscal_year: FiscalYear, shown: Mapping[int, tuple[Verdict, Decimal]]
) -> Given:
    """Accept what was proposed for lines (identifiers), as it was shown.

    Each verdict keeps the decisions it comes from, as its reason and in `learnt_from`. Raises
    ValidationError when past decisions no longer say the same.
    """
    waiting = _waiting(actor, fiscal_year, shown)
    now = proposals_for(fiscal_year, waiting)
    same: dict[Proposal, list[BudgetLine]] = defaultdict(list)
    for line in waiting:
        proposal = now.get(line.pk)
        if proposal is not None and (proposal.verdict, proposal.share) == shown[line.pk]:
            same[proposal].append(line)
    count = sum(map(len, same.values()))
    if count < len(waiting):
        raise ValidationError(_("Des décisions ont été prises entre-temps : relisez ces lignes."))
    entry = record(actor, fiscal_year, Verb.PROPOSALS_ACCEPTED, {"lines": (None, count)})
    decide_as_proposed(actor, same, entry)
    propose_by_rules(actor, fiscal_year=fiscal_year, among=[line.pk for line in waiting])
    return Given(count, entry)


def decide_as_proposed(actor: Actor, same: Mapping[Proposal, list[BudgetLine]], entry: int) -> None:
    """Give lines, held with their year, what was proposed of them; each keeps its source.

    `entry` is that of the trail which takes them back together.
    """
    for proposal, lines in same.items():
        _decide(
            actor,
            lines,
            entry,
            verdict=proposal.verdict,
            share=proposal.share,
            reason=proposal_words(proposal)[:250],
            learnt_from={
                "by": proposal.by,
                "lines": proposal.lines,
                "of": proposal.of,
                "years": list(proposal.years),
            },
        )


@transaction.atomic
def take_back(actor: Actor, *, fiscal_year: FiscalYear, entry: int) -> int:
    """Give the lines that were decided together back to the rules; return how many."""
    actor.require(Operation.EDIT_BUDGET)
    require_open(hold_year(fiscal_year.pk))
    given = LineOverride.objects.filter(together=entry, line__fiscal_year=fiscal_year)
    ids = list(given.values_list("line_id", flat=True))
    judge = Judge(perimeter_in_force(actor))
    for chunk in batched(ids, _CHUNK):
        LineOverride.objects.filter(line__in=chunk).delete()
        lines = list(BudgetLine.everything.filter(pk__in=chunk).select_related("batch"))
        before = {line.pk: (line.verdict, line.it_share) for line in lines}
        # Back under the rules first: what stood is what they judge again.
        BudgetLine.everything.filter(pk__in=chunk).update(overridden=False)
        judge_again(judge, lines)
        after = BudgetLine.everything.in_bulk(chunk)
        told = {
            pk: {"verdict": (list(was), [after[pk].verdict, after[pk].it_share])}
            for pk, was in before.items()
        }
        record_many(actor, BudgetLine, Verb.VERDICT, told)
    if ids:
        record(actor, fiscal_year, Verb.VERDICTS_TAKEN_BACK, {"lines": (len(ids), None)})
    return len(ids)


def _waiting(actor: Actor, fiscal_year: FiscalYear, lines: Iterable[int]) -> list[BudgetLine]:
    """Return those of the lines that nobody decided, held with their year."""
    actor.require(Operation.EDIT_BUDGET)
    require_open(hold_year(fiscal_year.pk))
    waiting: list[BudgetLine] = []
    for chunk in batched(sorted(set(lines)), _CHUNK):
        waiting += BudgetLine.objects.select_for_update(of=("self",)).filter(
            pk__in=chunk,
            fiscal_year=fiscal_year,
            organisation=actor.organisation_id,
            it_share__isnull=True,
        )
    if not waiting:
        raise ValidationError(_("Aucune de ces lignes n’attend de décision : cochez-en."))
    return waiting


def _decide(
    actor: Actor,
    lines: list[BudgetLine],
    entry: int,
    *,
    reason: str,
    verdict: Verdict,
    share: Decimal,
    learnt_from: dict[str, Any] | None = None,
) -> None:
    said: dict[str, Any] = {"verdict": verdict, "share": share, "reason": reason}
    LineOverride(**said).clean_fields(exclude=["line", "decided_at"])
    said |= {
        "person_id": actor.person_id,
        "decided_at": timezone.now(),
        "together": entry,
        "learnt_from": learnt_from,
    }
    for line in lines:
        if line.claimed_share is not None:
            require_room(line, share)
    with following([line.pk for line in lines]):
        for chunk in batched(lines, _CHUNK):
            LineOverride.objects.bulk_create(
                [LineOverride(line=line, **said) for line in chunk],
                update_conflicts=True,
                unique_fields=["line"],
                update_fields=list(said),
            )
            BudgetLine.objects.filter(pk__in=[line.pk for line in chunk]).update(
                verdict=verdict, it_share=share, verdict_reason=reason, overridden=True
            )
            told = {
                line.pk: {"verdict": ([line.verdict, line.it_share], [verdict, share])}
                for line in chunk
            }
            record_many(actor, BudgetLine, Verb.VERDICT, told)
