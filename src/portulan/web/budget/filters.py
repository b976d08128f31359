"""Filters of the budget's templates: lines, attributions, rules and verdicts in words."""

from __future__ import annotations

from decimal import Decimal

from django import template

from portulan.budget.attributions.suggestions import resemblance_words
from portulan.budget.indicator.sentences import apart_words, coverage_words, share_words
from portulan.budget.models import BudgetLine
from portulan.budget.queue.reads import proposal_words
from portulan.budget.words import Stage
from portulan.web.budget.attributions import page as attributions
from portulan.web.budget.decisions import page as decisions
from portulan.web.budget.imports import chain
from portulan.web.budget.imports import page as imports
from portulan.web.budget.lines import page as line
from portulan.web.budget.lines import rows
from portulan.web.budget.perimeter import page as perimeter
from portulan.web.budget.queue import page as queue
from portulan.web.budget.words import format_words

register = template.Library()
for said in (
    rows.line_name,
    rows.verdict_words,
    rows.verdict_mark,
    rows.verdict_reason,
    rows.given,
    rows.destination,
    rows.status_mark,
    line.key_words,
    imports.batch_status,
    decisions.sheet_status,
    imports.batch_mark,
    imports.stages_words,
    imports.euro_change_words,
    imports.euros_to_settle,
    format_words,
    share_words,
    coverage_words,
    chain.gap_words,
    chain.document_name,
    chain.account_note,
    chain.carried_words,
    attributions.criteria_words,
    attributions.gives,
    attributions.match_status,
    queue.pending,
    queue.likenesses,
    proposal_words,
    resemblance_words,
    queue.proposal_value,
    perimeter.criteria,
    perimeter.rule_posts,
    perimeter.said_verdict,
    perimeter.mark_of,
):
    register.filter(said)


for summed in (
    apart_words,
    rows.given,
    rows.line_name,
    rows.verdict_mark,
    rows.verdict_reason,
    line.key_words,
    chain.gap_words,
    chain.carried_words,
    perimeter.rule_posts,
    perimeter.said_verdict,
    queue.closest,
    queue.row_facts,
):
    register.simple_tag(summed)  # kept under a name: `{% given line as given %}`


@register.filter
def part_of(share: Decimal, amount: Decimal | None) -> Decimal | None:
    """The share of an amount, None where it is not known."""
    return None if amount is None else share * amount


@register.simple_tag
def at(line: BudgetLine, stage: Stage) -> Decimal | None:
    """The amount of a line at a stage, in euros."""
    amount: Decimal | None = getattr(line, stage.column)
    return amount


@register.simple_tag
@register.filter
def of_key(known: dict[object, object], key: object) -> object:
    """What stands under a key, nothing where there is none: `people|of_key:run.person_id`."""
    return known.get(key, "")
