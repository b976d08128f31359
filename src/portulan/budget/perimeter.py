"""Which lines are IT spending, and for what share (pure).

A line is judged in an order that a person can read: what is never spending of the year, the
organisation's own rules, its answers to the three questions of first use (service codes, school
equipment, staff), then the default table of the accounts. A person's verdict on one line comes
before all of this and is kept apart (`LineOverride`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from portulan.budget.account_rules import REASONS, Words
from portulan.budget.accounts_chart import default_verdict
from portulan.budget.verdicts import Post, Verdict
from portulan.core.text import fold

ALL, NOTHING = Decimal(1), Decimal(0)

# School equipment of public accounts, own or entrusted; see reference `budget`, section 3.1.
SCHOOL_ACCOUNTS = ("21831", "217831", "22831")
STAFF_ACCOUNTS = ("64",)
# What no service code can make a purchase of the year.
_NEVER = frozenset(
    REASONS[name] for name in ("not_spending", "debt", "carried", "unspent", "revenue")
)


class LineFacts(NamedTuple):
    """What the rules look at: codes and words as the file has them, "" when absent."""

    nature: str
    label: str = ""
    service: str = ""
    manager: str = ""
    function: str = ""
    supplier: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """An organisation's own rule: every criterion given must hold; `share` is None if unknown."""

    verdict: Verdict
    share: Decimal | None
    reason: str
    nature_prefix: str = ""
    service: str = ""
    function: str = ""
    supplier: str = ""
    label: str = ""

    def matches(self, line: LineFacts) -> bool:
        """Tell whether the line meets every criterion (accents and case do not count)."""
        return all(
            (
                line.nature.startswith(self.nature_prefix),
                not self.service or fold(self.service) in {fold(line.service), fold(line.manager)},
                line.function.startswith(self.function),
                fold(self.supplier) in fold(line.supplier),
                fold(self.label) in fold(line.label),
            )
        )


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers to the questions of first use."""

    service_codes: frozenset[str] = frozenset()
    with_school_equipment: bool = False
    with_staff: bool = False


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the perimeter says of a line; `share` in [0, 1], None while nobody decided."""

    verdict: Verdict
    share: Decimal | None
    reason: Words
    post: Post | None = None


_BY_SERVICE = Words("Code de service de la DSI.", "Service code of the IT department.")
_OTHER_SERVICE = Words("Autre service que la DSI.", "Another service than IT.")
_STAFF = Words("Personnel, hors du périmètre choisi.", "Staff, outside the chosen perimeter.")
_SCHOOLS = Words(
    "Équipement d’établissements d’enseignement, hors du périmètre choisi.",
    "Equipment of schools, outside the chosen perimeter.",
)


_OURS = {
    words.fr: words for words in (*REASONS.values(), _BY_SERVICE, _OTHER_SERVICE, _STAFF, _SCHOOLS)
}


def reason_words(reason: str) -> Words:
    """Return a reason kept on a line in both languages; a person's stays as it was written."""
    return _OURS.get(reason, Words(reason, reason))


def judge(
    line: LineFacts, *, rules: Sequence[Rule], answers: Answers, nomenclature: str | None
) -> Ruling:
    """Return what the perimeter says of a line; the first that speaks holds."""
    default = default_verdict(nomenclature, line.nature, line.label)
    post = default.post
    if default.why in _NEVER:
        return Ruling(Verdict.OUT, NOTHING, default.why, post)
    for rule in rules:
        if rule.matches(line):
            words = Words(rule.reason, rule.reason)
            return Ruling(rule.verdict, share_of(rule.verdict, rule.share), words, post)
    if line.nature.startswith(STAFF_ACCOUNTS) and not answers.with_staff:
        return Ruling(Verdict.OUT, NOTHING, _STAFF, post)
    if line.nature.startswith(SCHOOL_ACCOUNTS) and not answers.with_school_equipment:
        return Ruling(Verdict.OUT, NOTHING, _SCHOOLS, post)
    if answers.service_codes and (line.service or line.manager):
        codes = {fold(code) for code in answers.service_codes}
        if codes & {fold(line.service), fold(line.manager)} - {""}:
            return Ruling(Verdict.IN, ALL, _BY_SERVICE, post)
        return Ruling(Verdict.OUT, NOTHING, _OTHER_SERVICE, post)
    return Ruling(default.verdict, share_of(default.verdict, None), default.why, post)


def share_of(verdict: Verdict, share: Decimal | None) -> Decimal | None:
    """Return the share that a verdict stands for; only a mixed line has a share of its own."""
    match verdict:
        case Verdict.IN:
            return ALL
        case Verdict.OUT:
            return NOTHING
        case Verdict.MIXED:
            return share
        case Verdict.UNDECIDED:
            return None
