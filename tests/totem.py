"""Accounts as their tools export them, small enough to reckon by hand."""

from __future__ import annotations

SIRET = "21560046100010"


def totem(
    *lines: tuple[str, str, str],
    decision: str = "09",
    year: int = 2026,
    siret: str = SIRET,
    nomenclature: str = "M57-M57",
) -> bytes:
    """A TotEM document of (nature, voted, realised) real expense lines."""
    written = "".join(
        f'<LigneBudget><Nature V="{nature}"/><ContNat V="011"/><LibCpte V="{nature}"/>'
        f'<CodRD V="D"/><MtPrev V="{voted}"/><CredOuv V="{voted}"/><MtReal V="{realised}"/>'
        f'<OpBudg V="0"/></LigneBudget>'
        for nature, voted, realised in lines
    )
    return _document(written, decision=decision, year=year, siret=siret, nomenclature=nomenclature)


def totem_act(
    *lines: dict[str, str],
    decision: str,
    number: str = "",
    voted_on: str = "",
    year: int = 2026,
    siret: str = SIRET,
) -> bytes:
    """A TotEM document of real expense lines: each gives its `Nature`, and what it has else."""
    written = "".join(
        "<LigneBudget>"
        + "".join(f'<{name} V="{value}"/>' for name, value in line.items())
        + '<CodRD V="D"/><OpBudg V="0"/></LigneBudget>'
        for line in lines
    )
    said = (f'<NumDec V="{number}"/>' if number else "") + (
        f'<DteDec V="{voted_on}"/>' if voted_on else ""
    )
    return _document(written, decision=decision, year=year, siret=siret, said=said)


def _document(
    written: str,
    *,
    decision: str,
    year: int,
    siret: str,
    nomenclature: str = "M57-M57",
    said: str = "",
) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<DocumentBudgetaire xmlns="http://www.minefi.gouv.fr/cp/demat/docbudgetaire">'
        f'<EnTeteDocBudgetaire><LibelleColl V="BOURG"/><IdColl V="{siret}"/>'
        "</EnTeteDocBudgetaire><Budget><EnTeteBudget>"
        f'<LibelleEtab V="PRINCIPAL"/><IdEtab V="{siret}"/>'
        f'<Nomenclature V="{nomenclature}"/></EnTeteBudget>'
        f'<BlocBudget><NatDec V="{decision}"/><Exer V="{year}"/>{said}</BlocBudget>'
        f"{written}</Budget></DocumentBudgetaire>"
    ).encode()
