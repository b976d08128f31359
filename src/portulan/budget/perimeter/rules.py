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
from enum import StrEnum

from portulan.budget.accounts_chart import REASONS, default_verdict, family
from portulan.budget.lines.facts import Criteria, LineFacts
from portulan.budget.words import Post, RunBuild, Verdict
from portulan.core.folding import fold
from portulan.core.say.text import Text

ALL, NOTHING = Decimal(1), Decimal(0)


# School equipment of public accounts, own or entrusted; see docs/reference/truths.md, Accounts.
SCHOOL_ACCOUNTS = ("21831", "217831", "22831")
# Where accounts stop before that digit (M14, abridged M57), the function of the line tells it:
# first and second degree, and what M57 names a “cité scolaire”.
MIXED_WITH_SCHOOLS = ("2183", "21783", "2283")
_SCHOOL_FUNCTIONS = {"M14": ("21", "22"), "M57": ("21", "22", "24")}
STAFF_ACCOUNTS = ("64",)


# What no service code can make a purchase of the year.
_NEVER = frozenset(
    REASONS[name] for name in ("not_spending", "debt", "carried", "unspent", "revenue")
)


class Speaker(StrEnum):
    """Who speaks first of a line, in the order they are asked."""

    NEVER = "never"
    RULE = "rule"
    STAFF = "staff"
    SCHOOLS = "schools"
    SERVICE = "service"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Rule(Criteria):
    """An organisation's own rule, and what it says; `share` is None if unknown.

    Where it names no post, that of the account holds.
    """

    verdict: Verdict
    share: Decimal | None
    reason: str
    post: Post | None = None
    run_build: RunBuild | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers to the questions of first use."""

    service_codes: frozenset[str] = frozenset()
    with_school_equipment: bool = False
    with_staff: bool = False


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the perimeter says of a line; `share` in [0, 1], None while nobody decided.

    `rule` is the place, from 1, of the rule that spoke; 0 when none did.
    """

    verdict: Verdict
    share: Decimal | None
    reason: Text
    post: Post | None = None
    run_build: RunBuild | None = None
    speaker: Speaker = Speaker.ACCOUNT
    rule: int = 0


_BY_SERVICE = Text("Code de service de la DSI.", "Service code of the IT department.")
_OTHER_SERVICE = Text("Autre service que la DSI.", "Another service than IT.")
_STAFF = Text("Personnel, hors du périmètre choisi.", "Staff, outside the chosen perimeter.")
_SCHOOLS = Text(
    "Équipement d’établissements d’enseignement, hors du périmètre choisi.",
    "Equipment of schools, outside the chosen perimeter.",
)
_OURS = {
    words.fr: words for words in (*REASONS.values(), _BY_SERVICE, _OTHER_SERVICE, _STAFF, _SCHOOLS)
}


def reason_words(reason: str) -> Text:
    """Return a reason kept on a line in both languages; a person's stays as it was written."""
    return _OURS.get(reason, Text(reason, reason))


def judge(
    line: LineFacts, *, rules: Sequence[Rule], answers: Answers, nomenclature: str | None
) -> Ruling:
    """Return what the perimeter says of a line; the first that speaks holds."""
    default = default_verdict(nomenclature, line.nature, line.label)
    if default.why in _NEVER:
        return _out(default.why, default.post, Speaker.NEVER)
    for place, rule in enumerate(rules, start=1):
        if rule.matches(line):
            return Ruling(
                rule.verdict,
                share_of(rule.verdict, rule.share),
                Text(rule.reason, rule.reason),
                rule.post or default.post,
                rule.run_build,
                Speaker.RULE,
                place,
            )
    if line.nature.startswith(STAFF_ACCOUNTS) and not answers.with_staff:
        return _out(_STAFF, default.post, Speaker.STAFF)
    if not answers.with_school_equipment and is_school(line, nomenclature):
        return _out(_SCHOOLS, default.post, Speaker.SCHOOLS)
    if answers.service_codes and (line.service or line.manager):
        codes = {fold(code) for code in answers.service_codes}
        if codes & {fold(line.service), fold(line.manager)} - {""}:
            return Ruling(Verdict.IN, ALL, _BY_SERVICE, default.post, speaker=Speaker.SERVICE)
        return _out(_OTHER_SERVICE, default.post, Speaker.SERVICE)
    return Ruling(default.verdict, share_of(default.verdict, None), default.why, default.post)


def is_school(line: LineFacts, nomenclature: str | None) -> bool:
    """Return whether a line buys equipment for schools, by its account or else its function.

    Accounts voted by function put their chapter before it: 90212 is 212 in chapter 902.
    """
    if line.nature.startswith(SCHOOL_ACCOUNTS):
        return True
    function = line.function
    if function.startswith("9") and len(function) > 3:
        function = function[2:]
    schools = _SCHOOL_FUNCTIONS.get(family(nomenclature) or "M14", ())
    return line.nature in MIXED_WITH_SCHOOLS and function.startswith(schools)


def _out(why: Text, post: Post | None, speaker: Speaker) -> Ruling:
    return Ruling(Verdict.OUT, NOTHING, why, post, speaker=speaker)


def share_of(verdict: Verdict, share: Decimal | None) -> Decimal | None:
    """Return the share that a verdict stands for; only a mixed line has a share of its own."""
    match verdict:
        case Verdict.IN:
            return ALL
        case Verdict.OUT | Verdict.INTERNAL:
            return NOTHING
        case Verdict.MIXED:
            return share
        case Verdict.UNDECIDED:
            return None
