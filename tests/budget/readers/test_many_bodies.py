"""A file of many bodies: what each would give is told after one reading of the file for all."""

from __future__ import annotations

from random import Random

import pytest

from portulan.budget.readers import ledger
from tests.budget.readers.test_ledger import read

BODIES = [f"2199{number:05}" for number in range(12)]


def file_of(seed: int) -> str:
    chance, text = Random(seed), "SIREN;Compte;Libellé;Ouvert;Mandaté\n"
    for body in BODIES:
        for line in range(chance.randint(1, 6)):
            spent = chance.randint(1, 10**6)
            text += f"{body};2051;Lot {line};{spent + 7},00;{spent},50\n"
        text += f";;Total {body};1,00;1,00\n"  # which no body says: it is left with the others
    return text


@pytest.mark.parametrize("seed", range(4))
def test_one_reading_says_what_a_reading_for_each_says(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, readings, plain = file_of(seed), [], ledger._reading

    def counted(*given, **named):
        readings.append(given)
        return plain(*given, **named)

    monkeypatch.setattr(ledger, "_reading", counted)
    with pytest.raises(ledger.AskedError) as once:
        read(text)
    assert len(readings) == 2
    monkeypatch.setattr(ledger, "_of_each", lambda *_given: None)
    with pytest.raises(ledger.AskedError) as each:
        read(text)
    assert len(readings) == 2 + 1 + len(BODIES)
    (found,), (wanted,) = once.value.questions, each.value.questions
    assert found == wanted
    assert all(answer.totals for answer in found.answers)


def test_codes_of_budgets_are_asked_about_and_taken_for_no_amount() -> None:
    text = "Compte;Libellé;Budget;Mandaté\n2051;Licences;01;10,00\n6156;Maintenance;02;50,00\n"
    with pytest.raises(ledger.AskedError) as asked:
        read(text)
    (question,) = asked.value.questions
    assert question.problem.kind.code == "several-entities"
    assert [list(answer.totals.values()) for answer in question.answers] == [[10], [50]]
