"""Cells in a person’s own spelling: the same words, dates and euros, or a refusal to guess."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan.plans.tables import values
from portulan.plans.tables.values import NotUnderstoodError
from portulan.plans.words import Progress


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("31/12/2026", "2026-12-31", "2026-12-31"),
        ("1er mars 26", "2026-03-01", "2026-03-01"),
        (date(2026, 6, 30), "2026-06-30", "2026-06-30"),
        (46_000, "2025-12-09", "2025-12-09"),
        ("sept. 2026", "2026-09-01", "2026-09-30"),
        ("02/2028", "2028-02-01", "2028-02-29"),
        ("3ème trimestre 2026", "2026-07-01", "2026-09-30"),
        ("S2 2026", "2026-07-01", "2026-12-31"),
        (2026, "2026-01-01", "2026-12-31"),
        ("2025 à 2027", "2025-01-01", "2027-12-31"),
        ("fin 2026", None, "2026-12-31"),
        ("début mars 2026", "2026-03-01", None),
        ("31/02/2026", None, None),
        ("printemps 2026", None, None),
        ("mi-2026", None, None),
    ],
)
def test_a_period_starts_on_its_first_day_and_ends_on_its_last(
    said: object, first: str | None, last: str | None
) -> None:
    for read, wanted in ((values.start_of, first), (values.end_of, last)):
        if wanted is None:
            with pytest.raises(NotUnderstoodError):
                read(said)  # type: ignore[arg-type]
        else:
            assert read(said) == wanted  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "scale", "euros"),
    [
        ("12 k€", 1, "12000.00"),
        ("€12k", 1, "12000.00"),
        ("€ 1,200.50", 1, "1200.50"),
        ("12,5K€", 1000, "12500.00"),
        (12, 1000, "12000.00"),
        ("12 000 €", 1000, "12000.00"),
        ("1,2 M€", 1, "1200000.00"),
        ("15 milliers d’euros", 1, "15000.00"),
        ("0", 1, "0.00"),
        ("gratuit", 1000, "0.00"),
        ("À chiffrer", 1, "unknown"),
        ("environ 12 k€", 1, None),
        ("10 à 15 k€", 1, None),
        (-5, 1, None),
    ],
)
def test_euros_are_read_exactly_or_not_at_all(said: object, scale: int, euros: str | None) -> None:
    if euros is None:
        with pytest.raises(NotUnderstoodError):
            values.amount(said, scale=scale)  # type: ignore[arg-type]
    else:
        assert values.amount(said, scale=scale) == euros  # type: ignore[arg-type]


@given(st.decimals(0, 10**9, places=2), st.sampled_from(["{} €", "{}", "{} € TTC", "{} euros"]))
def test_any_amount_comes_back_from_french_spelling(amount: Decimal, spelling: str) -> None:
    text = f"{amount:,.2f}".replace(",", "\u202f").replace(".", ",")
    assert values.amount(spelling.format(text)) == f"{amount:.2f}"


def test_a_level_is_no_progress_and_an_unsure_word_is_neither() -> None:
    assert values.level("RÉALISATION") == "3"
    assert values.level("2 – expérimentation") == "2"
    assert values.level("Mise en œuvre") == "3"
    for word in ("Réalisé", "niveau 1", "Réflexion / expérimentation"):
        with pytest.raises(NotUnderstoodError):
            values.level(word)
    assert values.progress("Réalisée").progress is Progress.DONE
    assert values.progress("non commencées").progress is Progress.TODO
    assert values.progress("50 %").progress is Progress.IN_PROGRESS
    assert values.progress(1).progress is Progress.DONE
    assert values.progress("En retard") == values.Step(Progress.IN_PROGRESS, late=True)
    with pytest.raises(NotUnderstoodError):
        values.progress("peut-être")


def test_codes_of_practices_are_found_among_words() -> None:
    assert values.codes("a.5, D.2 ; a.5") == ("a.5", "d.2")
    assert values.codes("BP a.10 : dédier un budget") == ("a.10",)
