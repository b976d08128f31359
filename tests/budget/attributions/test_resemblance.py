"""What is suggested for an action: learnt from what was given to it, counted, never applied."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from portulan.accounts.access import Role
from portulan.budget.attributions.proposals import propose_alike
from portulan.budget.attributions.resemblance import How, Known, Resemblance
from portulan.budget.attributions.suggestions import suggestions_for
from portulan.budget.attributions.writes import attribute, withdraw
from portulan.budget.lines.facts import LineFacts
from portulan.budget.models import Attribution
from portulan.budget.words import AttributionStatus, Method, Stage
from portulan.budget.years.writes import open_year
from tests.budget.attributions.test_rules import decide, line, load
from tests.people import Town
from tests.plans.plan_of_town import make_action, make_plan

D = Decimal
WORDS = st.sampled_from(["", "M-1", "M-2", "Écrans", "ECRANS", "611"])
NAMED = st.builds(LineFacts, nature=WORDS, supplier=WORDS, contract=WORDS, label=WORDS)
KNOWN = st.builds(
    Known,
    line=st.integers(1, 9),
    of=NAMED,
    year=st.integers(2023, 2026),
    share=st.decimals("0.1", 1, places=1),
    method=st.sampled_from(Method),
)


def test_the_closest_resemblance_speaks_with_its_last_share() -> None:
    def known(pk: int, year: int, share: str, **of: str) -> Known:
        return Known(pk, LineFacts("611", **of), year, D(share), Method.KEY)

    resemblance = Resemblance(
        [
            known(1, 2024, "0.2", contract="M-1", supplier="Nuage"),
            known(2, 2025, "0.3", contract="m-1"),
            known(3, 2025, "0.9", label="Audit"),
        ]
    )
    same = resemblance.of(9, LineFacts("611", contract="M-1", label="audit"))
    assert same is not None
    assert (same.how, same.share, same.lines, same.years) == (
        How.CONTRACT, D("0.3"), 2, (2024, 2025),
    )  # fmt: skip
    words = resemblance.of(9, LineFacts("611", label="AUDIT", supplier="Nuage"))
    assert words is not None
    assert (words.how, words.share) == (How.LABEL, D("0.9"))
    supplier = resemblance.of(9, LineFacts("611", supplier="nuage"))
    assert supplier is not None
    assert supplier.how is How.SUPPLIER
    assert resemblance.of(9, LineFacts("6156", supplier="nuage")) is None, "another account"
    assert resemblance.of(3, LineFacts("611", label="Audit")) is None, (
        "a line says nothing of itself"
    )


@given(st.lists(KNOWN), NAMED)
def test_nothing_is_suggested_that_nobody_gave(known: list[Known], named: LineFacts) -> None:
    found = Resemblance(known).of(0, named)
    if found is not None:
        assert found.share in {one.share for one in known if one.year == found.years[-1]}
        assert 1 <= found.lines <= len({one.line for one in known})
        assert set(found.years) <= {one.year for one in known}
    assert Resemblance([]).of(0, named) is None


def test_lines_of_this_year_are_suggested_from_those_of_the_years_before(town: Town) -> None:
    head = "Gestionnaire;Compte;Libellé;Fournisseur;Marché;Mandaté\n"
    action = make_action(town, make_plan(town))
    before, now = open_year(town.finance, year=2025), open_year(town.finance, year=2026)
    load(town, before, head + "DSI;611;Audit;Essai;M-1;1000,00\n")
    attribute(
        town.finance, line=decide(town, "Audit"), share=D("0.4"), method=Method.KEY, reason="clé",
        action=action,
    )  # fmt: skip
    load(
        town, now,
        head + "DSI;611;Audit RGESN;Essai;M-1;500,00\nDSI;611;Tests;Essai;M-2;900,00\n"
        "DSI;611;Ménage;Autre;M-3;100,00\n",
    )  # fmt: skip
    decide(town, "Audit RGESN")
    # Nobody said yet what share of the two others is IT.
    found = suggestions_for(action, now, Stage.REALISED)
    assert [(item.line.label, item.amount, item.suggestion.how) for item in found] == [
        ("Audit RGESN", D(200), How.CONTRACT)
    ]
    decide(town, "Tests")
    assert [item.line.label for item in suggestions_for(action, now, Stage.REALISED)] == [
        "Tests", "Audit RGESN",
    ]  # fmt: skip
    assert propose_alike(town.actor(Role.EDITOR), action=action, suggested=found) == 1
    given = Attribution.objects.get(line=line("Audit RGESN"))
    assert (given.status, given.share) == (AttributionStatus.PROPOSED, D("0.4"))
    assert given.reason == "Même marché que 1 ligne déjà fléchée vers cette action (2025)."
    # Refused, it is not suggested again; one with less room than the share neither.
    withdraw(town.finance, attribution=given)
    attribute(town.finance, line=line("Tests"), share=D("0.7"), method=Method.KEY, reason="clé")
    assert suggestions_for(action, now, Stage.REALISED) == []
