"""Families of trouble: clean lines, a layout drawn at random, the exact totals or a question.

Never other totals without a question. What is drawn: subtotals of any word or none, above or below
their lines, in which cell; accounts with their parents; pages that carry forward; ratios,
differences, other years, parts of a stage beside it; the number’s spelling; thousands of euros;
annulments; several bodies; several sheets.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import accumulate, groupby
from random import Random
from typing import Any

from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from portulan.budget.imports.inspection import inspect
from portulan.core.say.text import UnusableInputError
from tests.budget.readers.test_ledger import workbook

MANY = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ACCOUNTS = (
    *("60632", "611", "61358", "6156", "617", "6184", "6262", "65811"),
    *("2031", "2051", "21533", "21831", "21838", "2185", "2188"),
)
CHAPTERS = {"60": "011", "61": "011", "62": "011", "65": "65", "20": "20", "21": "21"}
LABELS = ("Infogérance", "Licences", "Somme forfaitaire", "Postes", "Total Énergies", "Câblage")
SERVICES = ("COM", "DSI", "EDU")
WORDS = (
    *("Total", "Sous-total", "S/T", "TOTAL GÉNÉRAL", "***", "Ensemble", "Bilan", "Σ", "205", ""),
    *("Direction", "Subtotal", "À reporter", "Report", "Cumul", "Montant du chapitre"),
)


@dataclass
class Line:
    service: str
    account: str
    label: str
    amounts: dict[str, int]  # cents by stage

    @property
    def chapter(self) -> str:
        return CHAPTERS[self.account[:2]]


@dataclass
class Table:
    """Rows of texts below titles; amounts are cents until they are written."""

    titles: list[str]
    rows: list[list[Any]] = field(default_factory=list)
    above: list[str] = field(default_factory=list)


TITLES = {
    "VOTED": ("Voté", "BP", "Budget primitif", "Crédits votés"),
    "OPENED": ("Ouvert", "Crédits ouverts", "Budget total", "Total budget"),
    "COMMITTED": ("Engagé", "Total engagé", "Engagements"),
    "REALISED": ("Mandaté", "Réalisé", "Mandats émis", "Payé"),
}


@st.composite
def lines(draw: st.DrawFn, low: int = 3, services: bool = False) -> list[Line]:
    """Lines in order of accounts, each of its own label; spent ≤ committed ≤ opened."""
    accounts = sorted(draw(st.lists(st.sampled_from(ACCOUNTS), min_size=low, max_size=12)))
    stages = draw(
        st.lists(st.sampled_from(list(TITLES)), min_size=1, max_size=4, unique=True).map(
            lambda found: [stage for stage in TITLES if stage in found]
        )
    )
    cents = draw(st.sampled_from([1, 100]))
    # No two amounts alike: what is equal by chance cannot be told from what is a sum.
    chance = Random(draw(st.integers(0, 10**6)))
    made = []
    for at, account in enumerate(accounts):
        spent = chance.randint(1_000_00, 400_000_00) // cents * cents
        committed = spent + chance.randint(0, 90_000_00) // cents * cents
        opened = committed + chance.randint(1, 90_000_00) // cents * cents
        voted = max(0, opened + chance.randint(-20_000_00, 20_000_00) // cents * cents)
        every = {"VOTED": voted, "OPENED": opened, "COMMITTED": committed, "REALISED": spent}
        service = draw(st.sampled_from(SERVICES)) if services else "DSI"
        label = f"{draw(st.sampled_from(LABELS))} {at}"
        made.append(Line(service, account, label, {stage: every[stage] for stage in stages}))
    return sorted(made, key=lambda line: line.service) if services else made


def total(found: list[Line]) -> dict[str, int]:
    stages = found[0].amounts if found else {}
    return {stage: sum(line.amounts[stage] for line in found) for stage in stages}


def spelt(cents: int, how: str) -> str:
    whole = f"{abs(cents) // 100:,}".replace(",", " " if how == "spaces" else "")
    sign = "-" if cents < 0 else ""
    return f"{sign}{whole}{'.' if how == 'point' else ','}{abs(cents) % 100:02}"


def written(table: Table, how: str = "plain") -> bytes:
    rows = [[row] for row in table.above] + [table.titles]
    rows += [
        [spelt(cell, how) if isinstance(cell, int) else cell for cell in row] for row in table.rows
    ]
    return "\n".join(";".join(f'"{c}"' if ";" in c else c for c in row) for row in rows).encode()


def outcome(content: bytes, **options: Any) -> dict[str, Decimal] | str:
    """Return the real expenses by stage, or the code of the first error."""
    try:
        document = inspect(io.BytesIO(content), name="export.csv", **options)
    except UnusableInputError as error:
        return error.problem.kind.code
    errors = [p["code"] for p in document["problems"] if p["severity"] == "error"]
    if errors:
        return errors[0]
    found: dict[str, Decimal] = {}
    for one in document["totals"]:
        if one["flow"] == "expense" and Decimal(one["amount"]):
            found[one["stage"]] = found.get(one["stage"], Decimal(0)) + Decimal(one["amount"])
    return found


def euros(cents: dict[str, int]) -> dict[str, Decimal]:
    return {stage: Decimal(value) / 100 for stage, value in cents.items() if value}


def check(content: bytes, truth: dict[str, int]) -> None:
    """The exact totals, or a question."""
    found = outcome(content)
    event("asked" if isinstance(found, str) else "exact")
    assert isinstance(found, str) or found == euros(truth), content.decode()


@st.composite
def sheet(draw: st.DrawFn, made: list[Line]) -> Table:
    """A plain table of lines."""
    names = {stage: draw(st.sampled_from(TITLES[stage])) for stage in made[0].amounts}
    table = Table(["Service", "Compte", "Libellé", *names.values()])
    table.rows = [[line.service, line.account, line.label, *line.amounts.values()] for line in made]
    return table


def sum_row(draw: st.DrawFn, rows: list[list[Any]], key: str = "") -> list[Any]:
    """A row that says the sum of others, in a word or none, in any cell that is no amount."""
    word = draw(st.sampled_from(WORDS))
    cells = ["", "", ""]
    cells[draw(st.sampled_from([0, 1, 2]))] = word
    if key and draw(st.booleans()):
        cells[0] = key
    if cells[1].isdigit():
        cells[1] = ""
    amounts = [sum(row[at] for row in rows) for at in range(3, len(rows[0]))]
    return [*cells, *amounts]


SPELLINGS = st.sampled_from(["plain", "spaces", "point"])


@MANY
@given(st.data())
def test_a_plain_table_passes_without_a_question(data: st.DataObject) -> None:
    made = data.draw(lines())
    table = data.draw(sheet(made))
    content = written(table, data.draw(SPELLINGS))
    assert outcome(content) == euros(total(made)), content.decode()


@MANY
@given(st.data())
def test_subtotals_of_any_word_above_or_below(data: st.DataObject) -> None:
    made = data.draw(lines(services=data.draw(st.booleans())))
    table = data.draw(sheet(made))
    key: Callable[[list[Any]], str] = data.draw(
        st.sampled_from([lambda row: row[0], lambda row: CHAPTERS[row[1][:2]]])
    )
    above, whole_first = data.draw(st.booleans()), data.draw(st.booleans())
    plain, rows = table.rows, []
    for name, group in groupby(plain, key):
        under = list(group)
        head = sum_row(data.draw, under, name if key(under[0]) == under[0][0] else "")
        rows += [head, *under] if above else [*under, head]
    if data.draw(st.booleans()):
        whole = sum_row(data.draw, plain)
        rows = [whole, *rows] if whole_first else [*rows, whole]
    table.rows = rows
    check(written(table, data.draw(SPELLINGS)), total(made))


def test_a_sum_of_one_line_where_half_the_rows_are_sums() -> None:
    content = (
        "Service;Compte;Libellé;Voté\nDSI;60632;Infogérance 0;327744,00\n"
        "DSI;60632;Infogérance 1;512084,00\n***;;;839828,00\nDSI;65811;Infogérance 2;349046,00\n"
        ";;***;349046,00\n***;;;1188874,00\n"
    )
    assert outcome(content.encode()) == {"VOTED": Decimal("1188874")}


@MANY
@given(st.data())
def test_accounts_with_their_parents(data: st.DataObject) -> None:
    made = data.draw(lines())
    table = data.draw(sheet(made))
    levels = data.draw(st.lists(st.sampled_from([1, 2, 3, 4]), min_size=1, unique=True).map(sorted))
    below = data.draw(st.booleans())

    def nested(rows: list[list[Any]], deep: list[int]) -> list[list[Any]]:
        if not deep:
            return rows
        length, *more = deep
        found = []
        for code, group in groupby(rows, lambda row: row[1][:length]):
            under = list(group)
            inside = nested(under, more)
            if all(len(row[1]) <= length for row in under):
                found += inside
                continue
            amounts = [sum(row[at] for row in under) for at in range(3, len(rows[0]))]
            head = ["", code, data.draw(st.sampled_from(["Regroupement", ""])), *amounts]
            found += [*inside, head] if below else [head, *inside]
        return found

    table.rows = nested(table.rows, levels)
    if data.draw(st.booleans()):
        table.rows.append(
            sum_row(data.draw, [[*["", "", ""], *line.amounts.values()] for line in made])
        )
    check(written(table), total(made))


@MANY
@given(st.data())
def test_pages_that_carry_forward(data: st.DataObject) -> None:
    made = data.draw(lines(low=6))
    table = data.draw(sheet(made))
    size = data.draw(st.integers(2, 5))
    of_the_page = data.draw(st.booleans())
    titles_again = data.draw(st.booleans())
    plain, rows = table.rows, []
    for start in range(0, len(plain), size):
        if start:
            if titles_again:
                rows.append(table.titles)
            rows.append(sum_row(data.draw, plain[:start]))
        page = plain[start : start + size]
        rows += page
        if of_the_page:
            rows.append(sum_row(data.draw, page))
        rows.append(sum_row(data.draw, plain[: start + size]))
    table.rows = rows
    check(written(table), total(made))


@MANY
@given(st.data())
def test_columns_that_are_no_stage(data: st.DataObject) -> None:
    made = data.draw(lines())
    table = data.draw(sheet(made))
    stages = list(made[0].amounts)
    kinds = data.draw(st.lists(st.sampled_from(EXTRA), min_size=1, max_size=3))
    for kind, title, make in kinds:
        if len(stages) < 2 and kind in ("ratio", "difference"):
            continue
        place = data.draw(st.integers(3, len(table.titles)))
        first = data.draw(st.integers(0, max(0, len(stages) - 2)))
        table.titles.insert(place, title)
        for row, line in zip(table.rows, made, strict=True):
            values = list(line.amounts.values())
            other = values[first + 1] if len(values) > first + 1 else values[0]
            row.insert(place, make(values[first], other))
    check(written(table), total(made))


EXTRA: list[tuple[str, str, Callable[[int, int], Any]]] = [
    ("ratio", "% réalisé", lambda a, b: f"{b / a if a else 0:.3f}".replace(".", ",")),
    ("ratio", "Taux", lambda a, b: f"{100 * b / a if a else 0:.2f}".replace(".", ",")),
    ("ratio", "Avancement", lambda a, b: f"{100 * b // a if a else 0} %"),
    ("difference", "Disponible", lambda a, b: a - b),
    ("difference", "Reste à engager", lambda a, b: a - b),
    ("difference", "Écart", lambda a, b: b - a),
    ("difference", "Colonne 7", lambda a, b: a - b),
    ("year", "Réalisé N-1", lambda a, b: a * 7 // 9),
    ("year", "Mandaté exercice précédent", lambda a, b: b * 3 // 4),
    ("tax", "TVA", lambda a, b: a // 6),
    ("number", "N° de pièce", lambda a, b: "A17"),
]


@MANY
@given(st.data())
def test_the_columns_of_another_year_are_not_this_one(data: st.DataObject) -> None:
    made = data.draw(lines())
    table = data.draw(sheet(made))
    year = data.draw(st.integers(2019, 2026))
    says = data.draw(st.sampled_from(["titles", "preamble", "both"]))
    if says != "preamble":
        table.titles[3:] = [f"{title} {year}" for title in table.titles[3:]]
    if says != "titles":
        table.above = [
            data.draw(
                st.sampled_from(["Exercice : {}", "Budget primitif {}", "Exécution {}"])
            ).format(year)
        ]
    other = data.draw(st.sampled_from([year - 1, year - 2]))
    title = data.draw(st.sampled_from(["Réalisé", "Mandaté", "BP"]))
    place = data.draw(st.integers(3, len(table.titles)))
    table.titles.insert(place, f"{title} {other}")
    for row in table.rows:
        row.insert(place, row[3] * 5 // 7)
    found = outcome(written(table))
    assert isinstance(found, str) or found == euros(total(made)), written(table).decode()
    if not isinstance(found, str):
        assert inspect(io.BytesIO(written(table)))["year"] == year


@MANY
@given(st.data())
def test_what_is_taken_back(data: st.DataObject) -> None:
    made = data.draw(lines())
    made = [
        Line(x.service, x.account, x.label, {"REALISED": total([x])[next(iter(x.amounts))]})
        for x in made
    ]
    done, undone = data.draw(
        st.sampled_from(
            [("Ordinaire", "Annulation"), ("Mandat", "Réduction"), ("D", "C"), ("Normal", "Avoir"),
             ("Facture", "Rejet"), ("Émission", "Annul."), ("XX", "YY"), ("1", "2")]
        )
    )  # fmt: skip
    table = data.draw(sheet(made))
    table.titles.insert(
        1, data.draw(st.sampled_from(["Type", "Sens", "Nature de la pièce", "Type de mandat"]))
    )
    for row in table.rows:
        row.insert(1, done)
    again = data.draw(
        st.lists(st.sampled_from(range(len(made))), min_size=1, max_size=3, unique=True)
    )
    for at in again:
        table.rows.append(
            ["DSI", undone, made[at].account, f"Annule {at}", made[at].amounts["REALISED"]]
        )
    net = total(made)["REALISED"] - sum(made[at].amounts["REALISED"] for at in again)
    if data.draw(st.booleans()):
        table.rows.append(["TOTAL NET", "", "", "", net])
    elif (done, undone) == ("1", "2"):
        return  # nothing in the file tells, and numbers are no words
    check(written(table), {"REALISED": net})


@MANY
@given(st.data())
def test_a_total_that_contradicts_its_lines_is_never_passed_over(data: st.DataObject) -> None:
    made = data.draw(lines(low=4))
    table = data.draw(sheet(made))
    whole = sum_row(data.draw, table.rows)
    if not any(whole[:3]) or data.draw(st.booleans()):
        whole[:3] = ["", "", "TOTAL"]
    words = {"Total", "TOTAL GÉNÉRAL", "TOTAL", "Ensemble", "Sous-total", "S/T", "Subtotal"}
    if not words & set(whole[:3]):
        whole[:3] = ["Total", "", ""]
    del table.rows[data.draw(st.integers(0, len(table.rows) - 1))]
    table.rows.append(whole)
    assert isinstance(outcome(written(table)), str), written(table).decode()


@MANY
@given(st.lists(st.integers(1, 10**6), min_size=2, max_size=60), st.integers(1, 30))
def test_whole_euros_written_to_the_cent_were_not_rounded(amounts: list[int], more: int) -> None:
    assume(sum(amounts) not in [2 * half for half in accumulate(amounts)])  # two parts of one total
    rows = [f"{6000 + at};Lot {at};{amount},00" for at, amount in enumerate(amounts)]
    for printed in (sum(amounts), sum(amounts) + more):
        text = "\n".join(("Compte;Libellé;Mandaté", *rows, f"Total;;{printed},00"))
        asks = isinstance(outcome(text.encode()), str)
        assert asks == (printed != sum(amounts)), text


@MANY
@given(st.data())
def test_thousands_said_anywhere(data: st.DataObject) -> None:
    made = data.draw(lines())
    table = data.draw(sheet(made))
    where = data.draw(st.sampled_from(["title", "above", "below"]))
    text = data.draw(
        st.sampled_from(["En milliers d’euros", "Montants en k€", "(en k€)", "Unité : k€"])
    )
    if where == "title":
        table.titles[3:] = [f"{title} (k€)" for title in table.titles[3:]]
    for row in table.rows:
        row[3:] = [str(-(-value // 100_000)) for value in row[3:]]
    truth = dict.fromkeys(made[0].amounts, 0)
    for row in table.rows:
        for stage, value in zip(truth, row[3:], strict=True):
            truth[stage] += int(value) * 100_000
    if data.draw(st.booleans()):
        off = data.draw(st.integers(-1, 1))
        table.rows.append(
            ["Total", "", "", *[str(value // 100_000 + off) for value in truth.values()]]
        )
    if where == "above":
        table.above = [text]
    if where == "below":
        table.rows += [["", "", ""], [text]]
    check(written(table), truth)


@MANY
@given(st.data())
def test_several_bodies_or_budgets_are_asked_about(data: st.DataObject) -> None:
    made = data.draw(lines(low=4))
    table = data.draw(sheet(made))
    title, names = data.draw(
        st.sampled_from(
            [
                ("SIRET", ("21990001100017", "21990002900014")),
                ("SIREN", ("219900011", "219900029")),
                ("Commune", ("PORT-BRUYÈRE", "SAINT-ÉLOUAN")),
                ("Budget", ("Principal", "Eau")),
                ("CBUDG", ("1", "3")),
                ("Code collectivité", ("01", "02")),
            ]
        )
    )
    place = data.draw(st.integers(0, 3))
    table.titles.insert(place, title)
    for at, row in enumerate(table.rows):
        row.insert(place, names[at % 2])
    content = written(table)
    assert outcome(content) == "several-entities", content.decode()
    document = inspect(io.BytesIO(content))
    first = next(q for q in document["questions"] if q["code"] == "several-entities")["answers"][0]
    chosen = first["option"].split(" ", 1)[1].strip("'")
    found = outcome(content, mapping={"entity": chosen})
    assert found == {k: Decimal(v) for k, v in first["totals"].items() if Decimal(v)}
    mine = [
        line
        for at, line in enumerate(made)
        if names[at % 2] in (chosen, chosen.strip(":"), sorted(names)[0])
    ]
    if len({names[at % 2] for at, line in enumerate(made) if line in mine}) == 1:
        assert found == euros(total(mine))


@MANY
@given(st.data())
def test_the_sheets_of_one_account(data: st.DataObject) -> None:
    made = data.draw(lines(low=5))
    table = data.draw(sheet(made))
    rows = [[x if isinstance(x, str) else x / 100 for x in row] for row in table.rows]
    cut = data.draw(st.integers(1, len(rows) - 1))
    parts = [("A", [table.titles, *rows[:cut]]), ("B", [table.titles, *rows[cut:]])]
    if data.draw(st.booleans()):
        recap = [
            [
                "",
                CHAPTERS[code],
                "Chapitre",
                *map(sum, zip(*[row[3:] for row in group], strict=True)),
            ]
            for code, group in ((c, list(g)) for c, g in groupby(rows, lambda row: row[1][:2]))
        ]
        parts.insert(data.draw(st.integers(0, 2)), ("Récapitulatif", [table.titles, *recap]))
    if data.draw(st.booleans()):
        parts.append(("Copie", parts[0][1]))
        assert isinstance(outcome(workbook(*parts)), str)
        return
    found = outcome(workbook(*parts))
    event("asked" if isinstance(found, str) else "exact")
    assert isinstance(found, str) or found == euros(total(made)), parts
