"""Whatever the bytes, accounts are read or refused with a sentence; nothing else ever happens."""

from __future__ import annotations

import io
import json
import unicodedata
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portulan.budget.imports.inspection import inspect
from portulan.budget.readers import FORMATS, open_reading
from portulan.budget.readers.ledger import columns
from portulan.core.folding import SHOWN
from portulan.core.say.text import Problem, UnusableInputError
from tests.hostile.corpus import corpus, truncated
from tests.hostile.seeds import ACCOUNTS, OTHER_ACCOUNTS

EVERY = ACCOUNTS | OTHER_ACCOUNTS
SOME = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def check_sentence(problem: Problem) -> None:
    """A problem says the same in two languages, briefly, and commands no terminal."""
    for sentence in (problem.message("fr"), problem.message("en")):
        assert 10 < len(sentence) < SHOWN * 5
        assert not {unicodedata.category(char) for char in sentence} & {"Cc", "Cf", "Cs"}
    assert problem.message("fr") != problem.message("en")


def read_or_refuse(data: bytes) -> None:
    """Read as the command line, the preview and the choice of columns do."""
    try:
        with open_reading(io.BytesIO(data)) as reading:
            for line in reading:
                for amount in line.amounts.values():
                    assert amount.is_finite()
                    assert abs(amount) < Decimal(10) ** 14, "no column of amounts takes it"
            problems = reading.problems
        assert reading.read == reading.kept + sum(reading.dropped.values())
    except UnusableInputError as error:
        problems = [error.problem]
    for problem in problems:
        check_sentence(problem)
    for read in (inspect, columns):
        try:
            found = read(io.BytesIO(data))
        except UnusableInputError as error:
            check_sentence(error.problem)
        else:
            if isinstance(found, dict):
                json.dumps(found).encode()


def test_every_reader_has_a_seed() -> None:
    assert set(ACCOUNTS) == set(FORMATS)
    for name, data in ACCOUNTS.items():
        document = inspect(io.BytesIO(data))
        assert (document["format"], bool(document["rows"]["kept"])) == (name, True)


@pytest.mark.parametrize(("name", "data"), [pytest.param(*one, id=one[0]) for one in corpus()])
def test_a_nasty_file_is_read_or_refused(name: str, data: bytes) -> None:
    read_or_refuse(data)


@pytest.mark.parametrize("name", EVERY)
def test_a_file_cut_anywhere_is_read_or_refused(name: str) -> None:
    for piece in truncated(EVERY[name]):
        read_or_refuse(piece)


@SOME
@given(data=st.one_of(st.binary(max_size=400), st.text(max_size=300).map(str.encode)))
def test_arbitrary_bytes(data: bytes) -> None:
    read_or_refuse(data)


@st.composite
def mutated(draw: st.DrawFn, original: bytes) -> bytes:
    """A file with a few bytes replaced, removed or repeated, or its rows in another order."""
    data = bytearray(original)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, max(0, len(data) - 1)))
        end = min(len(data), start + draw(st.integers(0, 12)))
        odd = st.sampled_from([b"\x00", b'"', b"<", b"&lol;", b";;", b"\n", b"\xff", b"1e99"])
        data[start:end] = draw(st.one_of(odd, st.binary(max_size=6), st.just(bytes(data[:end]))))
    if draw(st.booleans()):
        rows = bytes(data).split(b"\n")
        data = bytearray(b"\n".join(draw(st.permutations(rows)) if len(rows) < 40 else rows))
    return bytes(data)


@pytest.mark.parametrize("name", EVERY)
def test_mutations_are_read_or_refused(name: str) -> None:
    @SOME
    @given(data=mutated(EVERY[name]))
    def check(data: bytes) -> None:
        read_or_refuse(data)

    check()


@SOME
@given(
    amount=st.decimals("-99999999999.99", "99999999999.99", places=2),
    codec=st.sampled_from(["utf-8", "utf-16", "cp1252"]),
)
def test_amounts_stay_exact(amount: Decimal, codec: str) -> None:
    """As SCDL and as a ledger, with a comma or an exponent, an amount is the one written."""
    comma = f"{amount:f}".replace(".", ",")
    scaled = f"{amount.scaleb(3):f}E-3"
    for written in (comma, scaled):
        for text in (
            f"Compte;Libellé;Mandaté\n6262;x;{written}\n2051;y;0,01\n",
            f"BGT_NATURE;BGT_CODRD;BGT_MTREAL\n6262;D;{written}\n2051;D;0,01\n",
        ):
            with open_reading(io.BytesIO(text.encode(codec))) as reading:
                assert next(iter(reading)).realised == amount, written
