"""What may be sealed: any plan, and one that says something everywhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from portulan.indicators.words import Direction, Kind, Level
from portulan.plans.files.document import (
    ActionText,
    DecisionText,
    DeliverableText,
    IndicatorText,
    MoneyText,
    PlanText,
    ReadingText,
    TargetText,
)
from portulan.plans.words import CommitmentLevel, Outcome, Progress
from portulan.steering.sealed.document import (
    ActText,
    AllotmentText,
    AmbitionText,
    ChainText,
    Content,
    EnvelopeText,
    FigureText,
    HouseText,
    KeptText,
    ProofText,
    as_json,
    canonical,
    seal_of,
    written,
)
from portulan.steering.words import Occasion, Promise
from tests.publication.plan_files.plans import folders

VOTE = date(2024, 12, 13)
END = date(2027, 12, 31)
FIRST, THEN = CommitmentLevel.EXPERIMENT, CommitmentLevel.IMPLEMENTATION

PUE = IndicatorText(
    "PUE moyen annuel",
    Kind.QUANTITY,
    "ratio",
    Direction.DOWN,
    Level.OPERATIONAL,
    targets=(TargetText(END, value=Decimal("1.5")),),
    readings=(ReadingText(date(2024, 5, 31), value=Decimal("1.85")),),
)
SHARE = IndicatorText(
    "Part de reconditionné",
    Kind.PERCENTAGE,
    "%",
    Direction.UP,
    targets=(TargetText(END, value=Decimal(75)),),
)
SERVERS = ActionText(
    19,
    "Une seule salle serveur",
    CommitmentLevel.STUDY,
    Progress.TODO,
    "Responsable des infrastructures",
    due_on=END,
    indicators=("pue",),
    deliverables=(DeliverableText("etude", "Étude de faisabilité", date(2025, 6, 1)),),
    decisions=(DecisionText(VOTE, Outcome.ADOPT, CommitmentLevel.STUDY, "Assemblée"),),
    money=(MoneyText(2026, "I", True, Decimal("240000.00")),),
)
PHONES = ActionText(
    12,
    "Smartphones reconditionnés",
    FIRST,
    Progress.IN_PROGRESS,
    "Responsable du parc",
    scope="La direction des routes",
    indicators=("part-de-reconditionne",),
    due_on=END,
    decisions=(DecisionText(VOTE, Outcome.ADOPT, FIRST, "Assemblée"),),
)
CONTENT = Content(
    organisation=HouseText("Région Armorique", "123456782"),
    chain=ChainText(1),
    sealed_on=VOTE,
    occasion=Occasion.VOTE,
    title="Vote du 13 décembre 2024",
    plan=PlanText("plan-nr", "Plan d’action 2025-2027", 2025, 2027, VOTE, "Assemblée"),
    act=ActText("Assemblée", VOTE, "24-117", "12", "41 pour, 3 contre"),
    indicators={"part-de-reconditionne": SHARE, "pue": PUE},
    actions=(PHONES, SERVERS),
    budget=(
        FigureText(
            *(2024, "realised", "2.5", "2.2", "2.9", "300000.5", "12000000", "91.25", "TTC", 1),
            VOTE,
            "f" * 64,
        ),
    ),
    ambitions=(AmbitionText(2025, "2.5"), AmbitionText(2026, "3.5")),
    envelopes=(EnvelopeText(2026, "I", "720000", VOTE, "24-117"),),
    allotments=(AllotmentText(19, 2026, "240000", VOTE),),
    evidence=(ProofText("budget 2024", "a" * 64),),
    commitments=(KeptText(12, FIRST, Promise.KEPT, "Résultats rendus"),),
)


def some_content() -> dict[str, Any]:
    return as_json(CONTENT)


def sealed_file(content: dict[str, Any]) -> bytes:
    return written(canonical(content).decode(), seal_of(content))


@st.composite
def contents(draw: st.DrawFn) -> dict[str, Any]:
    folder = draw(folders())
    title = draw(st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
    return as_json(
        replace(
            CONTENT,
            title=title,
            plan=folder.plan,
            indicators=folder.indicators,
            actions=folder.actions,
        )
    )
