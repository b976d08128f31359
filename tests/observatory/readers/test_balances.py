"""Balances as published, in every layout: the same cents, or a sentence."""

from __future__ import annotations

import gzip
import io
import random
import zipfile
from collections.abc import Sequence

import pytest

from portulan.core.say.text import UnusableInputError
from portulan.observatory.readers import balances
from portulan.observatory.readers.files import read_stream
from portulan.observatory.readers.records import Accounts, Reading
from tests.observatory.world import COLUMNS, Budget, balances_of, text_of, towns

TOWNS = towns(6, seed=3)


def read(raw: bytes | str, name: str = "balances.csv") -> Reading[Accounts]:
    data = raw.encode() if isinstance(raw, str) else raw
    (reading,) = read_stream(io.BytesIO(data), name, lambda _rows: None)
    return reading


def spent(reading: Reading[Accounts]) -> dict[str, dict[str, int]]:
    return {
        one.siren: {code: its.spent for code, its in one.certain.items()} for one in reading.found
    }


def codes(reading: Reading[Accounts]) -> list[str]:
    return [problem.kind.code for problem in reading.problems]


EXPECTED = {
    one.siren: {code: one.accounts[code][0] for code in ("2051", "21838", "65811", "6262")}
    for one in TOWNS
}


def shuffled(seed: int) -> list[str]:
    order = list(COLUMNS)
    random.Random(seed).shuffle(order)
    return order


@pytest.mark.parametrize(
    ("dialect", "encoding"),
    [
        ({}, "utf-8"),
        ({"title": str.upper, "comma": True}, "iso-8859-1"),
        ({"columns": shuffled(1)}, "utf-8-sig"),
        ({"columns": shuffled(2), "delimiter": ",", "comma": True, "quoting": 1}, "utf-8"),
        ({"columns": shuffled(3), "delimiter": "\t", "title": str.upper}, "utf-16"),
        ({"delimiter": "|", "lineterminator": "\r\n"}, "utf-8"),
        ({"title": lambda name: f"{name}\t" if name == "compte" else name}, "cp1252"),
    ],
)
def test_a_layout_changes_no_cent(dialect: dict[str, object], encoding: str) -> None:
    reading = read(balances_of(TOWNS, **dialect).encode(encoding))
    assert spent(reading) == EXPECTED
    assert codes(reading) == []
    assert all(one.whole for one in reading.found)


def test_rows_in_any_order_are_the_same_budgets() -> None:
    rows = [row for one in TOWNS for row in one.rows()]
    random.Random(4).shuffle(rows)
    reading = read(text_of(rows))
    assert spent(reading) == EXPECTED
    assert codes(reading) == []


def test_an_archive_reads_as_what_it_holds() -> None:
    text = balances_of(TOWNS)
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("lisez-moi.md", "rien")
        archive.writestr("2024.csv", text)
    assert spent(read(zipped.getvalue(), "a.zip")) == EXPECTED
    assert spent(read(gzip.compress(text.encode()), "a.csv.gz")) == EXPECTED


def test_spending_is_real_and_net_of_credits_on_class_6_alone() -> None:
    """The worked example of true rows: what is of order is not spent, a refund is a revenue."""
    town = Budget(
        1,
        100,
        accounts={
            "2051": (264_825_524, 11_485_176, 7_447_060, 11_485_176),
            "21838": (100_000, 5_000, 0, 0),
            "6262": (1_000, 2_400, 0, 0),
            "6817": (40_000, 0, 0, 0),
            "675": (9_000, 0, 0, 0),
            "204182": (70_000, 0, 0, 0),
            "238": (0, 300, 0, 0),
            "70876": (0, 500, 0, 0),
            "62876": (700, 0, 0, 0),
        },
    )
    (found,) = read(balances_of([town])).found
    assert {code: its.spent for code, its in found.certain.items()} == {
        "2051": 257_378_464,
        "21838": 100_000,
        "6262": -1_400,
    }
    assert found.operating == -1_400 + 700
    assert found.equipment == 257_378_464 + 100_000 - 300
    assert (found.paid_to_grouping, found.received_by_grouping) == (700, 500)


def test_a_nomenclature_says_what_an_account_is() -> None:
    accounts = dict.fromkeys(("2185", "6512", "65811", "2051", "2183"), (100, 0, 0, 0))

    def certain(nomen: str) -> set[str]:
        (found,) = read(balances_of([Budget(1, 100, nomen=nomen, accounts=accounts)])).found
        return set(found.certain)

    for nomen in ("M57", "M57A", "M52", "M71"):
        assert certain(nomen) == {"2051", "2183", "2185", "65811"}, nomen
    for nomen in ("M14", "M14A", "M4", "M49", "M43"):
        assert certain(nomen) == {"2051", "2183", "6512"}, nomen
    assert certain("M61") == {"2051", "2183", "65811"}


def test_functions_of_an_account_add_up_and_a_budget_is_read_apart() -> None:
    town = TOWNS[0]
    rows = []
    for row in town.rows():
        third = {name: f"{round(float(row[name]) * 100) // 3 / 100:.2f}" for name in COLUMNS[-10:]}
        rest = {
            name: f"{(round(float(row[name]) * 100) - round(float(third[name]) * 100)) / 100:.2f}"
            for name in COLUMNS[-10:]
        }
        rows += [row | third | {"fonction": "020"}, row | rest | {"fonction": "211"}]
    water = Budget(1, None, budget="3", nomen="M49", accounts={"2051": (5, 0, 0, 0)})
    reading = read(text_of([*rows, *water.rows()]))
    main, annex = reading.found
    assert {code: its.spent for code, its in main.certain.items()} == EXPECTED[town.siren]
    assert (annex.budget, annex.certain["2051"].spent, main.whole) == ("3", 5, True)


def test_rows_there_twice_and_totals_of_finer_accounts_count_once() -> None:
    rows = [row for one in TOWNS for row in one.rows()]
    twice = read(text_of([*rows, *rows]))
    assert (spent(twice), codes(twice)) == (EXPECTED, ["duplicate-rows"])
    again = read(text_of([row for row in rows for _ in range(2)]))
    assert (spent(again), codes(again)) == (EXPECTED, ["duplicate-rows"])
    town = TOWNS[0]
    (of_computers,) = [row for row in town.rows() if row["compte"] == "21838"]
    above = [of_computers | {"compte": code} for code in ("2183", "218")]
    totalled = read(text_of([*town.rows(), *above]))
    assert spent(totalled) == {town.siren: EXPECTED[town.siren]}
    assert codes(totalled) == ["subtotal-rows"]


def test_a_row_written_again_far_from_its_budget_counts_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One that is as much debit as credit would unbalance nothing."""
    even = Budget(80, None, accounts={"2051": (4_000, 4_000, 0, 0), "6262": (500, 0, 0, 0)})
    rows = [row for one in [even, *TOWNS] for row in one.rows()]
    wanted = EXPECTED | {even.siren: {"2051": 4_000, "6262": 500}}
    for most in (500_000, 1):
        monkeypatch.setattr(balances, "_MOST_AT_ONCE", most)
        reading = read(text_of([*rows, rows[0], rows[4], rows[4], rows[-1]]))
        assert (spent(reading), codes(reading)) == (wanted, ["duplicate-rows"])
        assert all(one.whole for one in reading.found)
    rows[0] = rows[0] | {"becre": "?"}
    bad = read(text_of([*rows, *rows[:2]]))
    assert codes(bad) == ["not-an-amount", "duplicate-rows"]


def test_a_budget_that_does_not_balance_is_said_and_not_whole() -> None:
    rows = TOWNS[0].rows()
    lost = read(text_of(rows[:-1]))
    assert codes(lost) == ["unbalanced-budget"]
    changed = [row | {"obnetdeb": "12.34"} if row["compte"] == "2051" else row for row in rows]
    altered = read(text_of(changed))
    assert codes(altered) == ["unbalanced-budget"]
    assert not any(one.whole for one in [*lost.found, *altered.found])
    short = read(balances_of(TOWNS[:1], columns=[name for name in COLUMNS if name != "sd"]))
    assert (codes(short), short.found[0].whole) == (["unchecked-balance"], False)


def test_a_row_that_says_no_amount_is_said_and_the_budget_is_not_whole() -> None:
    rows = [row | {"becre": "?"} if row["compte"] == "6262" else row for row in TOWNS[0].rows()]
    reading = read(text_of(rows))
    assert (codes(reading), reading.found[0].whole) == (["not-an-amount"], False)


@pytest.mark.parametrize("text", ["100000000000", "9" * 17, "1" + "0" * 30, "-2e14"])
def test_what_no_account_is_worth_is_said_and_not_taken(text: str) -> None:
    rows = [row | {"obnetdeb": text} if row["compte"] == "6262" else row for row in TOWNS[0].rows()]
    reading = read(text_of(rows))
    assert codes(reading)[0] in ("implausible-amount", "not-an-amount")
    assert not reading.found[0].whole
    assert spent(reading)[TOWNS[0].siren]["6262"] <= 10**13


@pytest.mark.parametrize("part", [0.35, 0.5, 0.77])
def test_a_file_cut_in_the_middle_is_refused(part: float) -> None:
    text = balances_of(TOWNS)
    packed = gzip.compress(text.encode())
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", text)
    line = text[: int(len(text) * part)].rpartition("\n")[0] + "\n2024;2199"
    for raw in (line.encode(), packed[: int(len(packed) * part)]):
        with pytest.raises(UnusableInputError) as refused:
            read(raw)
        assert refused.value.problem.kind.code == "cut-file"
    with pytest.raises(UnusableInputError):
        read(zipped.getvalue()[: int(len(zipped.getvalue()) * part)])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a;b\n1;2\n", "unknown-layout"),
        (";".join(COLUMNS) + "\n", "no-rows"),
        ("", "empty-file"),
        ('{"marches": 3}', "not-json"),
        (";".join(name for name in COLUMNS if name != "nomen") + "\n1;2\n", "lacking-columns"),
    ],
)
def test_what_is_no_public_file_is_refused_in_a_sentence(text: str, code: str) -> None:
    with pytest.raises(UnusableInputError) as refused:
        read(text)
    assert refused.value.problem.kind.code == code
    assert refused.value.problem.message("fr") != refused.value.problem.message("en")


def test_what_is_provisional_is_left_out() -> None:
    rows: Sequence[dict[str, str]] = TOWNS[0].rows()
    reading = read(text_of([*rows, *(row | {"bal": "PROV"} for row in rows)]))
    assert (codes(reading), spent(reading)) == (
        ["provisional-rows"],
        {TOWNS[0].siren: EXPECTED[TOWNS[0].siren]},
    )


def archive_of(**members: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in members.items():
            archive.writestr(name.replace("_", "."), text)
    return out.getvalue()


def test_a_text_beside_the_data_is_left_and_told() -> None:
    text = balances_of(TOWNS)
    said = {"LISEZMOI_txt": "Balances des communes.\nSource : DGFiP.\n", "vide_csv": ""}
    reading = read(archive_of(**said, a_csv=text), "a.zip")
    assert spent(reading) == EXPECTED
    assert codes(reading).count("member-left") == 2
    with pytest.raises(UnusableInputError):
        read(archive_of(**said), "a.zip")


@pytest.mark.parametrize("at", [1, 3, 40])
def test_a_budget_cut_in_two_members_is_one(at: int) -> None:
    title, *rows = balances_of(TOWNS).splitlines(keepends=True)
    halves = {"b_csv": "".join([title, *rows[at:]]), "a_csv": "".join([title, *rows[:at]])}
    reading = read(archive_of(**halves), "a.zip")
    assert spent(reading) == EXPECTED
    assert codes(reading) == []
    assert all(one.whole for one in reading.found)


def test_a_column_there_twice_and_one_that_lacks_are_named() -> None:
    lines = balances_of(TOWNS).splitlines()
    mark = next(one for one in ";,|\t" if one in lines[0])
    again = [f"{line}{mark}{'obnetdeb' if not at else '7'}" for at, line in enumerate(lines)]
    with pytest.raises(UnusableInputError) as refused:
        read("\n".join(again))
    assert "OBNETDEB" in refused.value.problem.message("fr")
    place = [one.strip('"').casefold() for one in lines[0].split(mark)].index("siren")
    without = [
        mark.join(cell for at, cell in enumerate(line.split(mark)) if at != place) for line in lines
    ]
    with pytest.raises(UnusableInputError) as refused:
        read("\n".join(without))
    assert refused.value.problem.kind.code == "lacking-columns"
    assert "SIREN" in refused.value.problem.message("fr")
