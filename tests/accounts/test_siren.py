"""The check digit of a SIREN."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from portulan.core.say.country import is_siren


@given(st.from_regex(r"[0-9]{8}", fullmatch=True), st.integers(0, 8), st.integers(1, 9))
def test_one_last_digit_fits_and_one_wrong_digit_is_seen(start: str, place: int, more: int) -> None:
    (siren,) = (start + last for last in "0123456789" if is_siren(start + last))
    other = str((int(siren[place]) + more) % 10)
    assert not is_siren(siren[:place] + other + siren[place + 1 :])


def test_public_bodies_have_theirs() -> None:
    # La Poste, a town of Morbihan, Insee: public facts of Sirene.
    assert all(map(is_siren, ("356000000", "215600461", "120027016")))
