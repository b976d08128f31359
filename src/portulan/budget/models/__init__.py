"""Fiscal years, imported lines, the IT perimeter, attributions to NR, and indicator runs."""

from portulan.budget.models.attributions import (
    COUNTED,
    Attribution,
    AttributionEvidence,
    AttributionRule,
)
from portulan.budget.models.contracts import Contract, ContractHabits
from portulan.budget.models.decisions import DecisionSheet
from portulan.budget.models.funding import (
    Allotment,
    Ambition,
    AmbitionAmount,
    CoFunding,
    Envelope,
    Forecast,
    PaymentCredit,
    Programme,
    ProgrammeRevision,
)
from portulan.budget.models.indicator import (
    Adjustment,
    IndicatorRun,
    PriceIndex,
    ProviderShare,
    RunLines,
)
from portulan.budget.models.lines import (
    ORDER_BOOK,
    BudgetLine,
    ColumnMapping,
    DaySums,
    ImportBatch,
    LineOverride,
    Order,
    StageSums,
)
from portulan.budget.models.perimeter import ITPerimeter, PerimeterRule
from portulan.budget.models.provided import ReceivedShare
from portulan.budget.models.purchases import Gift, PurchasePart
from portulan.budget.models.registers import DayRate, GreenRating, LegalFigure, Saving, StaffTime
from portulan.budget.models.years import FiscalYear

__all__ = [
    "COUNTED",
    "ORDER_BOOK",
    "Adjustment",
    "Allotment",
    "Ambition",
    "AmbitionAmount",
    "Attribution",
    "AttributionEvidence",
    "AttributionRule",
    "BudgetLine",
    "CoFunding",
    "ColumnMapping",
    "Contract",
    "ContractHabits",
    "DayRate",
    "DaySums",
    "DecisionSheet",
    "Envelope",
    "FiscalYear",
    "Forecast",
    "Gift",
    "GreenRating",
    "ITPerimeter",
    "ImportBatch",
    "IndicatorRun",
    "LegalFigure",
    "LineOverride",
    "Order",
    "PaymentCredit",
    "PerimeterRule",
    "PriceIndex",
    "Programme",
    "ProgrammeRevision",
    "ProviderShare",
    "PurchasePart",
    "ReceivedShare",
    "RunLines",
    "Saving",
    "StaffTime",
    "StageSums",
]
