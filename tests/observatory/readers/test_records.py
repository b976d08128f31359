"""Accounts that are kept packed are those that were given."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from portulan.accounts.words import LegalForm
from portulan.observatory.readers.records import Accounts, Movements, Packed

CENTS = st.integers(-(2**70), 2**70)
MOVED = st.dictionaries(
    st.text("0123456789", min_size=3, max_size=8), st.builds(Movements, *[CENTS] * 5), max_size=3
)
ACCOUNTS = st.builds(
    Accounts,
    year=st.integers(2010, 2100),
    form=st.sampled_from(LegalForm),
    whole=st.booleans(),
    certain=MOVED,
    mixed=MOVED,
    **dict.fromkeys(("rows", "moved", "closed", "operating", "equipment"), CENTS),
    **dict.fromkeys(("siren", "budget", "ident", "name", "department", "region"), st.text()),
)


@given(st.lists(ACCOUNTS, max_size=4))
def test_what_is_packed_comes_back(given_: list[Accounts]) -> None:
    packed = Packed(given_)
    assert list(packed) == packed[:] == given_
    assert len(packed) == len(given_)
    for one in given_[:1]:
        packed.append(one)
        assert packed[-1] == one
        assert isinstance(packed[-1].form, LegalForm)
