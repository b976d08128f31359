"""An edition of the perimeter in words: its answers, its rules, the default table below them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from portulan.budget.accounts_chart import AccountRule, account_rules
from portulan.budget.indicator.edition_effects import EditionEffect
from portulan.budget.indicator.share import Tally
from portulan.budget.labels import POSTS, RUN_BUILD, VERDICTS
from portulan.budget.models import ITPerimeter, PerimeterRule
from portulan.budget.perimeter.reads import Why
from portulan.budget.perimeter.rules import Speaker
from portulan.budget.words import Post, RunBuild, Verdict
from portulan.core.say import numbers
from portulan.web.language import page_language

FAMILIES = ("M57", "M14", "M4", "PCG")


_MARKS = {
    Verdict.IN: "full",
    Verdict.MIXED: "half",
    Verdict.OUT: "",
    Verdict.INTERNAL: "",
    Verdict.UNDECIDED: "none",
}


def mark_of(verdict: str) -> str:
    return _MARKS[Verdict(verdict)]


def rules_with(
    perimeter: ITPerimeter, effects: Sequence[EditionEffect] = ()
) -> list[tuple[PerimeterRule, Tally]]:
    """Return the rules of an edition in the order they are asked (one query).

    Each with what it decides in the latest open year, where its effects were asked.
    """
    decided = effects[0].decided if effects else {}
    rules = enumerate(perimeter.rules.order_by("order"), start=1)
    return [(rule, decided.get(number, Tally())) for number, rule in rules]


def criteria(rule: PerimeterRule) -> str:
    """Return what a rule looks for, in words."""
    given = [
        (rule.nature_prefix, _("compte %(value)s…")),
        (rule.service, _("service %(value)s")),
        (rule.function, _("fonction %(value)s…")),
        (rule.operation, _("opération %(value)s…")),
        (rule.supplier, _("fournisseur contenant « %(value)s »")),
        (rule.label, _("libellé contenant « %(value)s »")),
    ]
    return ", ".join(text % {"value": value} for value, text in given if value)


def because(why: Why) -> str:
    """Return who spoke of a line in an edition, and what was said, in one sentence."""
    said = said_verdict(why.ruling.verdict, why.ruling.share)
    if why.rule is not None:
        text = _("Édition %(edition)s, règle %(number)s (si %(criteria)s) : %(said)s.")
        return text % {
            "edition": why.perimeter.edition,
            "number": why.ruling.rule,
            "criteria": criteria(why.rule),
            "said": said.lower(),
        }
    speakers = {
        Speaker.NEVER: _("ce qui n’est jamais une dépense de l’année"),
        Speaker.STAFF: _("la réponse sur le personnel"),
        Speaker.SCHOOLS: _("la réponse sur l’équipement d’enseignement"),
        Speaker.SERVICE: _("les codes de service de la DSI"),
        Speaker.ACCOUNT: _("la table des comptes, aucune règle ni réponse n’ayant parlé avant"),
    }
    text = _("Édition %(edition)s, par %(speaker)s\u00a0: %(said)s.")
    return text % {
        "edition": why.perimeter.edition,
        "speaker": speakers[why.ruling.speaker],
        "said": said.lower(),
    }


def rule_posts(rule: PerimeterRule) -> str:
    """Return what the lines of a rule are sorted into, as far as it says."""
    post = str(POSTS[Post(rule.post)]) if rule.post else ""
    run_build = str(RUN_BUILD[RunBuild(rule.run_build)]) if rule.run_build else ""
    return ", ".join(word for word in (post, run_build) if word)


def said_verdict(verdict: str, share: Decimal | None) -> str:
    """Return a verdict in words, with the share of a mixed one."""
    if verdict == Verdict.MIXED and share is not None:
        return _("Mixte, %(share)s") % {"share": numbers.share(share, page_language())}
    return str(VERDICTS[Verdict(verdict)])


type _Accounts = list[tuple[str, str]]


def account_groups(family: str) -> list[tuple[Verdict, str, _Accounts]]:
    """Return the default table of a nomenclature, grouped by verdict and reason.

    Each account is its prefix and its name.
    """
    english = page_language() == "en"
    grouped: dict[tuple[Verdict, str], list[AccountRule]] = {}
    for rule in account_rules(family).values():
        if not rule.prefix:
            continue  # any other account: said under the table
        reason = rule.why.en if english else rule.why.fr
        grouped.setdefault((rule.verdict, reason), []).append(rule)
    order = [Verdict.IN, Verdict.MIXED, Verdict.OUT]
    return [
        (
            verdict,
            reason,
            [(rule.prefix, rule.label.en if english else rule.label.fr) for rule in rules],
        )
        for (verdict, reason), rules in sorted(
            grouped.items(), key=lambda item: (order.index(item[0][0]), item[1][0].prefix)
        )
    ]
