"""The pages on accessibility and eco-design: open to all, named at the foot of every page."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portulan.publication.conformity.audit import Audit
from tests.pages import MOST_NODES

pytestmark = pytest.mark.django_db
# In the order that the law gives them.
TITLES = (
    *("Engagement", "État de conformité", "Résultats des tests", "Contenus non accessibles"),
    *("Établissement de cette déclaration", "Retour d’information et contact", "Voies de recours"),
)


def page(address: str) -> str:
    answer = Client().get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_without_an_audit_it_is_not_compliant_and_says_why(settings: Any) -> None:
    settings.ACCESSIBILITY_AUDIT, settings.ACCESSIBILITY_CONTACT = None, ""
    said = page("/-/accessibility/")
    places = [said.index(f">{title}<") for title in TITLES]
    assert places == sorted(places)
    assert "aucun audit en cours de validité" in said
    assert "Défenseur des droits" in said
    assert said.count("<") < MOST_NODES
    for address in ("/sign-in/", "/-/ecodesign/"):
        assert "Accessibilité\u00a0: non conforme" in page(address)


@pytest.mark.parametrize(
    ("rate", "words"),
    [("100", "totalement conforme"), ("82.5", "partiellement conforme"), ("12", "non conforme")],
)
def test_an_audit_is_said_with_its_rate_and_its_author(
    settings: Any, rate: str, words: str
) -> None:
    today = timezone.localdate()
    settings.ACCESSIBILITY_AUDIT = Audit(today, Decimal(rate), "Cabinet <Untel>")
    settings.ACCESSIBILITY_CONTACT = "mailto:a11y@armorique.example"
    said = page("/-/accessibility/")
    assert f"Accessibilité\u00a0: {words}" in said
    assert "Cabinet &lt;Untel&gt;" in said
    assert 'href="mailto:a11y@armorique.example"' in said
    settings.ACCESSIBILITY_AUDIT = Audit(date(2020, 1, 1), Decimal(100), "Cabinet")
    assert "Accessibilité\u00a0: non conforme" in page("/-/accessibility/")


def test_the_eco_design_says_its_score_and_what_is_not_met() -> None:
    said = page("/-/ecodesign/")
    assert "Score" in said
    assert "1.3" in said
    assert "Personne n’est nommé." in said
