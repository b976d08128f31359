"""SCDL: real files break the schema, and are read all the same."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest

from portulan.budget.readers import open_reading
from portulan.budget.readers.lines import Reading, SourceLine
from portulan.budget.words import Act
from portulan.core.say.text import UnusableInputError

TITLES = (
    *("BGT_NATDEC", "BGT_ANNEE", "BGT_SIRET", "BGT_NOM", "BGT_CONTNAT", "BGT_NATURE"),
    *("BGT_NATURE_LABEL", "BGT_FONCTION", "BGT_OPERATION", "BGT_SECTION", "BGT_OPBUDG"),
    *("BGT_CODRD", "BGT_MTREAL", "BGT_MTPREV", "BGT_CREDOUV", "BGT_MTRAR3112"),
)
FEW = ("BGT_ANNEE", "BGT_SIRET", "BGT_CODRD")
USUAL = {
    "BGT_NATDEC": "Compte administratif",
    "BGT_ANNEE": "2025",
    "BGT_SIRET": "21220000000011",
    "BGT_NOM": "Brélévenez",
    "BGT_CONTNAT": "011",
    "BGT_NATURE": "6262",
    "BGT_NATURE_LABEL": "Frais de télécommunications",
    "BGT_SECTION": "fonctionnement",
    "BGT_OPBUDG": "réel",
    "BGT_CODRD": "dépense",
    "BGT_MTREAL": "1200.50",
}


def row(**fields: str) -> dict[str, str]:
    return USUAL | fields


def table(*rows: dict[str, str], separator: str = ",", titles: tuple[str, ...] = TITLES) -> str:
    lines = [separator.join(titles)]
    lines += [separator.join(fields.get(title, "") for title in titles) for fields in rows]
    return "\r\n".join(lines) + "\r\n"


def read(text: str | bytes) -> tuple[list[SourceLine], Reading]:
    data = text.encode() if isinstance(text, str) else text
    with open_reading(io.BytesIO(data)) as reading:
        return list(reading), reading


def codes(reading: Reading) -> list[str]:
    return [problem.kind.code for problem in reading.problems]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "iso-8859-15", "utf-16"])
def test_any_separator_and_encoding(separator: str, encoding: str) -> None:
    lines, reading = read(table(row(), row(), separator=separator).encode(encoding))
    assert reading.header.name == "Brélévenez"
    assert (reading.header.year, reading.header.siret) == (2025, "21220000000011")
    assert [line.realised for line in lines] == [Decimal("1200.50")] * 2
    assert codes(reading) == []


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (table(row()).encode(), "utf-8"),
        (table(row()).encode("utf-8-sig"), "utf-8-sig"),
        (table(row(BGT_NATURE_LABEL="L’œuvre")).encode("cp1252"), "cp1252"),
        (table(row(BGT_NATURE_LABEL="12 €")).encode("iso-8859-15"), "iso-8859-15"),
        (table(row()).encode("utf-16"), "utf-16"),
        (table(row()).encode("utf-16-le"), "utf-16-le"),
    ],
)
def test_the_encoding_is_seen_in_the_bytes(data: bytes, encoding: str) -> None:
    _, reading = read(data)
    assert reading.header.encoding == encoding


def test_the_words_of_the_schema_in_any_case_and_without_accents() -> None:
    lines, reading = read(
        table(
            row(BGT_OPBUDG="REEL", BGT_CODRD="Depense", BGT_SECTION="FONCTIONNEMENT"),
            row(BGT_OPBUDG="Ordre", BGT_CODRD="RECETTE", BGT_SECTION="Investissement"),
            row(BGT_OPBUDG="", BGT_CONTNAT="042", BGT_CODRD="D"),
        )
    )
    assert [(x.real, x.flow, x.section) for x in lines] == [
        (True, "expense", "F"),
        (False, "revenue", "I"),
        (False, "expense", "F"),
    ]
    assert codes(reading) == []


@pytest.mark.parametrize(
    ("fields", "section"),
    [
        ({"BGT_CONTNAT": "", "BGT_NATURE": "6262"}, "F"),
        ({"BGT_CONTNAT": "", "BGT_NATURE": "2183"}, "I"),
        ({"BGT_CONTNAT": "040", "BGT_NATURE": "7811"}, "I"),
        ({"BGT_CONTNAT": "", "BGT_NATURE": "023"}, "F"),
    ],
)
def test_an_empty_section_is_found_again(fields: dict[str, str], section: str) -> None:
    lines, _ = read(table(row(BGT_SECTION="", **fields)))
    assert lines[0].section == section


@pytest.mark.parametrize(
    ("kind", "delta", "problems"),
    [
        ("Décision modificative", True, []),
        ("BUDGET SUPPLEMENTAIRE", True, []),
        ("budget primitif", False, []),
        ("Compte financier unique", False, []),
        ("Budget participatif", False, ["unknown-document"]),
    ],
)
def test_the_kind_of_document(kind: str, delta: bool, problems: list[str]) -> None:
    _, reading = read(table(row(BGT_NATDEC=kind)))
    assert reading.header.delta is delta
    assert codes(reading) == problems


@pytest.mark.parametrize("text", ["1 200,50", "1200.50", "1.2005E3", "1\u202f200,50", "1200,5"])
def test_amounts_as_portals_write_them(text: str) -> None:
    lines, _ = read(table(row(BGT_MTREAL=text), separator=";"))
    assert lines[0].realised == Decimal("1200.50")


@pytest.mark.parametrize(
    ("texts", "amounts", "told"),
    [
        # Three decimals are what the schema allows; with commas, they may be thousands.
        (("1.250", "2.500"), ("1.250", "2.500"), []),
        (("1,250", "2,500"), ("1250", "2500"), ["unsure-amounts"]),
        (("1,250", "2,50"), ("1.250", "2.50"), []),
        (("1,250.5", "2,500"), ("1250.5", "2500"), []),
        (("", "7"), (None, "7"), []),
    ],
)
def test_the_decimal_mark_is_the_schema_s_unless_amounts_say_otherwise(
    texts: tuple[str, ...], amounts: tuple[str | None, ...], told: list[str]
) -> None:
    lines, reading = read(table(*(row(BGT_MTREAL=text) for text in texts), separator=";"))
    assert [one.realised for one in lines] == [one and Decimal(one) for one in amounts]
    assert codes(reading) == told


def test_a_header_says_what_the_first_row_says() -> None:
    _, reading = read(table(row(BGT_ANNEE="2025-2026", BGT_NATDEC="BP")))
    header = reading.header
    assert (header.format, header.year, header.act) == ("scdl", 2025, Act.PRIMARY)
    assert (header.siret, header.name, header.budget) == ("21220000000011", "Brélévenez", None)
    _, wrong = read(table(row(BGT_SIRET="2122000000001", BGT_NOM="", BGT_ANNEE="20255")))
    assert (wrong.header.siret, wrong.header.name, wrong.header.year) == (None, None, None)
    assert codes(wrong) == ["bad-siret", "no-year"]
    acts = {
        kind: read(table(row(BGT_NATDEC=kind)))[1].header.act
        for kind in ("bp", "DM", "bs", "CA", "cfu", "compte administratif", "?")
    }
    assert list(acts.values()) == [
        Act.PRIMARY, Act.AMENDING, Act.SUPPLEMENTARY, *[Act.CLOSING] * 3, None,
    ]  # fmt: skip


def test_every_cell_goes_to_its_place() -> None:
    amounts = {"BGT_MTPREV": "1", "BGT_CREDOUV": "2", "BGT_MTREAL": "3", "BGT_MTRAR3112": "4"}
    lines, _ = read(table(row(BGT_FONCTION=" 020 ", BGT_OPERATION="OP1", **amounts)))
    assert lines == [
        SourceLine(
            row=2, section="F", flow="expense", real=True, carried=False, chapter="011",
            nature="6262", function="020", operation="OP1",
            label="Frais de télécommunications",
            voted=Decimal(1), opened=Decimal(2), realised=Decimal(3), carried_over=Decimal(4),
        )
    ]  # fmt: skip


def test_titles_come_after_words_of_the_portal_in_any_order_and_twice() -> None:
    titles = ("bgt_codrd", "Bgt Mtreal", "BGT_NATURE", "BGT_MTREAL", "X")
    text = "Budget de Brélévenez\r\n;\r\n" + ";".join(titles) + "\r\nD;5;6262;9;x\r\n"
    lines, reading = read("#bgt_natdec bgt_annee bgt_nature\r\n" + text)
    assert [(one.row, one.nature, one.realised) for one in lines] == [(5, "6262", Decimal(5))]
    assert codes(reading) == ["optional-columns", "no-year"]


def test_what_changes_start_from_is_added_up_by_section() -> None:
    titles = (*TITLES, "BGT_MTBUDGPREC")
    rows = (
        row(BGT_MTBUDGPREC="100.50"),
        row(BGT_MTBUDGPREC="40", BGT_SECTION="investissement"),
        row(BGT_MTBUDGPREC="7", BGT_CODRD="recette"),
        row(BGT_MTBUDGPREC="7", BGT_OPBUDG="ordre"),
        row(),
    )
    changes = [one | {"BGT_NATDEC": "DM"} for one in rows]
    assert read(table(*changes, titles=titles))[1].before == {
        "F": Decimal("100.50"), "I": Decimal(40),
    }  # fmt: skip
    assert read(table(*rows, titles=titles))[1].before == {}


def test_a_row_without_an_account_is_kept_and_told_and_a_spaced_one_is_the_same_document() -> None:
    lines, reading = read(table(row(BGT_NATURE=""), row(BGT_SIRET=" 21220000000011 "), {}))
    assert [one.nature for one in lines] == [None, "6262"]
    assert [(one.kind.code, one.line) for one in reading.problems] == [("no-nature", 2)]
    assert reading.dropped == {"blank": 1}


def test_what_is_missing_is_told() -> None:
    few = ("BGT_NATURE", "BGT_CODRD", "BGT_MTREAL")
    lines, reading = read(table(row(), titles=few))
    assert lines[0].realised == Decimal("1200.50")
    assert lines[0].section == "F"
    assert (reading.header.year, reading.header.siret) == (None, None)
    assert codes(reading) == ["optional-columns", "no-year"]


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        (table(row(), titles=(*FEW, "BGT_MTREAL")), "missing-columns", "_NATURE"),
        (table(row(), titles=(*FEW, "BGT_NATURE")), "missing-columns", "_MTREAL"),
        (table(), "no-line", ""),
        (table({}), "no-line", ""),
        (table(row(BGT_OPBUDG="T")), "no-line", ""),
    ],
)  # fmt: skip
def test_what_gives_nothing_is_refused(text: str, code: str, said: str) -> None:
    with pytest.raises(UnusableInputError) as caught:
        read(text)
    assert caught.value.problem.kind.code == code
    assert said in caught.value.problem.message("fr")


def test_bad_rows_are_told_with_their_line_and_the_others_read() -> None:
    text = table(
        row(BGT_MTREAL="douze"),
        row(BGT_CODRD="?"),
        row(BGT_NATURE_LABEL='"sur\ndeux lignes"'),
        row(),
    )
    text += (
        "Compte administratif;2025;21220000000011\r\n" + text.splitlines()[-1] + ",,,\r\n,,,\r\n"
    )
    lines, reading = read(text)
    assert [line.row for line in lines] == [4, 6, 8]
    assert [(p.kind.code, p.line) for p in reading.problems] == [
        ("not-an-amount", 2),
        ("unknown-flow", 3),
        ("ragged-row", 7),
    ]
    assert reading.dropped == {"error": 3, "blank": 1}
    assert reading.read == reading.kept + sum(reading.dropped.values())


def test_two_documents_are_never_mixed() -> None:
    lines, reading = read(table(row(), row(BGT_ANNEE="2024"), row(BGT_SIRET="21220000000029")))
    assert len(lines) == 1
    assert codes(reading) == ["several-documents"] * 2
    assert reading.dropped == {"other-document": 2}


def test_codes_keep_their_zeros() -> None:
    lines, _ = read(table(row(BGT_NATURE="001", BGT_FONCTION="020", BGT_CONTNAT="001")))
    assert (lines[0].nature, lines[0].function, lines[0].carried) == ("001", "020", True)
