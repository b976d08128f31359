"""What counts is what `objects` gives; who asks for more is named here, with why."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import portulan
from portulan.budget.models import BudgetLine, Order
from portulan.budget.words import BatchStatus
from portulan.budget.years.writes import open_year
from tests.people import Town
from tests.web.budget.conftest import load

SOURCE = Path(portulan.__file__).parent
# Each reads the lines of an import that it is told, or writes them.
WHOLE = {
    "budget/access.py": "a line is held, in force or no more, to be refused in words",
    "budget/attributions/writes.py": "lines that are held are marked, by their identifiers",
    "budget/decisions/applying.py": "what a sheet decided is taken back even out of force",
    "budget/imports/ahead.py": "what stopped in the middle is taken away",
    "budget/imports/carry_over.py": "from the lines replaced to those that replace them",
    "budget/imports/differences.py": "of the import that a preview would replace",
    "budget/funding/by_section.py": "those of the imports in force of a year, as its sums",
    "budget/imports/pieces.py": "of two imports, asked by their names",
    "budget/imports/reads.py": "how many lines each import of the list has",
    "budget/imports/suppliers.py": "suppliers are erased from an import, whatever its state",
    "budget/lines/kept_sums.py": "the sums of an import are kept whatever its state",
    "budget/lines/reads.py": "those of the imports of a year; a line out of force",
    "budget/lines/recounting.py": "the sums of every import are checked",
    "budget/models/lines.py": "where it is declared",
    "budget/perimeter/writes.py": "what was rolled back is judged too, as it may come back",
    "budget/purchases/writes.py": "what a line bought is refused in words when out of force",
    "budget/queue/writes.py": "what was decided together is taken back together",
    "budget/years/writes.py": "a year that ever had lines keeps its tax basis",
}


def test_who_reads_what_is_not_in_force_is_known() -> None:
    asked = re.compile(r"\b(?:BudgetLine|Order|model)\.everything\b|_base_manager\.filter\(batch")
    found = {
        path.relative_to(SOURCE).as_posix()
        for path in (SOURCE / "budget").rglob("*.py")
        if asked.search(path.read_text(encoding="utf-8"))
    }
    assert found == WHOLE.keys()
    others = [
        path
        for path in SOURCE.rglob("*.py")
        if "budget" not in path.relative_to(SOURCE).parts[:1]
        and re.search(r"\b(?:BudgetLine|Order)\.everything\b", path.read_text(encoding="utf-8"))
    ]
    assert others == []


@pytest.mark.django_db
@pytest.mark.parametrize("status", [one for one in BatchStatus if one != BatchStatus.CONFIRMED])
def test_a_line_out_of_force_is_seen_by_its_import_alone(town: Town, status: BatchStatus) -> None:
    year = open_year(town.finance, year=2026)
    batch = load(town, year, "DSI;2051;I;Licences;Éditeur;M-1;1000;1200;800\n")
    Order.objects.create(fiscal_year=year, batch=batch, row=1, nature="2051")
    for model, related in ((BudgetLine, "lines"), (Order, "orders")):
        assert model.objects.count() == 1
        assert getattr(year, related).count() == getattr(batch, related).count() == 1
    type(batch).objects.filter(pk=batch.pk).update(status=status)
    for model, related in ((BudgetLine, "lines"), (Order, "orders")):
        assert model.objects.count() == 0
        assert getattr(year, related).count() == getattr(batch, related).count() == 0
        assert model.everything.filter(batch=batch).count() == 1
    batch.refresh_from_db()
    assert batch.written.count() == 1
    # It goes with its import all the same.
    batch.delete()
    assert not BudgetLine.everything.exists()
    assert not Order.everything.exists()
