"""The page of one line: where it comes from, and what the file says of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.accounts.reads import labels_of
from portulan.budget.attributions.orders import OrderSums, order_sums, outdated
from portulan.budget.labels import METHODS, POSTS, STAGES, STATUSES, VERDICTS
from portulan.budget.models import COUNTED, Attribution, BudgetLine
from portulan.budget.words import AttributionStatus, Post, Stage
from portulan.core.models import AuditEntry
from portulan.core.say import numbers
from portulan.core.trail import history
from portulan.plans.models import Action
from portulan.web.budget.lines.rows import MARKS, destination
from portulan.web.language import page_language
from portulan.web.trail.page import author
from portulan.web.trail.words import VERBS

SHOWN_ENTRIES = 30
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class StageAmount:
    stage: Stage
    name: str
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class AttributionRow:
    """An attribution of the line; `amount` in euros at the stage shown."""

    attribution: Attribution
    destination: str
    method: str
    status: str
    mark: str
    amount: Decimal | None
    is_withdrawn: bool
    author: str
    key: str
    is_outdated: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing done to the line."""

    at: datetime
    author: str
    deed: str
    changes: str


def facts(line: BudgetLine, *, suppliers: bool) -> list[tuple[str, str]]:
    """Return what the file says of a line, without its amounts; unknown is left out."""
    post = str(POSTS[Post(line.post)]) if line.post else ""
    given = [
        (_("Compte"), line.nature),
        (_("Section"), line.get_section_display()),
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


def amounts(line: BudgetLine) -> list[StageAmount]:
    """Return the amount of the line at each stage, in the order of the year."""
    return [StageAmount(stage, str(STAGES[stage]), getattr(line, stage.column)) for stage in Stage]


@dataclass(frozen=True, slots=True)
class Detail:
    """What the orders of a line say of it: their sum and its part of the line at one stage."""

    sums: OrderSums
    amount: Decimal | None
    part: Decimal | None

    @property
    def is_too_much(self) -> bool:
        """Whether orders hold more than the line: other lines of the account share them."""
        return self.part is not None and self.part > 1


def detail(line: BudgetLine, stage: Stage) -> Detail | None:
    """Return what details a line, None without orders (one query)."""
    sums = order_sums(line)
    if not sums.count:
        return None
    amount, of_line = sums.at(stage), getattr(line, stage.column)
    return Detail(sums, amount, amount / of_line if amount is not None and of_line else None)


def attribution_rows(line: BudgetLine, stage: Stage) -> list[AttributionRow]:
    """Return the attributions of a line fetched by its door, those withdrawn last."""
    given: Sequence[Attribution] = list(line.attributions.all())
    people = labels_of(item.person_id for item in given)
    amount: Decimal | None = getattr(line, stage.column)
    changed = outdated(line, given)
    rows = [
        AttributionRow(
            attribution=item,
            destination=destination(item),
            method=item.get_method_display(),
            status=item.get_status_display(),
            mark=MARKS[AttributionStatus(item.status)],
            amount=None if amount is None else amount * item.share,
            is_withdrawn=item.status == AttributionStatus.WITHDRAWN,
            author=people.get(item.person_id or 0, ""),
            key=key_words(item.key),
            is_outdated=item.pk in changed,
        )
        for item in given
    ]
    return sorted(rows, key=lambda row: row.is_withdrawn)


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


@dataclass(frozen=True, slots=True)
class Retained:
    """What counts of a line's attributions, and what does not for want of room, in euros."""

    amount: Decimal
    surplus: Decimal


def retained(line: BudgetLine, stage: Stage) -> Retained:
    """Return what the figure counts of the line: no more than its IT share."""
    shares = sum(
        (
            item.share
            for item in line.attributions.all()
            if not item.outside_it and item.status in COUNTED
        ),
        ZERO,
    )
    amount: Decimal = getattr(line, stage.column) or ZERO
    kept = min(shares, line.it_share or ZERO)
    return Retained(amount * kept, amount * (shares - kept))


def entries(line: BudgetLine) -> list[Entry]:
    """Return the history of a line, the latest first (three queries)."""
    found: list[AuditEntry] = list(history(line)[:SHOWN_ENTRIES])
    people = labels_of(entry.person_id for entry in found)
    actions = _actions_in(found)
    return [
        Entry(
            entry.at,
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
    "action": gettext_lazy("pour"),
    "share": gettext_lazy("part"),
    "method": gettext_lazy("méthode"),
    "key": gettext_lazy("clé"),
    "rule": gettext_lazy("règle"),
    "status": gettext_lazy("statut"),
    "reason": gettext_lazy("motif"),
    "evidence": gettext_lazy("preuve"),
    "outside_it": gettext_lazy("hors du budget de la DSI"),
    "verdict": gettext_lazy("verdict"),
    "reviewed_on": gettext_lazy("examinée le"),
}


def _written(name: str, value: Any, actions: dict[int, str]) -> str:
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
        case "status", status:
            return str(STATUSES.get(status, status))
        case "method", method:
            return str(METHODS.get(method, method))
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
