"""Whatever the bytes, a reader reads or refuses: no other exception ever leaves it."""

from __future__ import annotations

import io

import xlsxwriter
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from portulan.budget.inspection import inspect
from portulan.budget.readers.ledger import columns
from portulan.core.problems import UnusableInputError
from tests.fec import YEAR, fec
from tests.orders import ORDERS

TOTEM = (
    '<?xml version="1.0" encoding="ISO-8859-1"?><DocumentBudgetaire'
    ' xmlns="http://www.minefi.gouv.fr/cp/demat/docbudgetaire"><EnTeteDocBudgetaire>'
    '<LibelleColl V="Été"/></EnTeteDocBudgetaire><Budget><EnTeteBudget><Nomenclature V="M57"/>'
    '</EnTeteBudget><BlocBudget><NatDec V="09"/><Exer V="2025"/></BlocBudget>'
    '<LigneBudget><Nature V="6262"/><CodRD V="D"/><MtReal V="12.50"/><OpBudg V="0"/>'
    '<CaracSup Code="Section" V="F"/></LigneBudget></Budget></DocumentBudgetaire>'
).encode("latin-1")
SCDL = (
    "BGT_NATDEC;BGT_ANNEE;BGT_SIRET;BGT_NATURE;BGT_CODRD;BGT_OPBUDG;BGT_MTREAL\r\n"
    'CA;2025;21220000000011;6262;"dépense";réel;1 200,50\r\nCA;2025;21220000000011;2051;D;0;-3\r\n'
).encode()
LEDGER = "Grand livre;;\nCompte;Libellé;Mandaté\n6262;Té; 1 200,50 €\nTotal;;1\n".encode("cp1252")


def xlsx() -> bytes:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        sheet = book.add_worksheet("DSI")
        sheet.write_row(0, 0, ["Compte", "Mandaté"])
        sheet.write_row(1, 0, ["6262", 12.5])
    return data.getvalue()


XLSX = xlsx()
# The layouts that are known, as text.
LAYOUTS = [
    fec(YEAR).encode(),
    ORDERS.encode(),
    (
        "Détail budget\nExercice\t2025\nF - Fonctionnement\n011 - CHARGES\n"
        "Nature\tTotal Budget\tReste Engagé\tMandaté/Liquidé\n\t\t+ Réservé\n"
        "6262 - TELECOM\t10.5\t2\t-3\nTotal\t10.5\t2\t-3\nTotal\t10.5\t2\t-3\n"
    ).encode(),
    b"Programme;Action;AE LFI;CP LFI;CP consommes\n129;11;1 000,00;900,00;-5\nTotal;;1;2;3\n",
    b"annee,section,sens_flux,nature_code,montant\n2025,Investissement,Depense,205,8898000.0\n",
]
MANY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def mutated(draw: st.DrawFn, original: bytes) -> bytes:
    """A file with a few bytes replaced, removed, repeated, or its end cut."""
    data = bytearray(original)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, max(0, len(data) - 1)))
        end = min(len(data), start + draw(st.integers(0, 12)))
        odd = st.sampled_from([b"\x00", b'"', b"<", b"&lol;", b";;", b"\n", b"\xff", b"1e99"])
        data[start:end] = draw(st.one_of(odd, st.binary(max_size=6), st.just(bytes(data[:end]))))
    return bytes(data)


def is_read_or_refused(data: bytes) -> None:
    for read in (inspect, columns):
        try:
            read(io.BytesIO(data))
        except UnusableInputError as error:
            sentences = {error.problem.message("fr"), error.problem.message("en")}
        else:
            continue
        assert len(sentences) == 2


@MANY
@example(b"")
@example(b"PK\x03\x04")
@example(b"<")
@example(b"\xff\xfe")
@example(b"\xef\xbb\xbf")
@example(b'"')
@given(st.binary(max_size=400))
def test_arbitrary_bytes(data: bytes) -> None:
    is_read_or_refused(data)


@MANY
@given(st.text(max_size=300), st.sampled_from(["utf-8", "utf-16", "cp1252"]))
def test_arbitrary_text(text: str, encoding: str) -> None:
    is_read_or_refused(text.encode(encoding, "ignore"))


@MANY
@example(TOTEM.replace(b'xmlns="', b'xmlns="}'))
@given(mutated(TOTEM))
def test_mutated_totem(data: bytes) -> None:
    is_read_or_refused(data)


@MANY
@given(mutated(SCDL))
def test_mutated_scdl(data: bytes) -> None:
    is_read_or_refused(data)


@MANY
@given(mutated(LEDGER))
def test_mutated_ledger(data: bytes) -> None:
    is_read_or_refused(data)


@MANY
@given(st.sampled_from(LAYOUTS).flatmap(mutated))
def test_mutated_layouts(data: bytes) -> None:
    is_read_or_refused(data)


@MANY
@given(mutated(XLSX))
def test_mutated_workbook(data: bytes) -> None:
    is_read_or_refused(data)
