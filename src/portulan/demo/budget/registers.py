"""What stands beside the budget: savings, staff time, legal ratios, green ratings. All made up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial

from portulan.accounts.access import Operation
from portulan.budget.access import get_year
from portulan.budget.green.ratings import rate
from portulan.budget.legal.figures import set_legal_figure
from portulan.budget.lines.reads import lines_in_force
from portulan.budget.savings import set_saving
from portulan.budget.staff_time import set_day_rate, set_staff_time
from portulan.budget.words import Axis, LegalRatio, Rating, SavingKind
from portulan.demo.cast import Cast
from portulan.demo.clock import Event
from portulan.demo.shapes import euros
from portulan.plans.models import Action

TOLD_ON = date(2026, 11, 10)


@dataclass(frozen=True, slots=True)
class DemoSaving:
    """A saving of an action, in k€."""

    action: int
    year: int
    kind: SavingKind
    potential: int | None
    assumption: str
    realised: int | None = None
    evidence: str = ""


SAVINGS = (
    DemoSaving(
        9,
        2025,
        SavingKind.AVOIDED_PURCHASE,
        210,
        "230 portables de plus à 913 € TTC sans l’action",
        176,
        "Inventaire du 31/12/2025, marché 2024-DSI-011",
    ),
    DemoSaving(
        9,
        2026,
        SavingKind.AVOIDED_PURCHASE,
        265,
        "290 portables de plus à 913 € TTC sans l’action",
    ),
    DemoSaving(
        14,
        2026,
        SavingKind.ENERGY,
        6,
        "30 MWh à 198 € TTC",
        5,
        "Relevés du sous-compteur, 09/2026",
    ),
    DemoSaving(
        18,
        2026,
        SavingKind.LICENCE,
        22,
        "Licences de neuf applications retirées",
        17,
        "Avenant 2 au marché 2022-DSI-050",
    ),
    DemoSaving(19, 2027, SavingKind.ENERGY, 29, "147 MWh à 198 € TTC, une fois le PUE à 1,50"),
)

# Action, function, days planned and done in 2026; the plan says the days of a whole action.
STAFF_TIME = (
    (1, "Délégué au numérique responsable", 40, 36),
    (1, "Correspondants des directions", 35, 28),
    (5, "Service formation", 45, 24),
    (9, "Support de proximité", 70, 62),
    (9, "Atelier du siège", 20, 21),
    (16, "Équipe qualité des projets", 70, 58),
    (20, "Service de l’économie circulaire", 80, 66),
)
# Only one function has a rate: the days of the others stay days.
RATE = ("Support de proximité", date(2026, 1, 1), Decimal(214), "Coût moyen du grade, bilan 2025")

# Devices under ten years disposed of, and reused: the shares are those of action 20.
REUSED = {2024: (667, 2300), 2025: (888, 2400)}
# In k€ before tax, IT and telephony.
BOUGHT = {2024: (228, 1270), 2025: (296, 1291)}

RATINGS = (
    ("2051", Axis.MITIGATION, Rating.NEUTRAL, "Logiciels : sans effet démontré."),
    ("2183", Axis.MITIGATION, Rating.UNFAVOURABLE, "Fabrication d’équipements neufs."),
    ("2183", Axis.CIRCULAR, Rating.UNFAVOURABLE, "Fabrication d’équipements neufs."),
)
# A line that is split: the containment spares energy, the cold units are new equipment.
SPLIT_LINE = "Salle Est : climatisation et confinement"
SPLIT = (
    (Rating.FAVOURABLE, 40, "Le confinement baisse la dépense d’énergie de la salle."),
    (Rating.UNFAVOURABLE, 60, "Groupes de froid neufs, fluides frigorigènes."),
)


def beside_events(cast: Cast) -> Iterator[Event]:
    """Yield what finance and the officer say beside the budget."""
    yield Event(TOLD_ON, partial(_tell, cast))


def _tell(cast: Cast) -> None:
    actions = {
        action.number: action
        for action in Action.objects.filter(plan__organisation=cast.organisation)
    }
    for told in SAVINGS:
        set_saving(
            cast.finance,
            action=actions[told.action],
            year=told.year,
            kind=told.kind,
            potential=None if told.potential is None else euros(told.potential),
            assumption=told.assumption,
            realised=None if told.realised is None else euros(told.realised),
            evidence=told.evidence,
        )
    for number, function, planned, done in STAFF_TIME:
        set_staff_time(
            cast.officer,
            action=actions[number],
            year=TOLD_ON.year,
            function=function,
            planned=Decimal(planned),
            done=Decimal(done),
        )
    function, since, amount, source = RATE
    set_day_rate(cast.finance, function=function, since=since, amount=amount, source=source)
    _tell_ratios(cast)
    fiscal_year = get_year(actor=cast.finance, year=TOLD_ON.year, need=Operation.EDIT_BUDGET)
    for nature, axis, rating, reason in RATINGS:
        rate(
            cast.finance,
            fiscal_year=fiscal_year,
            nature=nature,
            axis=axis,
            rating=rating,
            reason=reason,
        )
    for rating, share, reason in SPLIT:
        rate(
            cast.finance,
            fiscal_year=fiscal_year,
            line=lines_in_force(fiscal_year).get(label=SPLIT_LINE),
            axis=Axis.MITIGATION,
            rating=rating,
            share=Decimal(share),
            reason=reason,
        )


def _tell_ratios(cast: Cast) -> None:
    for year, (reused, disposed_of) in REUSED.items():
        set_legal_figure(
            cast.finance,
            ratio=LegalRatio.REEN_REUSE,
            year=year,
            numerator=Decimal(reused),
            denominator=Decimal(disposed_of),
            source="Registre des sorties, services et lycées",
        )
    for year, (circular, bought) in BOUGHT.items():
        set_legal_figure(
            cast.finance,
            ratio=LegalRatio.AGEC_PURCHASES,
            year=year,
            numerator=euros(circular),
            denominator=euros(bought),
            source="Déclaration annuelle des achats",
        )
