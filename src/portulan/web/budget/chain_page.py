"""The chain of a year’s documents, written as rows of its page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from portulan.budget.chain import Document, Sections, Step
from portulan.budget.enums import Act
from portulan.budget.labels import ACTS
from portulan.budget.selectors.chain import BudgetChain
from portulan.budget.stages import Stage
from portulan.core.money import ZERO
from portulan.web import formats
from portulan.web.language import page_language


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the chain: what is added, then what is opened. `key` is the import, if it is one."""

    name: str
    added: Sections
    after: Sections
    it: Decimal | None = None
    voted_on: date | None = None
    key: int | None = None
    dated: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """What was carried out, and how it agrees with the chain."""

    name: str
    key: int
    opened: Sections | None
    realised: Sections | None
    carried_over: Sections | None
    agrees: bool | None
    note: str


@dataclass(frozen=True, slots=True)
class BudgetRows:
    """One budget of the year."""

    name: str
    rows: list[Row]
    account: Account | None
    carried: str


def budget_rows(chains: Iterable[BudgetChain]) -> list[BudgetRows]:
    """Return the rows of each budget."""
    return [
        BudgetRows(
            name=budget.name,
            rows=[row for step in budget.chain.steps for row in _rows(step)],
            account=_account(budget),
            carried=_carried(budget),
        )
        for budget in chains
    ]


def _rows(step: Step) -> list[Row]:
    document, carried = step.document, step.document.carried_in
    has_carried = any(carried)
    voted = document.opened.plus(carried, -1)
    note = ""
    if step.gap is not None:
        note = _("son fichier part d’un budget différent de %(gap)s : il en manque peut-être une")
        note %= {"gap": _euros(step.gap.total)}
    rows = [
        Row(
            name=_name(document),
            added=voted,
            after=step.after.plus(carried, -1),
            it=None if has_carried else step.it,
            voted_on=document.voted_on,
            key=document.key,
            dated=document.act is not None,
            note=note,
        )
    ]
    if has_carried:
        name = (
            _("Restes à réaliser repris de l’exercice d’avant")
            if document.act
            else _("Décisions, virements et reports depuis le vote")
        )
        rows.append(Row(name, carried, step.after, step.it))
    return rows


def _name(document: Document) -> str:
    if document.act is None:
        return document.name
    name = str(ACTS[document.act])
    if document.number and document.act is not Act.PRIMARY:
        name = _("%(act)s n° %(number)s") % {"act": name, "number": document.number}
    return name[:1].upper() + name[1:]


def _account(budget: BudgetChain) -> Account | None:
    account, gap = budget.chain.account, budget.chain.gap
    if account is None:
        return None
    agrees = None if gap is None else not any(gap)
    if not account.is_account:
        note = _("L’exercice est en cours : ces montants sont ceux du jour de l’export.")
    elif gap is None:
        note = _("Aucun budget voté n’est importé : rien à rapprocher.")
    elif agrees:
        note = _("Les crédits ouverts par l’enchaînement sont ceux du compte, au centime.")
    else:
        note = _(
            "Le compte ouvre %(operating)s en fonctionnement et %(investment)s en investissement"
            " par rapport à l’enchaînement : une décision manque, ou un virement."
        ) % {
            "operating": _euros(gap.operating),
            "investment": _euros(gap.investment),
        }
    return Account(
        name=_("Compte qui ferme l’exercice") if account.is_account else _("Exécution"),
        key=account.key,
        opened=account.at(Stage.OPENED),
        realised=account.at(Stage.REALISED),
        carried_over=account.at(Stage.CARRIED_OVER),
        agrees=agrees,
        note=note,
    )


def _carried(budget: BudgetChain) -> str:
    """Return whether what is taken over is what the year before carries out."""
    out, taken = budget.carried_out, budget.carried_in
    if out is None or not any(step.document.act for step in budget.chain.steps):
        return ""
    if out == taken:
        return _("Les restes à réaliser repris sont ceux du compte précédent, au centime.")
    return _("Le compte précédent reporte %(out)s, ce budget en reprend %(taken)s.") % {
        "out": formats.money(out.total, page_language()),
        "taken": formats.money(taken.total, page_language()),
    }


def _euros(amount: Decimal) -> str:
    return formats.money(amount, page_language(), signed=bool(amount != ZERO))
