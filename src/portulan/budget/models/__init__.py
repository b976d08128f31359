"""Fiscal years, imported lines, the IT perimeter, attributions to NR, and indicator runs."""

from portulan.budget.models.adjustments import Adjustment
from portulan.budget.models.attributions import COUNTED, Attribution, AttributionRule
from portulan.budget.models.before_lines import (
    Allotment,
    Ambition,
    AmbitionAmount,
    CoFunding,
    Envelope,
    Forecast,
)
from portulan.budget.models.beside import (
    DayRate,
    GreenRating,
    LegalFigure,
    Saving,
    StaffTime,
)
from portulan.budget.models.lines import ORDER_BOOK, BudgetLine, ImportBatch, LineOverride
from portulan.budget.models.mappings import ColumnMapping
from portulan.budget.models.orders import Order
from portulan.budget.models.perimeter import ITPerimeter, PerimeterRule
from portulan.budget.models.prices import PriceIndex
from portulan.budget.models.programmes import PaymentCredit, Programme, ProgrammeRevision
from portulan.budget.models.runs import IndicatorRun
from portulan.budget.models.sums import DaySums, StageSums
from portulan.budget.models.years import FiscalYear

__all__ = [
    "COUNTED",
    "ORDER_BOOK",
    "Adjustment",
    "Allotment",
    "Ambition",
    "AmbitionAmount",
    "Attribution",
    "AttributionRule",
    "BudgetLine",
    "CoFunding",
    "ColumnMapping",
    "DayRate",
    "DaySums",
    "Envelope",
    "FiscalYear",
    "Forecast",
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
    "Saving",
    "StaffTime",
    "StageSums",
]
