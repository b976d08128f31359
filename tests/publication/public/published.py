"""A town that published: a plan, accounts with suppliers, a share that finance published."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from portulan.budget.funding.writes import set_ambition
from portulan.budget.indicator.writes import compute_run, publish_run
from portulan.budget.models import IndicatorRun
from portulan.budget.words import AttributionStatus, Stage
from portulan.budget.years.writes import open_year
from portulan.plans.choices.writes import choose_practice
from portulan.plans.models import Plan
from portulan.plans.words import Choice, CommitmentLevel
from portulan.publication.models import PublicEdition
from portulan.publication.public.writes import choose_public, publish_edition
from portulan.publication.words import Licence, Part
from tests.people import Town
from tests.plans.plan_of_town import (
    TODAY,
    adopt,
    followed_action,
    make_action,
    make_edition,
    make_plan,
)
from tests.web.budget.conftest import decide, give, load

SUPPLIERS = ("MARINFOR", "ARMORSOFT", "TELECOMBRE")
LINES = (
    f"DSI;2051;I;Licences;{SUPPLIERS[0]};M-1;1000;1200;800\n"
    f"DSI;2051;I;Logiciels libres;{SUPPLIERS[1]};M-2;3000;3400;2000\n"
    f"DSI;6156;F;Maintenance;{SUPPLIERS[0]};M-3;500;600;550\n"
    f"DSI;21838;I;Portables reconditionnés;{SUPPLIERS[2]};M-4;900;1000;1000\n"
)


@dataclass(frozen=True)
class Published:
    town: Town
    plan: Plan
    run: IndicatorRun

    def show(self, *parts: Part, note: str = "") -> PublicEdition:
        choose(self.town, *parts)
        return publish_edition(self.town.editor, today=TODAY, note=note, texts_read=True)


def choose(town: Town, *parts: Part, contact: str = "dsi@bourg.example") -> None:
    choose_public(
        town.editor,
        parts=parts,
        licence=Licence.LO,
        contact=contact,
        answer_days=10,
        indexed=False,
    )


def publish_share(town: Town, *, publishes: bool = True) -> Published:
    """Everything but the choice of what is public: nobody can read anything yet."""
    practice = make_edition(2).practices.order_by("pk")[0]
    plan = make_plan(town)
    action = followed_action(town, plan, title="Garder les portables six ans")
    adopt(town, action, CommitmentLevel.IMPLEMENTATION)
    make_action(town, plan, "Étudier la location")
    choose_practice(
        town.editor,
        plan=plan,
        practice=practice,
        choice=Choice.REFUSE,
        reason="Le don passe avant la vente",
        today=TODAY,
    )
    year = open_year(town.finance, year=2026)
    load(town, year, LINES)
    decide(town, "Maintenance", "1")
    set_ambition(town.finance, plan=plan, year=2026, percent=Decimal(10))
    give(town, "Portables reconditionnés", "0.5", AttributionStatus.JUSTIFIED, action=action)
    give(town, "Logiciels libres", "0.25")
    run = compute_run(town.finance, fiscal_year=year, stage=Stage.OPENED)
    if publishes:
        run = publish_run(town.finance, run=run)
    return Published(town, plan, run)
