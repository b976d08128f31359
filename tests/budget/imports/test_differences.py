"""What a newer file changes is said before it enters, and is what happens."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from portulan.budget.attributions.writes import attribute, review
from portulan.budget.imports import differences as differences_module
from portulan.budget.imports.differences import (
    Change,
    Differences,
    differences,
    known_differences,
    replaced_by,
)
from portulan.budget.imports.writes import confirm, preview
from portulan.budget.indicator.reads import figure_of
from portulan.budget.models import BudgetLine, FiscalYear, ImportBatch
from portulan.budget.perimeter.verdicts import override_line
from portulan.budget.words import AttributionStatus, Method, Stage, Verdict
from portulan.budget.years.writes import open_year
from portulan.core.models import AuditEntry
from tests.people import Town, make_town
from tests.totem import totem

D = Decimal
SLOW = [HealthCheck.filter_too_much, HealthCheck.too_slow]
HEAD = "Compte;Libellé;Ouvert;Mandaté\n"
MAY = HEAD + (
    "2051;Licences;1000,00;100,00\n611;Hébergement;2000,00;0,00\n21838;Écrans;400,00;\n"
    "21838;Écrans;500,00;\n2051;Ancien logiciel;60,00;60,00\n"
)
JUNE = HEAD + (
    "21838;Écrans;500,00;\n2051;Licences;1500,00;100,00\n611;Hébergement;2000,00;0,00\n"
    "21838;Écrans;410,00;\n6262;Télécoms;70,00;\n"
)


@pytest.fixture
def year(town: Town) -> FiscalYear:
    return open_year(town.finance, year=2026)


def read(town: Town, year: FiscalYear, text: str | bytes, name: str = "gl.csv") -> ImportBatch:
    data = text.encode() if isinstance(text, str) else text
    return preview(town.finance, fiscal_year=year, stream=io.BytesIO(data), file_name=name)


def found_in(batch: ImportBatch) -> Differences:
    return differences(batch, replaced_by(batch))


def told(found: Differences) -> list[tuple[str, str, list[Decimal | None], list[Decimal | None]]]:
    return [
        (
            one.change.value,
            one.line.label,
            [one.before[1], one.before[3]],
            [one.after[1], one.after[3]],
        )
        for one in found.lines
    ]


def test_lines_are_new_gone_or_changed_the_largest_first(town, year):
    confirm(town.finance, batch=read(town, year, MAY))
    found = found_in(read(town, year, JUNE))
    assert told(found) == [
        ("changed", "Licences", [D(1000), D(100)], [D(1500), D(100)]),
        ("new", "Télécoms", [None, None], [D(70), None]),
        ("gone", "Ancien logiciel", [D(60), D(60)], [None, None]),
        ("changed", "Écrans", [D(400), None], [D(410), None]),
    ]
    assert (found.same, found.count(Change.NEW), found.count(Change.GONE)) == (2, 1, 1)
    assert found.effects[Stage.OPENED].expenses == (D(3960), D(4480))
    assert found.effects[Stage.REALISED].expenses == (D(160), D(100))


def test_they_are_compared_once_until_something_is_written(town, year, monkeypatch):
    confirm(town.finance, batch=read(town, year, MAY))
    june = read(town, year, JUNE)
    replaced, made = replaced_by(june), []
    plain = differences_module.differences
    monkeypatch.setattr(
        differences_module, "differences", lambda *of: made.append(of) or plain(*of)
    )
    first = known_differences(june, replaced)
    assert known_differences(june, replaced) is first
    assert len(made) == 1
    override_line(
        town.finance,
        line=BudgetLine.objects.filter(label="Licences").first(),
        verdict=Verdict.OUT,
        reason="autre",
    )
    assert known_differences(june, replaced) is not first
    assert len(made) == 2
    # Of two acts at once, the second may be committed first, and the last number then stays.
    last = AuditEntry.objects.latest("pk").pk
    said = {"at": timezone.now(), "organisation_id": town.organisation.pk, "verb": "x"}
    subject = {"subject_type": "plan", "subject_id": 1, "changes": {}}
    AuditEntry.objects.bulk_create([AuditEntry(pk=last + 2, **said, **subject)])
    known_differences(june, replaced)
    AuditEntry.objects.bulk_create([AuditEntry(pk=last + 1, **said, **subject)])
    known_differences(june, replaced)
    assert len(made) == 4


def test_a_first_file_and_another_piece_replace_nothing(town, year):
    operating = HEAD.replace("Compte", "Section;Compte") + "F;611;Hébergement;1,00;\n"
    first = read(town, year, operating)
    assert replaced_by(first) == []
    confirm(town.finance, batch=first)
    assert replaced_by(read(town, year, operating.replace("F;611", "I;2051"))) == []


def test_a_decision_is_added_to_its_budget_before_it_is_compared(town, year):
    def load(lines, decision):
        batch = read(town, year, totem(*lines, decision=decision), decision)
        return confirm(town.finance, batch=batch)

    load([("611", "1000", "0"), ("6156", "50", "0")], "01")
    load([("611", "200", "0")], "02")
    executed = read(town, year, totem(("611", "1200", "900"), ("6156", "50", "50"), decision="09"))
    changed = {one.line.nature: one for one in found_in(executed).lines}
    assert {one.change for one in changed.values()} == {Change.CHANGED}
    assert changed["611"].at(Stage.VOTED) == (D(1200), D(1200))
    assert changed["611"].at(Stage.REALISED)[1] == D(900)


def decide(town: Town, batch: ImportBatch, deeds: list[int]) -> None:
    lines = BudgetLine.objects.filter(batch=batch).order_by("row")
    for line, deed in zip(lines, deeds, strict=False):
        if deed == 1 or (deed > 1 and not line.it_share):
            override_line(
                town.finance, line=line, verdict=Verdict.MIXED, share=D("0.5"), reason="clé"
            )
            line.refresh_from_db()
        if deed == 2:
            review(town.finance, line=line, reviewed=True, on=timezone.localdate())
        elif deed > 2 and line.opened:
            euros = {"amount": (line.opened / 4).quantize(D("0.01")), "stage": Stage.OPENED}
            attribute(
                town.finance,
                line=line,
                method=Method.KEY,
                reason="motif",
                status=AttributionStatus.DECLARED,
                **(euros if deed == 3 else {"share": D("0.3")}),
            )


rows = st.lists(
    st.tuples(
        st.sampled_from(["2051", "21838", "611", "6156", "60632"]),
        st.sampled_from(["Licences", "Parc", ""]),
        st.integers(min_value=-2, max_value=9),
    ),
    min_size=1,
    max_size=7,
)


def ledger(lines: list[tuple[str, str, int]]) -> str:
    return HEAD + "".join(
        f"{account};{label};{7919 * amount},12;{amount}\n" for account, label, amount in lines
    )


class Foreseen(TestCase):
    @settings(max_examples=12, deadline=None, phases=[Phase.generate], suppress_health_check=SLOW)
    @given(rows, rows, st.lists(st.integers(min_value=0, max_value=4), max_size=7), st.data())
    def test_the_figure_foreseen_is_the_one_that_comes(self, before, fresh, deeds, data):
        town = make_town("la-ville")
        year = open_year(town.finance, year=2026)
        standing = read(town, year, ledger(before))
        assume(not standing.report["questions"])
        confirm(town.finance, batch=standing, in_euros=True)
        decide(town, standing, deeds)
        kept = data.draw(st.lists(st.sampled_from(before), max_size=5))
        newer = read(town, year, ledger([*fresh, *kept]) + "6999;fin;1,00;1\n")
        assume(not newer.report["questions"])
        assume(replaced_by(newer))  # else it is another piece of the account
        found = found_in(newer)
        done = confirm(town.finance, batch=newer, replace=True, in_euros=True)
        lost = sum(len(one["lost"]) for one in done.report.get("carried", ()))
        assert found.lost == lost
        for stage, effect in found.effects.items():
            figure = figure_of(year, stage).figure
            foreseen = effect.figures[1]
            for name in ("value", "lower", "upper", "numerator", "denominator", "coverage"):
                assert getattr(foreseen, name) == getattr(figure, name), (stage, name)
        gaps = sum((one.gap(Stage.OPENED) for one in found.lines if one.line.counts), D(0))
        spent = found.effects[Stage.OPENED].expenses
        assert spent[1] - spent[0] == gaps
