"""An edition of the perimeter in words: its answers, its rules, the default table below them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from portulan.budget.account_rules import AccountRule, account_rules
from portulan.budget.labels import VERDICTS
from portulan.budget.models import ITPerimeter, PerimeterRule
from portulan.budget.verdicts import Verdict
from portulan.web import formats
from portulan.web.language import page_language

FAMILIES = ("M57", "M14", "M4", "PCG")


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule as a sentence; `mark` is that of its verdict."""

    pk: int
    order: int
    criteria: str
    verdict: str
    mark: str
    reason: str


@dataclass(frozen=True, slots=True)
class AccountGroup:
    """Accounts that the default table judges alike, for the same reason."""

    verdict: str
    mark: str
    accounts: list[tuple[str, str]]
    reason: str


_MARKS = {Verdict.IN: "full", Verdict.MIXED: "half", Verdict.OUT: "", Verdict.UNDECIDED: "none"}


def rule_rows(perimeter: ITPerimeter) -> list[RuleRow]:
    """Return the rules of an edition in the order they are asked (one query)."""
    return [
        RuleRow(
            rule.pk,
            number,
            criteria(rule),
            _verdict(Verdict(rule.verdict), rule.share),
            _MARKS[Verdict(rule.verdict)],
            rule.reason,
        )
        for number, rule in enumerate(perimeter.rules.order_by("order"), start=1)
    ]


def criteria(rule: PerimeterRule) -> str:
    """Return what a rule looks for, in words."""
    given = [
        (rule.nature_prefix, _("compte %(value)s…")),
        (rule.service, _("service %(value)s")),
        (rule.function, _("fonction %(value)s…")),
        (rule.supplier, _("fournisseur contenant « %(value)s »")),
        (rule.label, _("libellé contenant « %(value)s »")),
    ]
    return ", ".join(text % {"value": value} for value, text in given if value)


def _verdict(verdict: Verdict, share: Decimal | None) -> str:
    if verdict is Verdict.MIXED and share is not None:
        return _("Mixte, %(share)s") % {"share": formats.share(share, page_language())}
    return str(VERDICTS[verdict])


def account_groups(family: str) -> list[AccountGroup]:
    """Return the default table of a nomenclature, grouped by verdict and reason."""
    english = page_language() == "en"
    grouped: dict[tuple[Verdict, str], list[AccountRule]] = {}
    for rule in account_rules(family).values():
        if not rule.prefix:
            continue  # any other account: said under the table
        reason = rule.why.en if english else rule.why.fr
        grouped.setdefault((rule.verdict, reason), []).append(rule)
    order = [Verdict.IN, Verdict.MIXED, Verdict.OUT]
    return [
        AccountGroup(
            str(VERDICTS[verdict]),
            _MARKS[verdict],
            [(rule.prefix, rule.label.en if english else rule.label.fr) for rule in rules],
            reason,
        )
        for (verdict, reason), rules in sorted(
            grouped.items(), key=lambda item: (order.index(item[0][0]), item[1][0].prefix)
        )
    ]
