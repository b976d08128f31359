"""A stranger: with the sheet alone, and the standard library, finds the share and its interval."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import reduce
from itertools import zip_longest
from xml.etree import ElementTree

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
D = Decimal
HELD = {"Justifié": 0, "Déclaré": 1, "Proposé": 2}


def rows_of(content: bytes, kind: str) -> list[dict[str, str]]:
    """Return the rows by title, as texts."""
    read = {"csv": _csv, "xlsx": _xlsx, "ods": _ods}[kind]
    heads, *rows = read(content)
    return [dict(zip_longest(heads, row[: len(heads)], fillvalue="")) for row in rows]


def _csv(content: bytes) -> list[list[str]]:
    text = content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


def _xlsx(content: bytes) -> list[list[str]]:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    return [_cells(row) for row in sheet.iter(f"{SHEET}row")]


def _cells(row: ElementTree.Element) -> list[str]:
    """Return the cells of a row; one that follows an empty one says where it is."""
    cells: list[str] = []
    for cell in row.iter(f"{SHEET}c"):
        if letters := (cell.get("r") or "").rstrip("0123456789"):
            place = reduce(lambda sum_, one: sum_ * 26 + ord(one) - 64, letters, 0)
            cells += [""] * (place - 1 - len(cells))
        cells.append("".join(cell.itertext()))
    return cells


def _ods(content: bytes) -> list[list[str]]:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        document = ElementTree.fromstring(book.read("content.xml"))
    table = next(document.iter(f"{TABLE}table"))  # the others are hidden
    return [
        [
            cell.get(f"{OFFICE}value") or "".join(cell.itertext())
            for cell in row.iter(f"{TABLE}table-cell")
        ]
        for row in table.iter(f"{TABLE}table-row")
        if row.get(f"{TABLE}number-rows-repeated") is None  # rows that wait to be filled in
    ]


def number(text: str) -> Decimal:
    return D(text.replace(",", ".")) if text else D(0)


def share(rows: list[dict[str, str]]) -> dict[str, str | None]:
    """Return the value and its interval, in percent with four decimals, as the command says them.

    An attribution holds within the IT share of its line, the firmest first.
    """
    amount = next((title for title in rows[0] if title.startswith("Montant de la ligne")), "")
    lines: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        lines[row["Numéro de ligne"]].append(row)
    with localcontext(prec=60):
        whole, held, candidates, seen = D(0), [D(0)] * 3, D(0), D(0)
        for some in lines.values():
            of, room = number(some[0][amount]), number(some[0]["Part informatique"])
            whole += of * room
            if some[0]["Périmètre"] in {"Dans", "Mixte"}:
                candidates += abs(of)
                seen += abs(of) if _is_seen(some) else 0
            given = [row for row in some if row["Statut"] and not row["Hors du budget de la DSI"]]
            for row in sorted(given, key=lambda row: HELD[row["Statut"]]):
                taken = min(number(row["Part dédiée au NR"]), room)
                room -= taken
                held[HELD[row["Statut"]]] += of * taken
        # Nothing was looked at: the share is not known, which is not 0 %.
        if whole <= 0 or (candidates and not seen):
            return dict.fromkeys(("value", "lower", "upper"))
        found = {"value": held[0] + held[1], "lower": held[0], "upper": sum(held, D(0))}
        return {
            name: f"{(100 * part / whole).quantize(D('0.0001'), ROUND_HALF_UP)}"
            for name, part in found.items()
        }


def _is_seen(rows: list[dict[str, str]]) -> bool:
    """Tell whether somebody said of a line what it dedicates: a part that counts, or nothing."""
    said = rows[0]["Examinée, 0 %"] or any(
        row["Statut"] in {"Justifié", "Déclaré"} and not row["Hors du budget de la DSI"]
        for row in rows
    )
    return bool(said) and bool(rows[0]["Part informatique"])


def retained(rows: list[dict[str, str]]) -> Decimal:
    """Return what the column of amounts retained adds up to, declared and justified."""
    (title,) = [title for title in rows[0] if title.startswith("Montant retenu")]
    kept = [row for row in rows if row["Statut"] in {"Justifié", "Déclaré"}]
    return sum((number(row[title]) for row in kept), D(0))
