"""Building the accounting entries of a private body, for the tests of all that reads them."""

from __future__ import annotations

TITLES = [
    *("JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib"),
    *("CompAuxNum", "CompAuxLib", "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit"),
    *("EcritureLet", "DateLet", "ValidDate", "Montantdevise", "Idevise"),
]

type Entry = tuple[
    str, str, str, str, str, str, str
]  # journal, number, account, third, label, D, C

YEAR: list[Entry] = [
    ("AN", "1", "2183", "", "À nouveau", "9000,00", ""),
    ("AN", "1", "101", "", "À nouveau", "", "9000,00"),
    ("AC", "2", "6262", "", 'Fibre "pro', "1234,56", "0,00"),
    ("AC", "2", "44566", "", "TVA", "246,91", "0,00"),
    ("AC", "2", "401", "Ondes & Cie", "Fibre", "0,00", "1481,47"),
    ("AC", "3", "6262", "", "Avoir fibre", "0", "34,56"),
    ("AC", "3", "401", "Ondes & Cie", "Avoir fibre", "34,56", "0"),
    ("AC", "4", "2183", "", "Postes", "5000", ""),
    ("AC", "4", "404", "Machines SA", "Postes", "", "5000"),
    ("PA", "5", "641", "", "SALAIRE DUPONT", "2000", ""),
    ("PA", "5", "421", "DUPONT", "SALAIRE DUPONT", "", "2000"),
    ("OD", "6", "28183", "", "Sortie", "700", ""),
    ("OD", "6", "675", "", "Sortie", "300", ""),
    ("OD", "6", "2183", "", "Sortie", "", "1000"),
    ("OD", "7", "6811", "", "Dotation", "800", ""),
    ("OD", "7", "28183", "", "Dotation", "", "800"),
    ("VE", "8", "706", "", "Prestation", "", "12000"),
    ("VE", "8", "411", "Client", "Prestation", "12000", ""),
    ("OD", "9", "706", "", "Clôture", "12000", ""),
    ("OD", "9", "120", "", "Clôture", "", "12000"),
]


def fec(
    entries: list[Entry], *, separator: str = "\t", sides: bool = False, day: str = "20250131"
) -> str:
    """Return a FEC of one day, with Debit and Credit, or Montant and Sens."""
    titles = [*TITLES]
    if sides:
        titles[11:13] = ["Montant", "Sens"]
    rows = [titles]
    for journal, number, account, third, label, debit, credit in entries:
        amounts = [debit, credit]
        if sides:
            amounts = [debit, "D"] if debit.strip("0,") else [credit, "C"]
        rows.append([
            *(journal, f"Journal {journal}", number, day, account, f"Compte {account}"),
            *("X" if third else "", third, f"P{number}", day, label, *amounts, "", "", day, "", ""),
        ])  # fmt: skip
    return "\r\n".join(separator.join(row) for row in rows) + "\r\n"
