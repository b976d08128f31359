"""The registry of factors: what one thing weighs, who says so, and how sure it is.

A factor never changes: a correction is a new version, and an estimate says which it used. The
figures shipped are in `data/`, with their licences in `data/NOTICE.md`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from portulan.core.say.text import Language
from portulan.impact.engine.draws import LogNormal, Spread, Triangle, Written

STAGES = ("manufacturing", "distribution", "end_of_life")
# What may be known of a device: the end of a factor's id after `DEVICE.`, and its unit.
OF_DEVICE = {
    "gwp.manufacturing": "kgCO2e/unit",
    "gwp.distribution": "kgCO2e/unit",
    "gwp.end_of_life": "kgCO2e/unit",
    "gwp.embedded": "kgCO2e/unit",
    "gwp.refurbished": "kgCO2e/year of use",
    "adpe.embedded": "kg Sb eq/unit",
    "kwh_year": "kWh/year",
    "life": "years",
    "weight": "kg/unit",
}
# What may be known of a country's electricity, before `.ISO3`.
OF_COUNTRY = {"electricity.gwp": "kgCO2e/kWh", "electricity.adpe": "kg Sb eq/kWh"}
OF_SERVICE = {
    "network.gwp": "kgCO2e/GB",
    "paper.gwp": "kgCO2e/kg",
    "storage.gwp": "kgCO2e/GB/year",
}


class Quality(StrEnum):
    """How well a figure is known, best first; an estimate is worth its weakest figure."""

    MEASURED = "measured"
    PUBLISHED = "published"
    ASSUMED = "assumed"


@dataclass(frozen=True, slots=True)
class Factor:
    """One version of one figure; `value` in `unit`, `spread` unknown when None.

    `source` is the title of the document that it comes from, `licence` what one may do with it.
    One that a request gives is of version 0, and has no source.
    """

    id: str
    value: Written
    quality: Quality
    version: int = 0
    unit: str = ""
    stage: str = ""
    geography: str = ""
    year: int | None = None
    source: str = ""
    address: str = ""
    licence: str = ""
    spread: Spread = None

    @property
    def is_of_request(self) -> bool:
        return not self.version


def unit_of(factor_id: str) -> str:
    """Return the unit of a factor by its name. Raises KeyError when no factor has such a name."""
    head, _, _ = factor_id.rpartition(".")
    _, _, rest = factor_id.partition(".")
    return OF_SERVICE.get(factor_id) or OF_COUNTRY.get(head) or OF_DEVICE[rest]


def given(factor_id: str, value: float | Triangle) -> Factor:
    """Return the figure that a request puts in place of ours: certain, unless it is a range.

    Where it comes from is not known here, so it is worth an assumption.
    """
    return Factor(
        id=factor_id,
        value=value.mode if isinstance(value, Triangle) else value,
        unit=unit_of(factor_id),
        quality=Quality.ASSUMED,
        spread=value if isinstance(value, Triangle) else None,
    )


class Registry:
    """All versions of all factors. Raises ValueError when a version is given twice."""

    def __init__(self, factors: Iterable[Factor]) -> None:
        self._versions: dict[str, dict[int, Factor]] = {}
        for factor in factors:
            versions = self._versions.setdefault(factor.id, {})
            if factor.version in versions:
                raise ValueError(f"{factor.id} version {factor.version} is given twice")
            versions[factor.version] = factor

    def latest(self, factor_id: str) -> Factor | None:
        """Return the last version of a factor, or None: nothing sound is known."""
        versions = self._versions.get(factor_id)
        return None if versions is None else versions[max(versions)]

    def get(self, factor_id: str, version: int) -> Factor:
        """Return a version once used; raises KeyError when there is none."""
        return self._versions[factor_id][version]

    def __iter__(self) -> Iterator[Factor]:
        """Give the last version of each factor."""
        return (versions[max(versions)] for versions in self._versions.values())

    @property
    def devices(self) -> frozenset[str]:
        """The devices something is known of."""
        return frozenset(
            device
            for device, _, rest in (one.partition(".") for one in self._versions)
            if rest in OF_DEVICE
        )

    @property
    def countries(self) -> frozenset[str]:
        """The zones whose electricity is known: ISO 3166-1 alpha-3, with EEE and WOR."""
        head = "electricity.gwp."
        return frozenset(one.removeprefix(head) for one in self._versions if one.startswith(head))


@cache
def _french_titles() -> Mapping[str, str]:
    return {row["title"]: row["title_fr"] for row in _rows("sources.csv")}


def source_title(title: str, language: Language) -> str:
    """Return the title of a source: those shipped are said in French too, others as written."""
    return _french_titles().get(title, title) if language == "fr" else title


@cache
def shipped() -> Registry:
    """Return the registry of the figures shipped in the package."""
    sources = {
        row["source"]: {
            "source": row["title"],
            "address": row["address"],
            "licence": row["licence"],
        }
        for row in _rows("sources.csv")
    }
    return Registry([*_plain(sources), *_weights(sources), *_electricity(sources)])


def _rows(name: str) -> list[dict[str, str]]:
    text = (resources.files(__package__) / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _plain(sources: Mapping[str, Mapping[str, Any]]) -> Iterator[Factor]:
    """Give the figures of factors.csv; manufacturing with the spread of the class of device."""
    spreads = {row["device"]: LogNormal(float(row["gsd"])) for row in _rows("boavizta_sheets.csv")}
    for row in _rows("factors.csv"):
        device, _, rest = row["id"].partition(".")
        yield Factor(
            id=row["id"],
            version=int(row["version"]),
            value=float(row["value"]),
            unit=row["unit"],
            stage=row["stage"],
            geography=row["geography"],
            year=int(row["year"]),
            **sources[row["source"]],
            quality=Quality(row["quality"]),
            spread=spreads.get(device) if rest == "gwp.manufacturing" else None,
        )


def _weights(sources: Mapping[str, Mapping[str, Any]]) -> Iterator[Factor]:
    for row in _rows("boavizta_sheets.csv"):
        yield Factor(
            id=f"{row['device']}.weight",
            version=int(row["version"]),
            value=float(row["weight_kg"]),
            unit="kg/unit",
            stage="end_of_life",
            geography="world",
            year=2023,
            **sources["boavizta"],
            quality=Quality.PUBLISHED,
        )


def _electricity(sources: Mapping[str, Mapping[str, Any]]) -> Iterator[Factor]:
    """Give the mixes of EcoLogits; France's carbon is ADEME's, whose perimeter is the official one.

    A country whose minerals are only the world's average has none here, nor one whose carbon is
    given as 0 (CAF): unknown is not zero.
    """
    for row in _rows("ecologits_electricity.csv"):
        for name, unit in (("gwp", "kgCO2e/kWh"), ("adpe", "kg Sb eq/kWh")):
            if not row[name] or (row["country"], name) == ("FRA", "gwp"):
                continue
            yield Factor(
                id=f"electricity.{name}.{row['country']}",
                version=int(row["version"]),
                value=float(row[name]),
                unit=unit,
                stage="use",
                geography=row["country"],
                year=None,  # the mixes do not say theirs
                **sources["ecologits"],
                quality=Quality.PUBLISHED,
            )
