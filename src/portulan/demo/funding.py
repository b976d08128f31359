"""The money around the lines: ambitions, envelopes, the 2027 forecast, allotments, co-funding."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from portulan.plans.enums import Section

AMBITIONS = {2025: Decimal("2.5"), 2026: Decimal("3.5"), 2027: Decimal("4.0")}

# In k€, by section; the euros of the ambition are those of its percentages, rounded.
AMBITION_EUROS = {
    2025: {"F": 200, "I": 250},
    2026: {"F": 290, "I": 355},
    2027: {"F": 330, "I": 390},
}
ENVELOPES = (
    (2025, "F", 220, date(2024, 12, 13), "Budget primitif 2025"),
    (2025, "I", 260, date(2024, 12, 13), "Budget primitif 2025"),
    (2026, "F", 275, date(2025, 12, 11), "Budget primitif 2026"),
    (2026, "I", 405, date(2025, 12, 11), "Budget primitif 2026"),
)

FORECAST_ON = date(2026, 10, 12)
FORECAST_YEAR = 2027
FORECAST = {Section.OPERATING: Decimal(11_000_000), Section.INVESTMENT: Decimal(7_000_000)}
FORECAST_SOURCE = "Lettre de cadrage"

# Nothing stands for action 4 in 2027 (not funded) nor for action 17 (its cost is not known).
ALLOTTED_2026 = {3: 4, 4: 12, 7: 66, 9: 58, 12: 21, 13: 12, 14: 3, 15: 34, 16: 72, 17: 44, 18: 41,
                 19: 240, 20: 18}  # fmt: skip
ALLOTTED_2027 = {3: 19, 7: 18, 8: 46, 9: 62, 12: 24, 13: 8, 14: 3, 15: 28, 16: 95, 18: 33,
                 19: 96, 20: 21}  # fmt: skip
ALLOTMENTS = (
    (2026, ALLOTTED_2026, date(2025, 12, 11), "Budget primitif 2026"),
    (2027, ALLOTTED_2027, date(2026, 11, 5), "Pré-arbitrage du 05/11/2026"),
)

CO_FUNDED_ON = date(2026, 9, 15)
CO_FUNDED_ACTION = 20
CO_FUNDER = "Fonds d’économie circulaire (inventé)"
CO_FUNDING_YEAR = 2026
ASKED, GRANTED, RECEIVED = 130, 90, 60  # k€


def euros(thousands: int) -> Decimal:
    """Return an amount given in k€ in euros."""
    return Decimal(thousands * 1000)


# The server room is voted over three years, in thousands of euros (the whole works, of which
# action 19 has 60 %), and raised by the amending decision that the ledger of 2026 contains.
ROOM = "Salle Est, une seule salle serveur"
ROOM_CONTRACTS = ("2025-DSI-055", "2025-DSI-056")
ROOM_DECISIONS = (
    (date(2025, 6, 26), 720, "Délibération du 26/06/2025", {2025: 160, 2026: 400, 2027: 160}),
    (date(2026, 6, 25), 800, "Décision modificative n° 1", {2025: 160, 2026: 480, 2027: 160}),
)

# A credit note that came after 2025 was closed: said beside, the closed share stays.
CORRECTED_ON = date(2026, 5, 19)
CORRECTION = Decimal(-8400)
CORRECTION_REASON = "Avoir de maintenance des baies, reçu après la clôture"
CORRECTION_EVIDENCE = "Avoir 25A0117 du 12/05/2026"
