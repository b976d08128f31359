"""The page of one line: where it comes from, and what the file says of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from portulan.accounts.actors import Actor
from portulan.accounts.reads import labels_of
from portulan.budget.attributions.orders import order_sums, outdated
from portulan.budget.attributions.reads import settled
from portulan.budget.labels import METHODS, POSTS, STAGES, STATUSES, VERDICTS
from portulan.budget.models import COUNTED, Attribution, AttributionEvidence, BudgetLine
from portulan.budget.words import AttributionStatus, Post, Stage
from portulan.core.models import AuditEntry
from portulan.core.money import ZERO, rounded_together
from portulan.core.say import numbers
from portulan.core.say.numbers import rounded
from portulan.core.trail import history
from portulan.evidence.reads import proofs_of
from portulan.plans.models import Action
from portulan.web.language import page_language
from portulan.web.pages import Said
from portulan.web.trail.page import author
from portulan.web.trail.words import VERBS

SHOWN_ENTRIES = 30


def facts(line: BudgetLine, *, suppliers: bool) -> list[tuple[Said, str]]:
    """Return what the file says of a line, without its amounts; unknown is left out."""
    post = str(POSTS[Post(line.post)]) if line.post else ""
    given = [
        (_("Compte"), line.nature),
        (_("Section"), line.get_section_display()),
        (_("Budget"), line.budget),
        (_("Chapitre"), line.chapter),
        (_("Fonction"), line.function),
        (_("Opération"), line.operation),
        (_("Service"), line.service),
        (_("Gestionnaire"), line.manager),
        (_("Fournisseur"), line.supplier if suppliers else ""),
        (_("Marché"), line.contract_ref),
        (_("Engagement"), line.order_ref),
        (_("Poste"), post),
        (_("Exploitation ou projet"), line.get_run_build_display() if line.run_build else ""),
    ]
    return [(name, value) for name, value in given if value]


def amounts(line: BudgetLine) -> list[tuple[Stage, str, Decimal | None]]:
    """Return the stages in the order of the year, each with its name and the line's amount."""
    return [(stage, str(STAGES[stage]), getattr(line, stage.column)) for stage in Stage]


def detail(line: BudgetLine, stage: Stage) -> dict[str, Any]:
    """Return what the orders of a line say of it, nothing without orders (one query).

    `part` is theirs of the line at that stage: beyond 1, other lines of the account share them.
    """
    sums = order_sums(line)
    if not sums.count:
        return {}
    amount, of_line = sums.at(stage), getattr(line, stage.column)
    part = amount / of_line if amount is not None and of_line else None
    return {"sums": sums, "amount": amount, "part": part}


def attributed(actor: Actor, line: BudgetLine, stage: Stage) -> dict[str, Any]:
    """Return the attributions of a line fetched by its door, those withdrawn last.

    `parts` is what each is of the line at the stage, in whole euros: those that count add up to
    `retained`, what the figure counts of the line, and to the surplus that it does not.
    """
    given: Sequence[Attribution] = list(line.attributions.all())
    counted = [item for item in given if not item.outside_it and item.status in COUNTED]
    others = [item for item in given if item not in counted]
    amount: Decimal = getattr(line, stage.column) or ZERO
    parts = rounded_together([amount * item.share for item in counted])
    kept = min(sum((item.share for item in counted), ZERO), line.it_share or ZERO)
    surplus = rounded(amount * (sum((item.share for item in counted), ZERO) - kept), 0)
    return {
        "given": sorted(given, key=lambda item: item.status == AttributionStatus.WITHDRAWN),
        "parts": {item.pk: part for item, part in zip(counted, parts, strict=True)}
        | {item.pk: amount * item.share for item in others},
        "retained": {"amount": sum(parts, ZERO) - surplus, "surplus": surplus},
        "unsettled": {item.pk for item in given if not settled(line, item)},
        "people": labels_of(item.person_id for item in given),
        "proofs": proofs_of(actor=actor, model=AttributionEvidence, proved=given),
        "outdated": outdated(line, given),
    }


def key_words(key: dict[str, str] | None) -> str:
    """Return how the share of an order became that of the line, with its numbers; "" without."""
    if not key:
        return ""
    language = page_language()
    text = _("%(share)s de la commande %(order)s, %(amount)s sur %(of)s, %(stage)s")
    if not key["order"]:
        text = _("%(share)s du marché %(order)s, %(amount)s sur %(of)s, %(stage)s")
    return text % {
        "share": numbers.share(Decimal(key["share"]), language),
        "order": key["order"] or key["contract"],
        "amount": numbers.money(Decimal(key["amount"]), language),
        "of": numbers.money(Decimal(key["of"]), language),
        "stage": STAGES[Stage(key["stage"])],
    }


def entries(line: BudgetLine) -> list[tuple[AuditEntry, str, str, str]]:
    """Return the history of a line, the latest first (three queries).

    Each entry has its author, what was done, and from what to what.
    """
    found: list[AuditEntry] = list(history(line)[:SHOWN_ENTRIES])
    people, actions = labels_of(entry.person_id for entry in found), _actions_in(found)
    return [
        (
            entry,
            author(entry, people),
            str(VERBS.get(entry.verb, entry.verb)),
            _("\u202f; ").join(
                _change(name, old, new, actions) for name, (old, new) in entry.changes.items()
            ),
        )
        for entry in found
    ]


def _actions_in(found: Iterable[AuditEntry]) -> dict[int, str]:
    ids = {pk for entry in found for pk in entry.changes.get("action", ()) if pk is not None}
    return {
        action.pk: _("Action %(number)s") % {"number": action.number}
        for action in Action.objects.filter(pk__in=ids)
    }


def _change(name: str, old: Any, new: Any, actions: dict[int, str]) -> str:
    """Return a change as “part : 50 % → 60 %”; what was nothing before is not said."""
    label = str(_FIELD_NAMES.get(name, name))
    before, after = (_written(name, value, actions) for value in (old, new))
    if old in (None, "", [], False):
        return f"{label}{_('\u00a0: ')}{after}"
    return f"{label}{_('\u00a0: ')}{before} → {after}"


_FIELD_NAMES = {
    "action": _("pour"),
    "share": _("part"),
    "amount": _("montant"),
    "stage": _("stade"),
    "method": _("méthode"),
    "key": _("clé"),
    "rule": _("règle"),
    "status": _("statut"),
    "reason": _("motif"),
    "evidence": _("preuve"),
    "outside_it": _("hors du budget de la DSI"),
    "verdict": _("verdict"),
    "reviewed_on": _("examinée le"),
}


_WORDS: dict[str, dict[Any, Any]] = {"stage": STAGES, "status": STATUSES, "method": METHODS}


def _written(name: str, value: Any, actions: dict[int, str]) -> Said:
    language = page_language()
    match name, value:
        case "action", None:
            return _("NR en général")
        case "action", pk:
            return actions.get(pk, str(pk))
        case _, None | "":
            return numbers.UNKNOWN
        case "share", share:
            return numbers.share(Decimal(share), language)
        case "amount", amount:
            return numbers.money(Decimal(amount), language)
        case (("stage" | "status" | "method"), word):
            return str(_WORDS[name].get(word, word))
        case "verdict", [verdict, share]:
            words = str(VERDICTS.get(verdict, verdict))
            part = "" if share is None else numbers.share(Decimal(share), language)
            return f"{words} {part}".strip()
        case "reviewed_on", day:
            return numbers.date(date.fromisoformat(day), language)
        case _, bool():
            return _("oui") if value else _("non")
        case _:
            return key_words(value) if isinstance(value, dict) else str(value)
