"""A year of accounts of the town, loaded through the services, and browsers signed in."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.test import Client
from lxml import html

from portulan.accounts.access import Role
from portulan.budget.attributions.writes import attribute
from portulan.budget.imports.writes import confirm, preview
from portulan.budget.models import Attribution, BudgetLine, FiscalYear, ImportBatch
from portulan.budget.perimeter.verdicts import override_line
from portulan.budget.words import AttributionStatus, Method, Verdict
from portulan.budget.years.writes import open_year
from portulan.plans.models import Action, Plan
from portulan.plans.words import CommitmentLevel, Progress
from tests.people import Town

D = Decimal
HEAD = "Gestionnaire;Compte;Section;Libellé;Fournisseur;Marché;Voté;Ouvert;Mandaté\n"
ROWS = (
    "DSI;2051;I;Licences;Éditeur SA;M-1;1000,00;1200,00;800,00\n"
    "DSI;21838;I;Onduleurs;Watt & fils;M-2;500,00;500,00;250,00\n"
    "DSI;611;F;Hébergement;Nuage SARL;M-3;3000,00;3000,00;1500,00\n"
    "DSI;6262;F;Télécoms;Réseau SA;M-4;400,00;400,00;400,00\n"
    "EDU;60632;F;Mobilier;Bois & co;M-5;90,00;90,00;\n"
    "DSI;6156;F;=SOMME(A1);-Fournisseur;M-6;10,00;;5,00\n"
    "DSI;6156;F;Avoir;@avoir;M-7;10,00;-50,00;5,00\n"
)


@dataclass(frozen=True)
class Page:
    """A page answered, and what a test asks of it."""

    status: int
    text: str
    tree: html.HtmlElement

    @property
    def words(self) -> str:
        """What the page says, each run of spaces (no-break ones included) as one."""
        return self.said("//main")

    def links(self) -> list[str]:
        return [str(link) for link in self.tree.xpath("//main//a/@href")]

    def forms(self) -> list[str]:
        return [str(form.get("action") or "") for form in self.tree.xpath("//main//form")]

    def said(self, xpath: str) -> str:
        """Return the words of the first element found."""
        return " ".join(" ".join(self.tree.xpath(xpath)[0].itertext()).split())

    @property
    def nodes(self) -> int:
        """The nodes of the page as its budget counts them."""
        return len(self.tree.xpath("//*[not(self::option)][not(ancestor::*[local-name()='svg'])]"))


@dataclass(frozen=True)
class Desk:
    """The browsers of the town, at its budget."""

    town: Town
    clients: Callable[[Role], Client]

    def get(self, path: str, role: Role = Role.FINANCE, **query: str) -> Page:
        return self.page(self.clients(role).get(self.url(path), query))

    def post(self, path: str, data: dict[str, object] | None = None, role: Role = Role.FINANCE):
        return self.clients(role).post(self.url(path), data or {}, follow=True)

    def url(self, path: str) -> str:
        return f"/{self.town.slug}/budget/{path}"

    def page(self, response) -> Page:
        text = (
            b"".join(response.streaming_content) if response.streaming else response.content
        ).decode()
        tree = (
            html.document_fromstring(text) if text.lstrip().startswith("<") else html.Element("p")
        )
        return Page(response.status_code, text, tree)


@pytest.fixture
def desk(town: Town, signed_in) -> Desk:
    browsers: dict[Role, Client] = {}

    def client(role: Role) -> Client:
        if role not in browsers:
            browsers[role] = signed_in(role)
        return browsers[role]

    return Desk(town, client)


@pytest.fixture
def plan(town: Town) -> Plan:
    return Plan.objects.create(
        organisation=town.organisation,
        slug="plan",
        title="Plan 2025-2027",
        first_year=2025,
        last_year=2027,
    )


@pytest.fixture
def action(plan: Plan) -> Action:
    return Action.objects.create(
        plan=plan,
        number=7,
        title="Inventaire",
        level=CommitmentLevel.STUDY,
        progress=Progress.IN_PROGRESS,
        pilot_function="DSI",
    )


@pytest.fixture
def year(town: Town) -> FiscalYear:
    return open_year(town.finance, year=2026)


def load(town: Town, year: FiscalYear, rows: str = ROWS, *, replace: bool = False) -> ImportBatch:
    batch = preview(
        town.finance,
        fiscal_year=year,
        stream=io.BytesIO((HEAD + rows).encode()),
        file_name="grand-livre.csv",
    )
    return confirm(town.finance, batch=batch, replace=replace, in_euros=True)


@pytest.fixture
def ledger(town: Town, year: FiscalYear) -> ImportBatch:
    return load(town, year)


def line(label: str) -> BudgetLine:
    return BudgetLine.everything.get(label=label)


def decide(town: Town, label: str, share: str) -> None:
    override_line(
        town.finance, line=line(label), verdict=Verdict.MIXED, share=D(share), reason="clé DSI"
    )


def give(
    town: Town,
    label: str,
    share: str,
    status: AttributionStatus = AttributionStatus.DECLARED,
    **options: object,
) -> Attribution:
    return attribute(
        town.finance,
        line=line(label),
        share=D(share),
        method=Method.KEY,
        reason="clé de répartition",
        status=status,
        evidence="note 12",
        **options,
    )
