"""IT contracts: those that end within two years, and those notified in 2026. All made up.

28 of the 49 notified in 2026 that say it have a criterion of 10 % or more, three say nothing; seven
of the eight consultations begun since 21 August 2026 have a condition and a criterion.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial

from portulan.budget.contracts.writes import choose_clauses, save_contract, set_estimate, set_habits
from portulan.budget.words import Lot, Procedure, Renewal
from portulan.demo.cast import Cast
from portulan.demo.clock import Event
from portulan.demo.organisation import PLAN_SLUG
from portulan.plans.models import Action

TOLD_ON = date(2026, 11, 10)
FORMAL, ADAPTED = Procedure.FORMAL, Procedure.ADAPTED


@dataclass(frozen=True, slots=True)
class DemoContract:
    """A contract and its next consultation; amounts in k€ HT over the whole duration."""

    subject: str
    number: str
    buys: Lot
    actions: tuple[int, ...]
    begins: date | None = None
    months: int | None = None
    ceiling: int | None = None
    procedure: Procedure = FORMAL
    renewal: Renewal = Renewal.NEVER
    renewed_for: int = 0
    notice: int | None = None
    next_on: date | None = None
    offers_on: date | None = None
    estimate: int | None = None
    chosen: tuple[str, ...] = ()
    weight: int | None = None
    reviewed: tuple[str, date] | None = field(default=None)


COMING = (
    DemoContract(
        "Logiciel de paie", "2023-DSI-004", Lot.LICENCES, (13,), date(2023, 3, 1), 48, 640,
        renewal=Renewal.TACIT, renewed_for=12, notice=3,
    ),
    DemoContract(
        "Froid et électricité des salles", "2023-DSI-009", Lot.HOSTING, (19,), date(2023, 4, 1),
        48, 430, next_on=date(2026, 11, 2), offers_on=date(2026, 12, 7), estimate=400,
        chosen=("19C",),
    ),
    DemoContract(
        "Hébergement externe", "2023-DSI-017", Lot.HOSTING, (18,), date(2023, 11, 1), 48, 1400,
    ),
    DemoContract(
        "Refonte de la billetterie", "", Lot.DEVELOPMENT, (16,), next_on=date(2027, 1, 29),
        estimate=650,
    ),
    DemoContract(
        "Portables et écrans", "2023-DSI-041", Lot.WORKSTATIONS, (9, 10, 13), date(2024, 1, 1),
        48, 6000, next_on=date(2027, 3, 15), offers_on=date(2027, 4, 30), estimate=6200,
        chosen=("3C", "9C"),
    ),
    DemoContract(
        "Téléphonie mobile", "2023-DSI-042", Lot.MOBILES, (12,), date(2024, 1, 1), 48, 1100,
        next_on=date(2027, 3, 15), estimate=1150, chosen=("3C", "12C", "1S", "2A"), weight=15,
        reviewed=("Service juridique de la commande publique", date(2026, 10, 20)),
    ),
    DemoContract(
        "Réseau et internet", "2024-DSI-008", Lot.NETWORK, (13,), date(2024, 4, 1), 48, 7600,
        chosen=("11C",),
    ),
    DemoContract(
        "Licences bureautiques", "2024-DSI-030", Lot.LICENCES, (13,), date(2024, 12, 1), 36,
        procedure=Procedure.PURCHASING_BODY,
    ),
    DemoContract(
        "Impression", "2024-DSI-022", Lot.PRINTING, (13,), date(2024, 10, 1), 48, 1000,
    ),
    DemoContract(
        "Reprise et réemploi", "2025-DSI-012", Lot.REMOVAL, (20,), date(2025, 6, 1), 36, 160,
        procedure=ADAPTED, chosen=("12C", "13A"), weight=20, estimate=170,
    ),
)  # fmt: skip

# Notified in 2026: what was bought, and of how many its criterion weighs 10 % or more, less, none.
NOTIFIED = (
    ("Développement des aides en ligne, lot", Lot.DEVELOPMENT, 9, 2, 4),
    ("Maintenance applicative, lot", Lot.SERVICES, 7, 2, 5),
    ("Équipements de salle de réunion, lot", Lot.WORKSTATIONS, 6, 1, 3),
    ("Stockage et sauvegarde, lot", Lot.HOSTING, 3, 1, 1),
    ("Licences métiers, lot", Lot.LICENCES, 3, 0, 2),
)
UNSAID = 3
# Of those begun since the law asks for both.
CEILINGS = (820, 790, 930, 870, 810, 960, 920)  # 6,100 with a condition and a criterion


def contracts_events(cast: Cast) -> Iterator[Event]:
    """Yield the register, told once by finance."""
    yield Event(TOLD_ON, partial(_tell, cast))


def _tell(cast: Cast) -> None:
    actions = {
        action.number: action
        for action in Action.objects.filter(
            plan__organisation=cast.organisation, plan__slug=PLAN_SLUG
        )
    }
    for one in COMING:
        _tell_one(cast, one, actions)
    set_habits(
        cast.finance,
        horizon=24,
        formal=10,
        adapted=5,
        purchasing_body=3,
        least_weight=Decimal(10),
        spaser=True,
    )
    _tell_notified(cast, [actions[13]])


def _tell_one(cast: Cast, one: DemoContract, actions: dict[int, Action]) -> None:
    found = save_contract(
        cast.finance,
        subject=one.subject,
        number=one.number,
        buys=one.buys,
        procedure=one.procedure,
        notified_on=one.begins,
        months=one.months,
        renewal=one.renewal,
        renewed_for=one.renewed_for,
        notice=one.notice,
        ceiling_ht=None if one.ceiling is None else Decimal(one.ceiling) * 1000,
        actions=[actions[number] for number in one.actions],
    )
    reviewed_by, reviewed_on = one.reviewed or ("", None)
    choose_clauses(
        cast.finance,
        contract=found,
        chosen=one.chosen,
        next_weight=None if one.weight is None else Decimal(one.weight),
        next_on=one.next_on,
        offers_on=one.offers_on,
        reviewed_by=reviewed_by,
        reviewed_on=reviewed_on,
    )
    if one.estimate is not None:
        set_estimate(cast.finance, contract=found, estimate_ht=Decimal(one.estimate) * 1000)


def _tell_notified(cast: Cast, actions: list[Action]) -> None:
    """Write what was notified in 2026: the last of each are the ones begun since the law."""
    rank, left = 0, list(CEILINGS)
    for name, buys, heavy, light, none in NOTIFIED:
        weights = [Decimal(12)] * heavy + [Decimal(5)] * light + [None] * none
        for at, weight in enumerate(weights, 1):
            rank += 1
            recent = weight == Decimal(12) and at <= 2 and bool(left)
            save_contract(
                cast.finance,
                subject=f"{name} {at}",
                number=f"2026-DSI-{rank:03}",
                buys=buys,
                procedure=ADAPTED,
                consultation_on=date(2026, 8, 24) if recent else date(2025, 11, 3),
                notified_on=date(2026, 11, 2) if recent else date(2026, 1 + rank % 7, 12),
                months=48,
                ceiling_ht=Decimal(left.pop(0) if recent else 40 + rank) * 1000,
                clause=recent or weight is not None,
                criterion=weight is not None,
                weight=weight,
                actions=actions,
            )
    for at in range(1, UNSAID + 1):
        save_contract(
            cast.finance,
            subject=f"Prestation ponctuelle {at}",
            number=f"2026-DSI-{rank + at:03}",
            buys=Lot.SERVICES,
            procedure=ADAPTED,
            notified_on=date(2026, 6, at),
            months=36,
            actions=actions,
        )
