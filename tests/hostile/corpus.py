"""Nasty accounts, made here from sound ones: what breaks readers, exhausts machines or lies.

Each is small, or compresses to little; what they claim is not.
"""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Iterator

from tests.hostile.seeds import ACCOUNTS, LEDGER, OTHER_ACCOUNTS, SCDL, workbook
from tests.totem import totem

ACCOUNTS_OF_ASTRE = OTHER_ACCOUNTS["astre as text"]
TITLES = "Compte;Libellé;Mandaté\n"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ESC = "\x1b]0;title\x07\x1b[2J\x9b31m\u202e\u200b"


def corpus() -> Iterator[tuple[str, bytes]]:
    """Yield (name, bytes) of every nasty file."""
    yield from _texts()
    yield from _ledgers()
    yield from _xml()
    yield from _archives()
    yield from _sheets()
    yield from _documents()


def truncated(data: bytes) -> Iterator[bytes]:
    """Yield a file cut at each of its structural points: lines, tags, and parts of archives."""
    points = {at for mark in (b"\n", b";", b"<", b">", b'"', b"PK") for at in _every(data, mark)}
    for at in sorted(points)[:120]:
        yield data[:at]
        yield data[: at + 1]


def _every(data: bytes, mark: bytes) -> Iterator[int]:
    at = data.find(mark)
    while at >= 0:
        yield at
        at = data.find(mark, at + 1)


def _texts() -> Iterator[tuple[str, bytes]]:
    yield "nothing", b""
    yield "blank", b" \r\n\t\n"
    yield "zeros", bytes(5000)
    yield "only titles", TITLES.encode()
    yield "only titles, scdl", SCDL.partition("\r\n")[0].encode()
    for codec in ("utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252", "iso-8859-15", "cp850"):
        yield f"ledger in {codec}", LEDGER.encode(codec, "replace")
    for mark in (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\x00\x00"):
        yield f"mark {mark!r} before another encoding", mark + LEDGER.encode("cp1252", "replace")
    yield "two marks", b"\xef\xbb\xbf" * 2 + LEDGER.encode()
    yield "mixed newlines", LEDGER.replace("\n", "\r", 1).replace("\n", "\r\n", 1).encode()
    yield "a nil in the middle", LEDGER.encode().replace(b";", b"\0", 1)
    yield "gzip", gzip.compress(LEDGER.encode())
    yield "one long line", b"x" * 5_000_000
    yield "a million columns", b";" * 1_000_000 + b"\n"
    yield "a million titles", b"Compte;" * 1_000_000 + b"\n"
    yield "unclosed quotes", TITLES.encode() + b'6262;"' + b"x;1\n" * 200_000
    yield "quotes everywhere", b'"' * 300_000


def _ledgers() -> Iterator[tuple[str, bytes]]:
    def ledger(account: str = "6262", label: str = "x", amount: str = "1") -> bytes:
        return f"{TITLES}6262;sain;1\n{account};{label};{amount}\n".encode()

    yield "digits that a code never ends", ledger(account="1" * 60_000)
    yield "exponents of exponents", ledger(amount="1e1" + "e1" * 20_000)
    amounts = ("1e308", "1e99", "NaN", "sNaN", "Infinity", "-Infinity", "9" * 60_000, "0x10", "1_0")
    for amount in amounts:
        yield f"amount {amount[:9]}", ledger(amount=amount)
    yield "millions of millions", "Compte;Mandaté (M€)\n6262;99999999999\n6262;1\n".encode()
    yield "marks of combination", ledger(label="a" + "\u0315\u0300" * 25_000)
    yield "letters that unfold", ledger(label="\ufdfa" * 50_000)
    yield "commands to a terminal", ledger(account=f"ab{ESC}", amount=f"x{ESC}")
    yield "formulas", ledger(account="=cmd|'/c calc'!A1", label="@SUM(A1)", amount="=1+1")
    yield "a year out of range", "Exercice;Compte;Mandaté\n99999;6262;1\n0000;6262;1\n".encode()
    yield "long rows", TITLES.encode() + ("6262;" + "é" * 60_000 + ";1\n").encode() * 100
    total = ACCOUNTS_OF_ASTRE.replace(b"Total\t10.5", b"Total\tx", 1)
    yield "a total that is no amount", total  # it was counted twice
    yield "repeated titles", ("Compte;Mandaté\n" * 5000).encode()


def _xml() -> Iterator[tuple[str, bytes]]:
    def inside(content: str) -> bytes:
        return totem(("2051", "1", "1")).replace(b"<LigneBudget>", content.encode(), 1)

    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{laughs}]>'
    yield "a billion laughs", bomb.encode() + b"<DocumentBudgetaire>&l9;</DocumentBudgetaire>"
    fetch = b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><DocumentBudgetaire/>'
    yield "an outer entity", b'<?xml version="1.0"?>' + fetch
    yield "a late doctype", b"<!--" + b"x" * 100_000 + b"-->" + fetch
    yield "deep", inside("<a>" * 100_000)
    yield "many attributes", inside("<LigneBudget " + " ".join(f'a{n}=""' for n in range(50_000)))
    yield "one attribute, long", inside(f'<LigneBudget a="{"x" * 3_000_000}">')
    yield "many names", inside("".join(f"<n{n}/>" for n in range(50_000)) + "<LigneBudget>")
    yield "many children", inside("<LigneBudget>" + "<a/>" * 100_000)
    yield "an endless comment", inside("<!--" + "x" * 3_000_000)
    yield "an undeclared entity", inside("<LigneBudget>&nbsp;")
    yield "a character of no text", inside("<LigneBudget>&#0;")
    yield "an unknown encoding", b'<?xml version="1.0" encoding="zip"?>' + totem()[38:]
    yield "a lying encoding", totem(("2051", "é", "1")).replace(b"UTF-8", b"US-ASCII")


def package(sheet: str, *others: tuple[str, str | bytes], sheets: int = 1) -> bytes:
    """An XLSX written by hand: one part for all its sheets."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as made:
        names = "".join(f'<sheet name="S{n}" r:id="r1"/>' for n in range(sheets))
        made.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{names}</sheets></workbook>',
        )
        made.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<R><Relationship Id="r1" Type="{OFFICE}/worksheet" Target="s.xml"/>'
            f'<Relationship Id="r2" Type="{OFFICE}/sharedStrings" Target="t.xml"/></R>',
        )
        text = '<c t="inlineStr"><is><t>{}</t></is></c>'
        titles = "".join(text.format(title) for title in ("Compte", "Mandaté"))
        made.writestr("xl/s.xml", f"<worksheet><row>{titles}</row>{sheet}</worksheet>")
        for name, content in others:
            made.writestr(name, content)
    return data.getvalue()


def _archives() -> Iterator[tuple[str, bytes]]:
    good = ACCOUNTS["astre"]
    yield "an archive in an archive", package("", ("xl/t.xml", good))
    yield "an archive of archives", _zip(("a.zip", _zip(("b.zip", good))))
    yield "thousands of parts", _zip(*((f"p{n}", b"") for n in range(11_000)))
    double = package("").replace(b"xl/t.xml", b"xl/s.xml")
    yield "the same part twice", double + package("", ("xl/t.xml", b"<sst/>"))
    yield "a bomb", package("<row>" + " " * 20_000_000 + "</row>")
    size = (20_000_000).to_bytes(4, "little")
    yield (
        "a bomb beside",
        package("", ("xl/other.xml", b" " * 20_000_000)).replace(size, b"\1\0\0\0"),
    )
    yield "ten gigabytes claimed", _claiming(package(""), 10 * 2**30 - 1)
    yield "cut in its directory", good[:-30]
    yield "words after its end", good + b"x" * 100_000
    yield "no workbook", _zip(("word/document.xml", b"<a/>"))


def _zip(*parts: tuple[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts:
            made.writestr(name, content)
    return data.getvalue()


def _claiming(data: bytes, size: int) -> bytes:
    """A package whose directory says of its first part that it is of another size."""
    at = data.index(b"PK\x01\x02") + 24
    return data[:at] + min(size, 2**32 - 2).to_bytes(4, "little") + data[at + 4 :]


def _sheets() -> Iterator[tuple[str, bytes]]:
    one = "<c><v>1</v></c>"
    yield "a cell far away", package('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    yield "a cell beyond", package('<row r="4000000000"><c r="ZZZZ999999999"><v>1</v></c></row>')
    yield "a dimension beyond", package('<dimension ref="A1:XFD1048576"/>')
    yield "a row of a million cells", package(f"<row>{one * 100_000}</row>")
    yield "numbers that are none", package("".join(
        f"<row><c><v>6262</v></c><c><v>{number}</v></c></row>"
        for number in ("1e400", "NaN", "inf", "1_0", "--1", "9" * 500, "")
    ))  # fmt: skip
    yield "strings out of range", package('<row><c t="s"><v>99</v></c><c t="s"><v>-1</v></c></row>')
    yield "three thousand sheets", package("", sheets=3000)
    strings = f"<si><t>{'a' * 60_000}</t></si>" * 600
    yield (
        "shared strings",
        package('<row><c t="s"><v>0</v></c></row>', ("xl/t.xml", f"<s>{strings}</s>")),
    )
    yield (
        "characters escaped",
        package(
            '<row><c t="inlineStr"><is><t>a_x0000__x001B__xD800_</t></is></c><c><v>1</v></c></row>'
        ),
    )
    with_dates = workbook([["Compte", "Mandaté"], ["6262", 1]])
    yield "a workbook whose bytes are reversed", with_dates[::-1]


def _documents() -> Iterator[tuple[str, bytes]]:
    def document(rows: str) -> bytes:
        cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
        titles = "".join(cell.format(title) for title in ("Compte", "Mandaté"))
        text = (
            '<o xmlns:table="t" xmlns:office="o" xmlns:text="x"><table:table table:name="S">'
            f"<table:table-row>{titles}</table:table-row>{rows}</table:table></o>"
        )
        return _zip(("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
                    ("content.xml", text.encode()))  # fmt: skip

    times = "20000000"
    filled = '<table:table-cell office:value-type="float" office:value="1" {}/>'
    wide = filled.format(f'table:number-columns-repeated="{times}"')
    yield "a cell repeated", document(f"<table:table-row>{wide}</table:table-row>")
    row = f'<table:table-row table:number-rows-repeated="{times}">'
    yield "a row repeated", document(f"{row}{filled.format('')}</table:table-row>")
    spaces = '<text:p>a<text:s text:c="500000000"/></text:p>'
    yield (
        "spaces repeated",
        document(
            f"<table:table-row><table:table-cell>{spaces}</table:table-cell></table:table-row>"
        ),
    )
    yield "a table in a table", document("<table:table>" * 100)
    yield (
        "an entity in a document",
        _zip(("content.xml", b'<!DOCTYPE o [<!ENTITY a "b">]><o>&a;</o>')),
    )
