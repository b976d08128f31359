"""TotEM: what real documents do, in small; and what must be refused."""

from __future__ import annotations

import io
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from portulan.budget.readers import open_reading
from portulan.budget.readers.lines import Header, Reading, SourceLine
from portulan.budget.words import Act, Stage
from portulan.core.money import TaxBasis
from portulan.core.say.text import UnusableInputError
from tests.totem import totem_act

NAMESPACE = "http://www.minefi.gouv.fr/cp/demat/docbudgetaire"


def line(**fields: str) -> str:
    known = {"CodRD": "D", "OpBudg": "0", **fields}
    return "<LigneBudget>" + "".join(f'<{k} V="{v}"/>' for k, v in known.items()) + "</LigneBudget>"


def document(
    *lines: str,
    kind: str = "09",
    nomenclature: str = "M57-M57_D",
    prolog: str = '<?xml version="1.0" encoding="UTF-8"?>',
) -> str:
    return f"""{prolog}<DocumentBudgetaire xmlns="{NAMESPACE}"><EnTeteDocBudgetaire>
<LibelleColl V="Brélévenez"/><IdColl V="21220000000011"/></EnTeteDocBudgetaire><Budget>
<EnTeteBudget><LibelleEtab V="Principal"/><IdEtab V="21220000000029"/>
<Nomenclature V="{nomenclature}"/></EnTeteBudget>
<BlocBudget><NatDec V="{kind}"/><Exer V="2025"/></BlocBudget>{"".join(lines)}</Budget>
</DocumentBudgetaire>"""


def read(text: str | bytes) -> tuple[list[SourceLine], Reading]:
    data = text.encode() if isinstance(text, str) else text
    with open_reading(io.BytesIO(data)) as reading:
        return list(reading), reading


def refusal(text: str | bytes) -> str:
    with pytest.raises(UnusableInputError) as caught:
        read(text)
    problem = caught.value.problem
    assert problem.message("fr")
    assert problem.message("en")
    return problem.kind.code


def test_a_line_and_its_header() -> None:
    lines, reading = read(
        document(
            line(Nature="6262", ContNat="011", Fonction="020", MtPrev="100.50", MtReal="-3.10",
                 CredOuv="120", MtRAR3112="0", Operation="OP1", LibCpte="Téléphone")
        )
    )  # fmt: skip
    header = reading.header
    assert (header.siret, header.name, header.budget) == (
        "21220000000029", "Brélévenez", "Principal",
    )  # fmt: skip
    assert (header.year, header.delta, header.tax_basis) == (2025, False, "TTC")
    (only,) = lines
    assert only.amounts == {
        Stage.VOTED: Decimal("100.50"),
        Stage.OPENED: Decimal(120),
        Stage.REALISED: Decimal("-3.10"),
        Stage.CARRIED_OVER: Decimal(0),
    }
    assert only.amount(Stage.COMMITTED) is None
    assert (only.section, only.flow, only.real, only.counts) == ("F", "expense", True, True)
    assert (only.nature, only.chapter, only.function, only.operation, only.label) == (
        "6262", "011", "020", "OP1", "Téléphone",
    )  # fmt: skip


ABOUT = '<InformationsGenerales><Information Code="PopTot" V="{}"/></InformationsGenerales>'


def headed(said: str = "", kind: str = "02", before: str = "", **silent: str) -> Header:
    """The header of a document of one line, with these words and without those."""
    text = document(line(Nature="6262", MtReal="1"), kind=kind)
    text = text.replace("</BlocBudget>", f"{said}</BlocBudget>")
    text = text.replace("<Budget>", f"{before}<Budget>")
    for name, value in silent.items():
        text = text.replace(f'<{name} V="{value}"/>', "")
    return read(text)[1].header


def test_a_header_says_what_the_document_says_and_no_more() -> None:
    # Statistics come first, and twice in a single account: the first that says something holds.
    before = ABOUT.format(" ") + ABOUT.format("2 140") + ABOUT.format("9")
    said = '<NumDec V="123456789012"/><DteDec V="2025-06-30"/><CodTypBud V="A"/>'
    assert headed(said, before=before) == Header(
        format="totem",
        encoding="utf-8",
        siret="21220000000029",
        name="Brélévenez",
        budget="Principal",
        nomenclature="M57-M57_D",
        year=2025,
        annex=True,
        act=Act.AMENDING,
        number="1234567890",
        voted_on=date(2025, 6, 30),
        tax_basis=TaxBasis.TTC,
        population=2140,
    )
    bare = headed('<CodTypBud V="P"/>', "99", IdEtab="21220000000029", Exer="2025")
    assert (bare.siret, bare.year, bare.act) == ("21220000000011", None, None)
    assert (bare.annex, bare.number, bare.voted_on, bare.population) == (False, None, None, None)
    # A single account has a date that is no vote.
    assert headed('<DteDec V="2025-01-01"/>', "09").voted_on is None
    assert headed(before=ABOUT.format("1234567890")).population is None
    acts = {kind: headed(kind=kind).act for kind in ("01", "02", "03", "09", "10", "04")}
    assert acts == {
        "01": Act.PRIMARY, "02": Act.AMENDING, "03": Act.SUPPLEMENTARY, "09": Act.CLOSING,
        "10": Act.CLOSING, "04": None,
    }  # fmt: skip


def test_a_document_without_a_year_says_so_and_statistics_between_lines_are_nothing() -> None:
    good = line(Nature="6262", MtReal="1")
    text = document(good, ABOUT.format("9"), good).replace('<Exer V="2025"/>', '<Exer V="25"/>')
    lines, reading = read(text)
    assert (len(lines), reading.read, reading.header.population) == (2, 2, None)
    assert [(one.kind.code, one.line) for one in reading.problems] == [("no-year", None)]


def test_what_changes_start_from_is_added_up_by_section() -> None:
    _, reading = read(
        document(
            line(Nature="6262", MtPrev="1", MtBudgPrec="100.50"),
            line(Nature="611", MtPrev="1", MtBudgPrec="9"),
            line(Nature="2051", MtPrev="1", MtBudgPrec="40"),
            line(Nature="7788", CodRD="R", MtPrev="1", MtBudgPrec="7"),
            line(Nature="6811", OpBudg="1", MtPrev="1", MtBudgPrec="7"),
            kind="02",
        )
    )
    assert reading.before == {"F": Decimal("109.50"), "I": Decimal(40)}
    _, whole = read(document(line(Nature="6262", MtPrev="1", MtBudgPrec="100"), kind="01"))
    assert whole.before == {}


@pytest.mark.parametrize(
    ("declared", "written", "said"),
    [
        # Windows tools write cp1252 and call it Latin-1: not worth a warning.
        ("ISO-8859-1", "cp1252", "L’œuvre"),
        ("windows-1252", "cp1252", "L’œuvre"),
        ("iso-8859-15", "iso-8859-15", "12 € à l’œil".replace("’", "'")),
        # Eight bits look alike: the one declared is believed.
        ("windows-1250", "cp1250", "Łódź"),
        ("iso-8859-1", "iso-8859-1", "Été"),
        ("UTF-16", "utf-16", "L’œuvre"),
    ],
)
def test_the_words_of_a_document_are_read_as_it_declares_them(
    declared: str, written: str, said: str
) -> None:
    prolog = f'<?xml version="1.0" encoding="{declared}"?>'
    text = document(line(Nature="6262", MtReal="1", LibCpte=said), prolog=prolog)
    lines, reading = read(text.replace("Brélévenez", "Brelevenez").encode(written))
    assert (lines[0].label, reading.problems) == (said, [])
    assert reading.header.encoding == declared.lower()


@pytest.mark.parametrize("code", ["Section", "Autre"])
def test_a_section_is_said_by_its_code_alone_and_the_first_holds(code: str) -> None:
    said = "".join(f'<CaracSup Code="{code}" V="{letter}"/>' for letter in "XIF")
    stated = line(Nature="6262", MtReal="1").replace("</Ligne", f"{said}</Ligne")
    lines, _ = read(document(stated))
    assert lines[0].section == ("I" if code == "Section" else "F")


def test_an_operation_is_its_number_else_its_account_else_its_authorisation() -> None:
    number = '<CaracSup Code="ProgAutoNum" V="AP1"/>'
    known = [("Operation", "OP1"), ("ContOp", "OP2")]
    found = []
    for given in (known, known[1:], []):
        text = line(Nature="2313", MtReal="1", **dict(given)).replace("</Ligne", f"{number}</Ligne")
        found += [one.operation for one in read(document(text))[0]]
    assert found == ["OP1", "OP2", "AP1"]
    lines, _ = read(document(line(Nature="2051", ContFon="903", MtReal="1")))
    assert (lines[0].chapter, lines[0].nature, lines[0].function) == ("903", "2051", None)


def test_values_may_be_written_in_two_tags_and_hold_others() -> None:
    said = line(Nature="6262", LibCpte="Téléphone", MtReal="1")
    opened = re.sub(r'<(\w+) (V="[^"]*")/>', r'<\1 \2><Nature V="9"/></\1>', said)
    assert read(document(opened))[0] == read(document(said))[0]


def test_totals_are_dropped_and_counted() -> None:
    calculated = line(Nature="6262", MtReal="9").replace(
        "<LigneBudget", '<LigneBudget calculated="true"'
    )
    lines, reading = read(
        document(line(Nature="6262", MtReal="1"), calculated, line(Nature="6262", OpBudg="T"))
    )
    assert len(lines) == reading.kept == 1
    assert reading.dropped == {"calculated": 1, "total": 1}
    assert reading.read == reading.kept + sum(reading.dropped.values())


@pytest.mark.parametrize(
    ("fields", "section"),
    [
        ({"Nature": "6262"}, "F"),
        ({"Nature": "2051"}, "I"),
        ({"Nature": "022"}, "F"),
        ({"Nature": "2051", "ContFon": "930"}, "F"),
        ({"Nature": "6262", "ContFon": "903"}, "I"),
        ({"Nature": "7811", "ContNat": "040"}, "I"),
    ],
)
def test_the_section_of_a_silent_line(fields: dict[str, str], section: str) -> None:
    lines, _ = read(document(line(**fields, MtReal="1")))
    assert lines[0].section == section


def test_a_stated_section_wins_over_the_chapter() -> None:
    stated = line(Nature="6262", ContNat="011", MtReal="1").replace(
        "</Ligne", '<CaracSup Code="TypOpe" V="1"/><CaracSup Code="Section" V="I"/></Ligne'
    )
    lines, _ = read(document(stated))
    assert lines[0].section == "I"


def test_order_carried_and_revenue_are_kept_apart() -> None:
    lines, _ = read(
        document(
            line(Nature="6811", OpBudg="1", MtReal="1"),
            line(Nature="002", CodRD="R", MtReal="1"),
            line(Nature="7788", CodRD="R", MtReal="1"),
        )
    )
    assert [(x.real, x.carried, x.counts, x.flow) for x in lines] == [
        (False, False, False, "expense"),
        (True, True, False, "revenue"),
        (True, False, True, "revenue"),
    ]


@pytest.mark.parametrize("kind", ["01", "02", "03", "09", "10"])
def test_amending_decisions_are_deltas(kind: str) -> None:
    _, reading = read(document(line(Nature="6262", MtPrev="-5"), kind=kind))
    assert reading.header.delta is (kind in ("02", "03"))


def test_a_single_account_and_its_foreign_elements() -> None:
    inside = document(line(Nature="6262", MtReal="1")).partition("?>")[2]
    cfu = (
        '<doccfu:CompteFinancierUnique xmlns:doccfu="urn:x"><DocumentComptable><LigneComptable/>'
        f'</DocumentComptable>{inside}<r:Budget xmlns:r="urn:r"><r:Code/></r:Budget>'
        "</doccfu:CompteFinancierUnique>"
    )
    lines, reading = read(cfu)
    assert len(lines) == 1
    assert reading.problems == []


def test_the_wrong_encoding_is_noticed_and_mended() -> None:
    prolog = '<?xml version="1.0" encoding="ISO-8859-1"?>'
    _, lied = read(document(line(Nature="6262", MtReal="1"), prolog=prolog))
    assert [problem.kind.code for problem in lied.problems] == ["wrong-encoding"]
    assert (lied.header.encoding, lied.header.name) == ("iso-8859-1", "Brélévenez")
    _, honest = read(document(line(Nature="6262", MtReal="1"), prolog=prolog).encode("latin-1"))
    assert (honest.problems, honest.header.name) == ([], "Brélévenez")
    _, other = read(document(line(Nature="6262", MtReal="1")).encode("latin-1"))
    assert [problem.kind.code for problem in other.problems] == ["wrong-encoding"]
    assert (other.header.encoding, other.header.name) == ("utf-8", "Brélévenez")


def test_a_bad_line_is_told_with_its_row_and_the_others_are_read() -> None:
    lines, reading = read(
        document(
            "\n" + line(Nature="6262", MtReal="12,,5"),
            "\n" + line(Nature="6262", CodRD="?"),
            "\n" + line(Nature="6262", MtReal="1811,84"),
        )
    )
    assert [x.realised for x in lines] == [Decimal("1811.84")]
    assert [(p.kind.code, p.line, p.is_error) for p in reading.problems] == [
        ("not-an-amount", 6, True),
        ("unknown-flow", 7, True),
    ]
    assert reading.dropped == {"error": 2}


def test_two_budgets_are_never_mixed() -> None:
    one = document(line(Nature="6262", MtReal="1"))
    two = one.replace("</DocumentBudgetaire>", one[one.index("<Budget>") :])
    lines, reading = read(two)
    assert len(lines) == 1
    assert [problem.kind.code for problem in reading.problems] == ["several-budgets"]
    assert (reading.read, reading.kept, reading.dropped) == (2, 1, {"other-budget": 1})


def test_the_same_complaint_is_told_a_hundred_times_at_most() -> None:
    good = line(Nature="6262", MtReal="1")
    _, reading = read(document(good, *[line(Nature="6262", MtReal="x")] * 250))
    assert len(reading.problems) == 101
    assert reading.problems[-1].kind.code == "more-errors"
    assert reading.problems[-1].values["count"] == 150


def test_lines_beyond_the_reach_of_short_numbers() -> None:
    lines, _ = read(document("\n" * 70_000 + line(Nature="6262", MtReal="1")))
    assert lines[0].row == 70_005


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty-file"),
        ("   \n", "empty-file"),
        ("<DocumentBudgetaire/>", "no-budget"),
        (document(), "no-line"),
        (document(line(Nature="6262", OpBudg="T")), "no-line"),
        (document(line(Nature="6262", MtReal="1"))[:-30], "invalid-xml"),
        (document(line(Nature="6262", MtReal="1"))[:500], "invalid-xml"),
        ("<Nomenclature/>", "not-totem"),
        ("<!DOCTYPE html><html></html>", "not-totem"),
        ('<!DOCTYPE a [<!ENTITY b "c">]>' + document(), "doctype"),
        ('<?xml version="1.0"?><!-- a --><!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "doctype"),
        (document().encode("utf-16")[:-1], "not-text"),
        (b"<DocumentBudgetaire>\x00\x01\x02", "not-text"),
        (b"%PDF-1.7 ...", "wrong-type"),
        (b"\x89PNG\r\n\x1a\n", "wrong-type"),
        (b"\x1f\x8b\x08\x00", "damaged-archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old-workbook"),
    ],
)  # fmt: skip
def test_what_is_no_accounts_is_refused_with_a_sentence(text: str | bytes, code: str) -> None:
    assert refusal(text) == code


def test_bytes_that_the_declared_encoding_lacks_are_no_text() -> None:
    prolog = '<?xml version="1.0" encoding="iso-8859-3"?>'
    data = document(line(Nature="6262", LibCpte="¥"), prolog=prolog).encode("latin-1")
    assert refusal(data) == "not-text"


def test_utf16_is_read() -> None:
    prolog = '<?xml version="1.0" encoding="UTF-16"?>'
    text = document(line(Nature="6262", MtReal="1"), prolog=prolog).encode("utf-16")
    _, reading = read(text)
    assert reading.header.name == "Brélévenez"


def test_the_number_of_an_authorisation_stands_for_an_operation_without_one(tmp_path: Path) -> None:
    path = tmp_path / "ap.xml"
    said = totem_act({"Nature": "2313", "MtPrev": "10"}, decision="01").replace(
        b'<OpBudg V="0"/>', b'<OpBudg V="0"/><CaracSup Code="ProgAutoNum" V="D 2013I05 2013"/>'
    )
    path.write_bytes(said)
    with open_reading(path) as reading:
        assert [line.operation for line in reading] == ["D 2013I05 2013"]
