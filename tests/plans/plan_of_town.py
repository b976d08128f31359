"""A plan for the tests, made through the services."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from portulan.catalogue.models import (
    Catalogue,
    CatalogueVersion,
    Practice,
    PracticeIndicator,
    Theme,
)
from portulan.indicators.words import Direction, Kind, MeasurementRole
from portulan.indicators.writes import set_target
from portulan.plans.actions.writes import create_action
from portulan.plans.commitments.writes import decide
from portulan.plans.indicators import add_indicator, measure
from portulan.plans.models import Action, Plan
from portulan.plans.plan import create_plan
from portulan.plans.words import CommitmentLevel, Outcome
from tests.people import Town

TODAY = date(2026, 11, 24)
VOTE = date(2024, 12, 13)
END = date(2027, 12, 31)


def make_plan(town: Town, title: str = "Plan d’action 2025-2027") -> Plan:
    return create_plan(
        town.editor,
        title=title,
        first_year=2025,
        last_year=2027,
        adopted_on=VOTE,
        adopted_by="Conseil municipal",
    )


def make_action(
    town: Town, plan: Plan, title: str = "Une seule salle serveur", **more: object
) -> Action:
    fields: dict[str, object] = {
        "title": title,
        "pilot_function": "Responsable des infrastructures",
        "follow_up_function": "Délégué au numérique responsable",
        "due_on": END,
    }
    return create_action(town.editor, plan=plan, today=TODAY, **(fields | more))  # type: ignore[arg-type]


def followed_action(town: Town, plan: Plan, **more: object) -> Action:
    """An action with an indicator from 1,85 in 2024 to 1,50 at the end of 2027, now at 1,71."""
    action = make_action(town, plan, **more)  # type: ignore[arg-type]
    indicator = add_indicator(
        town.editor,
        action=action,
        name="PUE moyen annuel",
        kind=Kind.QUANTITY,
        unit="ratio",
        direction=Direction.DOWN,
    )
    set_target(town.editor, indicator=indicator, due_on=END, value=Decimal("1.5"))
    for on, value, role in (
        (date(2024, 5, 31), "1.85", MeasurementRole.BASELINE),
        (date(2026, 9, 30), "1.71", MeasurementRole.READING),
    ):
        measure(
            town.editor,
            action=action,
            indicator=indicator,
            on=on,
            today=TODAY,
            value=Decimal(value),
            role=role,
        )
    return action


def adopt(town: Town, action: Action, level: CommitmentLevel, **more: object) -> None:
    decide(
        town.editor,
        action=action,
        outcome=Outcome.ADOPT,
        level=level,
        on=VOTE,
        body="Conseil municipal",
        today=TODAY,
        **more,  # type: ignore[arg-type]
    )


def make_edition(practices: int = 3) -> CatalogueVersion:
    """A built-in edition with themes d and e, and some practices in each."""
    catalogue = Catalogue.objects.create(slug="guide", title="Guide")
    version = CatalogueVersion.objects.create(
        catalogue=catalogue, version="v1", digest="0" * 64, imported_at="2024-01-01T00:00:00Z"
    )
    for order, (code, title) in enumerate((("d", "Réduction des achats"), ("e", "Achat durable"))):
        theme = Theme.objects.create(
            version=version, order=order, code=code, slug=code, title=title
        )
        for rank in range(1, practices + 1):
            practice = Practice.objects.create(
                theme=theme,
                version=version,
                order=rank,
                code=f"{code}.{rank}",
                slug=f"{code}-{rank}",
                title=f"Pratique {code}.{rank}",
                pilots=["Direction des achats", "Direction du numérique"][: 1 + rank % 2],
            )
            PracticeIndicator.objects.create(
                practice=practice, order=0, text=f"Part de {code}.{rank}", kind="percentage",
                unit="%", direction="up",
            )  # fmt: skip
    return version
