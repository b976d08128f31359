"""The rules of attribution: what they propose on the ledger of 2026, and what was accepted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portulan.budget.enums import Method

MADE_ON = date(2026, 3, 16)


@dataclass(frozen=True, slots=True)
class DemoRule:
    """A share of a contract, to an action or to NR at large; `accepted` once it was proposed."""

    contract: str
    share: Decimal
    method: Method
    reason: str
    action: int | None = None
    evidence: str = ""
    accepted: bool = False


RULES = (
    DemoRule(
        contract="2025-DSI-040",
        share=Decimal("0.2"),
        method=Method.ADDITIONAL_COST,
        reason="Surcoût d’un hébergement à faible consommation, à démontrer.",
    ),
    DemoRule(
        contract="2025-DSI-029",
        share=Decimal("0.5"),
        method=Method.KEY,
        reason="La moitié des jours porte sur le retrait.",
        action=18,
        accepted=True,
    ),
    # Expected in 2027: nothing answers to it yet.
    DemoRule(
        contract="2026-DSI-061",
        share=Decimal("0.3"),
        method=Method.KEY,
        reason="Développement compté à 30\u00a0% : part d’écoconception du cahier des charges.",
        action=16,
        evidence="Cahier des charges 2026-DSI-061, article 7",
    ),
)
