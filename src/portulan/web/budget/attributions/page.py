"""How rules of attribution, and what became of them, are said on screen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portulan.budget.attributions.rule_matches import Match
from portulan.budget.attributions.rule_writes import Proposed
from portulan.budget.attributions.rules import WhyNot
from portulan.budget.labels import STATUSES
from portulan.budget.models import Attribution, AttributionRule, BudgetLine
from portulan.budget.words import AttributionStatus, Stage
from portulan.core.say import numbers
from portulan.web.budget.lines.page import key_words
from portulan.web.budget.lines.rows import MARKS, destination, line_name
from portulan.web.language import page_language

WHY_NOT = {
    WhyNot.UNDECIDED: gettext_lazy("à décider : personne n’a dit quelle part est informatique"),
    WhyNot.NO_ROOM: gettext_lazy("il reste moins que cette part à flécher"),
    WhyNot.ALREADY: gettext_lazy("déjà fléchée vers cette action"),
    WhyNot.SHARED: gettext_lazy("plusieurs lignes peuvent tenir cette commande"),
    WhyNot.NO_AMOUNT: gettext_lazy("ni la ligne ni les commandes n’ont de montant au même stade"),
    WhyNot.BEYOND: gettext_lazy("les commandes dépassent la ligne"),
}


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule in words; `waiting`, `accepted` and `refused` count lines."""

    pk: int
    criteria: str
    gives: str
    reason: str
    since: str
    waiting: int
    accepted: int
    refused: int
    is_withdrawn: bool


def rule_rows(rules: Iterable[AttributionRule], *, suppliers: bool) -> list[RuleRow]:
    """Return the rows of rules annotated by `selectors.attribution_rules.rules` (no query)."""
    return [rule_row(rule, suppliers=suppliers) for rule in rules]


def rule_row(rule: AttributionRule, *, suppliers: bool) -> RuleRow:
    return RuleRow(
        pk=rule.pk,
        criteria=criteria_words(rule, suppliers=suppliers),
        gives=_gives(rule),
        reason=rule.reason,
        since=_("depuis %(year)s") % {"year": rule.first_year},
        waiting=rule.waiting,  # type: ignore[attr-defined]
        accepted=rule.accepted,  # type: ignore[attr-defined]
        refused=rule.refused,  # type: ignore[attr-defined]
        is_withdrawn=rule.withdrawn_at is not None,
    )


def criteria_words(rule: AttributionRule, *, suppliers: bool) -> str:
    """Return what a rule is about; the name of a supplier is for those who may see it."""
    supplier = rule.supplier if suppliers else _("(non montré)")
    given = (
        (_("marché %(said)s"), rule.contract_ref),
        (_("fournisseur %(said)s"), supplier if rule.supplier else ""),
        (_("compte %(said)s"), rule.nature_prefix),
        (_("service %(said)s"), rule.service),
        (_("libellé « %(said)s »"), rule.label),
    )
    words = ", ".join(text % {"said": said} for text, said in given if said)
    return words[:1].upper() + words[1:]


def _gives(rule: AttributionRule) -> str:
    share = numbers.share(rule.share, page_language())
    if rule.action is None:
        return _("%(share)s au NR en général") % {"share": share}
    values = {"share": share, "number": rule.action.number}
    return _("%(share)s à l’action %(number)s") % values


@dataclass(frozen=True, slots=True)
class MatchRow:
    """A line that a rule is about; amounts in euros at the stage shown, None without."""

    line: BudgetLine
    name: str
    share: Decimal | None
    key: str
    status: str
    mark: str
    existing: Attribution | None


def match_rows(found: Iterable[Match]) -> list[MatchRow]:
    """Return the lines of a rule, those where it proposes nothing last."""
    rows = [
        MatchRow(
            line=match.line,
            name=line_name(match.line),
            share=match.existing.share if match.existing else match.share,
            key=key_words(match.existing.key if match.existing else match.key),
            status=_status(match),
            mark=MARKS[AttributionStatus(match.existing.status)] if match.existing else "none",
            existing=match.existing,
        )
        for match in found
    ]
    return sorted(rows, key=lambda row: row.existing is None)


def _status(match: Match) -> str:
    if match.existing is not None:
        return str(STATUSES[AttributionStatus(match.existing.status)])
    return str(WHY_NOT[match.why_not]) if match.why_not else _("pas encore proposée")


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A proposal that waits; `amount` in euros at the stage shown."""

    attribution: Attribution
    line: str
    destination: str
    amount: Decimal | None
    origin: str
    key: str


def proposal_rows(found: Iterable[Attribution], stage: Stage) -> list[ProposalRow]:
    """Return the rows of proposals (no query)."""
    rows = []
    for item in found:
        amount: Decimal | None = getattr(item.line, stage.column)
        rows.append(
            ProposalRow(
                attribution=item,
                line=line_name(item.line),
                destination=destination(item),
                amount=None if amount is None else amount * item.share,
                origin=_("une règle") if item.rule_id else "",
                key=key_words(item.key),
            )
        )
    return rows


def proposed_words(proposed: Proposed) -> str:
    """Return what a rule just proposed, in a sentence or two."""
    text = ngettext("%(count)s ligne proposée.", "%(count)s lignes proposées.", proposed.new) % {
        "count": proposed.new
    }
    if proposed.not_proposed:
        more = ngettext(
            "%(count)s ligne répond à la règle sans pouvoir être proposée : voyez pourquoi.",
            "%(count)s lignes répondent à la règle sans pouvoir être proposées : voyez pourquoi.",
            proposed.not_proposed,
        )
        text += " " + more % {"count": proposed.not_proposed}
    return text
