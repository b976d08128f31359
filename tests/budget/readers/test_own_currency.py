"""Amounts in the organisation’s own currency are read; only another is refused."""

from __future__ import annotations

import io

import pytest

from portulan.budget.imports.inspection import inspect
from portulan.core.say.country import settled
from portulan.core.say.text import UnusableInputError

# Of each country: its currency, and how its tools write it.
WRITTEN = {
    ("FRA", "EUR"): ("€", "EUR", "euros"),
    ("CHE", "CHF"): ("CHF",),
    ("SEN", "XOF"): ("XOF", "FCFA"),
    ("CAN", "CAD"): ("CAD", "$"),
}
EVERY = [(here, said) for here, words in WRITTEN.items() for said in words]


def read(title: str, cell: str, currency: str) -> dict[str, object]:
    rows = f"2051;Licences;100,00{cell};{currency}\n6262;Lignes;50,00{cell};{currency}\n"
    content = f"Compte;Libellé;{title};Devise\n{rows}".encode()
    return inspect(io.BytesIO(content), name="gl.csv")


@pytest.mark.parametrize(("here", "said"), EVERY)
@pytest.mark.parametrize("where", ["title", "cell", "column"])
def test_its_own_currency_is_read_wherever_it_is_said(here, said, where):
    title = f"Mandaté ({said})" if where == "title" else "Mandaté"
    cell = f" {said}" if where == "cell" else ""
    with settled(*here):
        document = read(title, cell, said if where == "column" else "")
    assert not document["problems"]
    spent = [t["amount"] for t in document["totals"] if t["flow"] == "expense"]
    assert spent == ["50.00", "100.00"]


@pytest.mark.parametrize(("here", "said"), EVERY)
@pytest.mark.parametrize("other", WRITTEN)
def test_another_currency_is_refused(here, said, other):
    if other == here or said in WRITTEN[other]:
        return
    with settled(*other):
        with pytest.raises(UnusableInputError) as refused:
            read(f"Mandaté ({said})", "", "")
        assert refused.value.problem.kind.code == "other-currency-title"
        codes = {problem["code"] for problem in read("Mandaté", "", said)["problems"]}
    assert codes == {"other-currency"}
