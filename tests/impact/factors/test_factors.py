"""The organisation's own figures: in versions, used by the estimates made from then on."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from portulan.accounts.access import Operation
from portulan.core.errors import DeniedError, NotFoundError
from portulan.impact.engine.draws import LogNormal, Triangle
from portulan.impact.engine.factors import Factor, Quality
from portulan.impact.estimates.reads import latest_estimates
from portulan.impact.estimates.writes import estimate_action
from portulan.impact.factors.reads import get_factor, list_factors
from portulan.impact.factors.writes import give_factor, import_factors, withdraw_factor
from portulan.impact.models import Estimate, FactorOverride
from portulan.impact.readers.entries import Entry
from portulan.plans.models import Action
from tests.impact.asked import longer_life
from tests.people import Town
from tests.plans.plan_of_town import TODAY, make_action, make_plan
from tests.refusals import refused

EMBEDDED = "laptop.gwp.embedded"
REASON = "Notre parc est d’un seul modèle"


@pytest.fixture
def action(town: Town) -> Action:
    return make_action(town, make_plan(town))


def figure(value: float = 240, **more: object) -> Factor:
    fields: dict[str, object] = {
        "id": EMBEDDED,
        "value": value,
        "source": "Fiches du constructeur, marché 2025",
        "quality": Quality.PUBLISHED,
        "spread": LogNormal(1.2),
        "year": 2025,
    }
    return Factor(**(fields | more))  # type: ignore[arg-type]


def carbon(town: Town, action: Action) -> float:
    estimate_action(town.editor, action=action, request=longer_life(), today=TODAY)
    found = latest_estimates([action])[action.pk].reduction
    assert found is not None
    return found.carbon.central  # type: ignore[union-attr]


def test_a_figure_given_serves_from_then_on_and_leaves_what_was_estimated(
    town: Town, action: Action
) -> None:
    shipped = carbon(town, action)
    give_factor(town.editor, figure=figure(), reason=REASON)
    own = carbon(town, action)
    give_factor(town.editor, figure=figure(120), reason=REASON)
    again = carbon(town, action)
    assert own == pytest.approx(1200 * 240 / 12)
    assert again == pytest.approx(own / 2)
    used = [row.factors.get(EMBEDDED) for row in Estimate.objects.order_by("pk")]
    assert used[0] is None
    assert [(one["origin"], one["version"]) for one in used[1:]] == [("own", 1), ("own", 2)]
    withdraw_factor(town.editor, name=EMBEDDED)
    assert carbon(town, action) == shipped
    with pytest.raises(NotFoundError):
        withdraw_factor(town.editor, name=EMBEDDED)
    give_factor(town.editor, figure=figure(), reason=REASON)
    assert FactorOverride.objects.latest("version").version == 3


def test_the_page_of_a_figure_says_where_it_is_used(
    town: Town, elsewhere: Town, action: Action
) -> None:
    carbon(town, action)
    name = "laptop.gwp.manufacturing"
    page = get_factor(actor=town.reader, name=name, need=Operation.READ_PLAN)
    assert page.in_force == page.shipped[0]
    assert page.in_force is not None
    assert page.in_force.value == 170
    assert [use.action for use in page.uses] == [action]
    assert get_factor(actor=elsewhere.reader, name=name, need=Operation.READ_PLAN).uses == ()
    listed = {one.factor.id: one for one in list_factors(actor=town.reader)}
    assert (listed[name].uses, listed[name].is_own) == (1, False)
    unknown = get_factor(actor=town.reader, name="laptop.adpe.embedded", need=Operation.READ_PLAN)
    assert unknown.in_force is None
    with pytest.raises(NotFoundError):
        get_factor(actor=town.reader, name="laptop.weather", need=Operation.READ_PLAN)
    with pytest.raises(DeniedError):
        get_factor(actor=town.reader, name=name, need=Operation.EDIT_FACTORS)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"id": "laptop.weather"}, "name"),
        ({"id": ".gwp.embedded"}, "name"),
        ({"id": "mon/copieur.gwp.embedded"}, "name"),
        ({"id": "electricity.gwp.Bretagne"}, "name"),
        ({"value": -1}, "value"),
        ({"id": "laptop.life", "value": 0}, "value"),
        ({"source": " "}, "source"),
        ({"reason": ""}, "reason"),
        ({"year": 1200}, "year"),
        ({"spread": LogNormal(0.9)}, "spread"),
        ({"spread": Triangle(3, 2, 1)}, "spread"),
    ],
)
def test_a_figure_that_is_wrong_is_told_at_its_field(
    town: Town, wrong: dict[str, object], field: str
) -> None:
    given = {name: one for name, one in wrong.items() if name != "reason"}
    reason = str(wrong.get("reason", REASON))
    with pytest.raises(ValidationError) as caught:
        give_factor(town.editor, figure=figure(**given), reason=reason)  # type: ignore[arg-type]
    assert field in caught.value.message_dict
    assert not FactorOverride.objects.exists()


def entry(value: float = 156, unit: str = "kgCO2e/unité") -> Entry:
    name, licence = "Ordinateur portable", "Licence Ouverte 2.0"
    return Entry(
        "28001", name, value, unit, "France", 2024, 0.3, "ADEME, Base Carbone", licence=licence
    )


def test_elements_of_the_base_carbone_come_in_all_or_none(town: Town) -> None:
    kwh = Entry("15591", "Électricité", 0.06, "kgCO2e/kWh", "France", 2023, None, "ADEME")
    reason = "Figures of our carbon account"
    mix = "electricity.gwp.FRA"
    for wrong in ([(EMBEDDED, kwh)], [(mix, kwh), (EMBEDDED, kwh)], [(mix, kwh), (mix, kwh)]):
        with pytest.raises(ValidationError):
            import_factors(town.editor, chosen=wrong, reason=reason)
    assert not FactorOverride.objects.exists()
    import_factors(town.editor, chosen=[(mix, kwh), (EMBEDDED, entry())], reason=reason)
    kept = FactorOverride.objects.get(name=EMBEDDED)
    assert (kept.value, kept.licence, kept.year) == (156, "Licence Ouverte 2.0", 2024)
    assert kept.spread is not None
    assert kept.spread["gsd"] == pytest.approx(1.3 ** (1 / 1.96))


def test_only_who_edits_figures_gives_one(town: Town) -> None:
    for actor in (town.reader, town.contributor, town.finance):
        with pytest.raises(DeniedError):
            give_factor(actor, figure=figure(), reason=REASON)


def test_whoever_writes_a_figure_given_never_changes(town: Town) -> None:
    give_factor(town.editor, figure=figure(), reason=REASON)
    refused("guard_override_unchanged", "UPDATE impact_factoroverride SET value = 1")
    refused("guard_override_kept", "DELETE FROM impact_factoroverride")
    withdraw_factor(town.editor, name=EMBEDDED)
