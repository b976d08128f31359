"""Values inside the sentences of rules."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan.core.say.text import Text
from portulan.core.say.values import Count, Day, Euros, Number


@pytest.mark.parametrize(
    ("value", "french", "english"),
    [
        (Day(date(2026, 3, 1)), "01/03/2026", "1 Mar 2026"),
        (Text("oui", "yes"), "oui", "yes"),
        (Number(Decimal("1234.50"), "To"), "1\u202f234,5\u00a0To", "1,234.5\u00a0To"),
        (Number(Decimal("44.0000"), "%"), "44\u00a0%", "44%"),
        (Number(Decimal("1.16"), "ratio"), "1,16", "1.16"),
        (Number(Decimal("-0.5")), "\u22120,5", "\u22120.5"),
        (Number(Decimal(100)), "100", "100"),
        (Euros(Decimal("999.99")), "1\u202f000\u00a0€", "€1,000"),
        (Euros(Decimal(1500)), "1,5\u00a0k€", "€1.5k"),
        (Euros(Decimal(48000)), "48\u00a0k€", "€48k"),
        (Euros(Decimal(1234567)), "1\u202f235\u00a0k€", "€1,235k"),
    ],
)
def test_values_are_said_in_both_languages(value: object, french: str, english: str) -> None:
    assert f"{value:fr}" == french
    assert f"{value:en}" == english


@given(st.integers(0, 10_000))
def test_words_agree_with_their_number(number: int) -> None:
    said = f"{Count(number):jour|jours}"
    assert said.startswith(f"{number}\u00a0")
    assert said.endswith("jours") == (number > 1)
