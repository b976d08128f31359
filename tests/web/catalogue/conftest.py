from __future__ import annotations

import pytest
from django.test import Client
from lxml import html

from portulan.accounts.access import Role
from portulan.catalogue.imports.writes import import_catalogue, install_builtin
from portulan.catalogue.models import CatalogueVersion
from portulan.catalogue.readers.content import (
    CatalogueContent,
    IndicatorContent,
    PracticeContent,
    Scales,
    Term,
    ThemeContent,
)
from portulan.plans.models import Plan
from portulan.plans.plan import create_plan
from tests.people import Town


class Browser:
    """A browser that reads what it gets: pages as trees, and forms sent as a person would."""

    def __init__(self, client: Client, town: Town) -> None:
        self.client = client
        self.root = f"/{town.slug}/catalogue/"

    def get(self, path: str = "", *, status: int = 200) -> html.HtmlElement:
        response = self.client.get(self.root + path, HTTP_ACCEPT_LANGUAGE="fr")
        assert response.status_code == status, path
        return html.document_fromstring(response.content.decode())

    def post(self, path: str, status: int = 302, **data: object) -> str | html.HtmlElement:
        """Return where a success leads, or the page of a refusal."""
        response = self.client.post(self.root + path, data, HTTP_ACCEPT_LANGUAGE="fr")
        assert response.status_code == status, response.content.decode()[:2000]
        if status == 302:
            return response["Location"].removeprefix(self.root)
        return html.document_fromstring(response.content.decode())

    def undo(self) -> str:
        """Press the undo of the message that the next page shows."""
        (form,) = self.get().xpath("//div[@class='msg']//form")
        return self.post(form.get("action").removeprefix(self.root))


def text(tree: html.HtmlElement, path: str) -> list[str]:
    """The texts of the elements at a path, spaces squeezed."""
    return [" ".join(found.text_content().split()) for found in tree.xpath(path)]


def edition(version: str, size: int) -> CatalogueContent:
    """An edition of that many practices, in themes of ten."""
    themes = [
        ThemeContent(f"t{rank}", f"t{rank}", f"Thème {rank}", rank * 10)
        for rank in range((size + 9) // 10)
    ]
    return CatalogueContent(
        slug="maison",
        title="Maison",
        version=version,
        scales=Scales((Term("Fort"), Term("Faible")), (Term("Simple"),)),
        themes=tuple(themes),
        practices=tuple(
            PracticeContent(
                code=f"t{rank // 10}.{rank % 10 + 1}",
                slug=f"p{rank}",
                theme=f"t{rank // 10}",
                title=f"Pratique {rank}",
                priority="Fort" if rank % 2 else "Faible",
                difficulty="Simple",
                pilots=("Exploitation",),
                indicators=(IndicatorContent("Part faite", "percentage", "%", "up"),),
                order=rank * 10,
            )
            for rank in range(size)
        ),
    )


@pytest.fixture
def guide(town: Town) -> CatalogueVersion:
    return install_builtin()


@pytest.fixture
def plan(town: Town) -> Plan:
    return create_plan(town.editor, title="Plan NR", first_year=2025, last_year=2100, slug="plan")


@pytest.fixture
def editor(town: Town, signed_in) -> Browser:
    return Browser(signed_in(Role.EDITOR), town)


@pytest.fixture
def reader(town: Town, signed_in) -> Browser:
    return Browser(signed_in(Role.READER), town)


@pytest.fixture
def make_edition(town: Town):
    """Import an edition of the town's own, of a given size."""

    def make(version: str, size: int) -> CatalogueVersion:
        return import_catalogue(town.editor, content=edition(version, size))

    return make
