"""The reference tables of NumEcoEval and G4IT: impacts of equipment, lives, mixes, matches.

CSV cut by `;`. Which table a file is, its titles say; the tables are read together, in any order,
for one says which device the reference of another is. What has no place among our factors is told.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from portulan.core.problems import Problems
from portulan.core.text import fold
from portulan.impact.engine.factors import Quality
from portulan.impact.readers import reference_words as words
from portulan.impact.readers import table_findings as findings
from portulan.impact.readers.countries import country_of
from portulan.impact.readers.entries import LONGEST_SOURCE, Base, Entry, number_of

# A table, by the columns that it must have; the first that fits is the one.
_TABLES: Mapping[str, tuple[str, ...]] = {
    "mixes": ("short", "criterion", "value"),
    "impacts": ("item", "stage", "criterion", "value"),
    "matches": ("model", "target"),
    "lives": ("type", "life"),
    "hypotheses": ("code", "value"),
}
# Tables that hold no figure, by a title of theirs.
_WITHOUT = frozenset(
    {"libelle", "label", "nomcritere", "annual_quantity_of_go", "individual_sustainable_package"}
)
_TOLD = {"gwp": "kgCO2e", "adpe": "kg Sb eq"}


@dataclass(slots=True)
class References:
    """What the tables of one reading say, until all are read and devices can be proposed."""

    base: Base
    devices: dict[str, str] = field(default_factory=dict)  # of a reference, as other tables say
    found: dict[tuple[str, str], Entry] = field(default_factory=dict)  # by item and kind of figure
    minerals: dict[tuple[str, str], Entry] = field(default_factory=dict)  # by item and stage

    def read(self, text: str, file: str) -> None:
        """Read one table. Raises csv.Error."""
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=";")
        titles = [fold(title) for title in next(rows, [])]
        columns = {
            name: titles.index(title)
            for name, known in words.COLUMNS.items()
            for title in reversed(known)
            if title in titles
        }
        table = next((one for one, need in _TABLES.items() if columns.keys() >= {*need}), None)
        if table is None:
            kind = findings.NO_FIGURE if _WITHOUT & {*titles} else findings.UNKNOWN_REFERENCE
            self.base.problems.append(kind.at(file=file))
            return
        reader = _Table(self, file, columns, rows)
        getattr(reader, table)()
        reader.tell()

    def close(self) -> None:
        """Add the figures read to those found, each with the factor that it seems to be."""
        for (item, kind), entry in [*self.found.items(), *self._minerals()]:
            known = entry.proposal or self._proposal(item, kind)
            self.base.entries.append(replace(entry, proposal="" if entry.is_fake else known))
        self.base.entries = list(_each_once(self.base.entries))

    def _proposal(self, item: str, kind: str) -> str:
        device = self.devices.get(item)
        if device is None and words.device_of(item) not in self.devices.values():
            device = words.device_of(item)
        return f"{device}.{kind}" if device else ""

    def _minerals(self) -> Iterator[tuple[tuple[str, str], Entry]]:
        """Give the minerals of each item, its stages together: we count them in one."""
        by_item: dict[str, dict[str, Entry]] = {}
        for (item, stage), entry in self.minerals.items():
            by_item.setdefault(item, {})[stage] = entry
        for item, stages in by_item.items():
            made = stages.get("manufacturing")
            if made is None:
                told = findings.NO_MANUFACTURING.at(name=item)
                self.base.problems.append(told)
            else:
                name = ", ".join([item, *(one.name for one in stages.values())])
                whole = sum(one.value for one in stages.values())
                yield (item, "adpe.embedded"), replace(made, name=name, value=whole)


def _each_once(entries: Sequence[Entry]) -> Iterator[Entry]:
    """Give the entries, a factor proposed for one at most.

    Several references may be one device: unless they agree, a person says which of them it is.
    """
    values: dict[str, set[float]] = {}
    for entry in entries:
        values.setdefault(entry.proposal, set()).add(entry.value)
    taken = {proposal for proposal, told in values.items() if len(told) > 1}
    for entry in entries:
        yield replace(entry, proposal="") if entry.proposal in taken else entry
        taken.add(entry.proposal)


class _Table:
    """The lines of one table; counts what has no place among our factors."""

    def __init__(
        self,
        references: References,
        file: str,
        columns: Mapping[str, int],
        rows: Iterator[Sequence[str]],
    ) -> None:
        self._all = references
        self._problems: Problems = references.base.problems
        self._file = file
        self._columns = columns
        self._rows = rows
        self._left: Counter[str] = Counter()
        self._fake = self._lifeless = 0

    def impacts(self) -> None:
        for line, row in self._lines("item"):
            mix = words.MIX.fullmatch(row["item"])
            if mix is not None:
                self._mix(line, row, mix["country"])
                continue
            self._use(line, row)
            criterion = words.CRITERIA.get(words.plain(row["criterion"]))
            stage = words.STAGES.get(words.plain(row["stage"]))
            unit = fold(row["unit"])
            if criterion is None or stage is None:
                self._left[row["criterion"] if criterion is None else row["stage"]] += 1
            elif unit not in words.PIECES | words.UNITS_OF[criterion]:
                self._left[f"{row['criterion']} ({row['unit']})"] += 1
            elif criterion == "gwp":
                name = f"{row['item']}, {row['stage']}, {row['criterion']}"
                self._keep(line, row, f"gwp.{stage}", name, "kgCO2e/unit")
            elif (entry := self._entry(line, row, row["stage"], "kg Sb eq/unit")) is not None:
                self._all.minerals.setdefault((row["item"], stage), entry)

    def mixes(self) -> None:
        for line, row in self._lines("short"):
            self._mix(line, row, row["short"])

    def lives(self) -> None:
        for line, row in self._lines("type"):
            device = words.device_of(row["type"]) or words.device_of(row["item"])
            for reference in (row["default"], row["item"]):
                if reference and device:
                    self._all.devices.setdefault(reference, device)
            if not row["life"]:
                self._lifeless += 1
                continue
            if number_of(row["life"]) == 0:
                self._problems.append(findings.NO_LIFE.at(line=line, file=self._file))
                continue
            life = {**row, "item": row["type"], "value": row["life"]}
            self._keep(line, life, "life", row["type"], "years", f"{device}.life" if device else "")

    def matches(self) -> None:
        for _line, row in self._lines("target"):
            device = words.device_of(row["model"])
            if device:
                self._all.devices[row["target"]] = device

    def hypotheses(self) -> None:
        for _line, row in self._lines("code"):
            self._left[row["code"]] += 1

    def tell(self) -> None:
        """Say what was left, and what its own source calls made up."""
        if self._lifeless:
            self._problems.append(findings.LIFELESS.at(file=self._file, lines=self._lifeless))
        if self._left:
            told = ", ".join(
                what if count == 1 else f"{what} × {count}"
                for what, count in self._left.most_common(8)
            )
            lines = self._left.total()
            self._problems.append(findings.LEFT.at(file=self._file, lines=lines, what=told))
        if self._fake:
            self._problems.append(findings.FAKE.at(file=self._file, lines=self._fake))

    def _lines(self, needed: str) -> Iterator[tuple[int, dict[str, str]]]:
        for cells in self._rows:
            line: int = self._rows.line_num  # type: ignore[attr-defined]
            row = dict.fromkeys(words.COLUMNS, "")
            for name, place in self._columns.items():
                row[name] = cells[place].strip() if place < len(cells) else ""
            if row[needed]:
                yield line, row
            elif any(row.values()):
                told = findings.EMPTY_CELL.at(line=line, file=self._file, columns=needed)
                self._problems.append(told)

    def _mix(self, line: int, row: Mapping[str, str], place: str) -> None:
        criterion = words.CRITERIA.get(words.plain(row["criterion"]))
        country = country_of(place)
        if criterion is None or country is None:
            self._left[row["criterion"] if criterion is None else place] += 1
            return
        factor = f"electricity.{criterion}.{country}"
        name = f"{row['item'] or row['place']}, {row['criterion']}"
        self._keep(line, row, factor, name, f"{_TOLD[criterion]}/kWh", factor)

    def _use(self, line: int, row: Mapping[str, str]) -> None:
        """Keep the electricity of a year, which each line of an equipment says again."""
        if row["use"] and (row["item"], "kwh_year") not in self._all.found:
            use = {**row, "value": row["use"]}
            self._keep(line, use, "kwh_year", f"{row['item']}, kWh", "kWh/year")

    def _keep(
        self,
        line: int,
        row: Mapping[str, str],
        kind: str,
        name: str,
        unit: str,
        proposal: str = "",
    ) -> None:
        """Keep a figure; one said twice otherwise is told, and the first one stands."""
        entry = self._entry(line, row, name, unit)
        if entry is None:
            return
        entry = replace(entry, proposal=proposal)
        first = self._all.found.setdefault((row["item"], kind), entry)
        if first.value != entry.value:
            self._problems.append(findings.SAID_TWICE.at(line=line, file=self._file, name=name))

    def _entry(self, line: int, row: Mapping[str, str], name: str, unit: str) -> Entry | None:
        value = number_of(row["value"])
        if value is None:
            told = findings.NOT_A_NUMBER.at(
                line=line, file=self._file, column=name, text=row["value"]
            )
            self._problems.append(told)
            return None
        is_fake = bool(words.FAKE.search(row["source"]))
        self._fake += is_fake
        return Entry(
            id=row["item"] or row["short"],
            name=name,
            value=value,
            unit=unit,
            place=row["place"],
            year=None,
            uncertainty=None,
            source=(row["source"] or f"NumEcoEval, {name}")[:LONGEST_SOURCE],
            quality=(Quality.PUBLISHED if row["source"] and not is_fake else Quality.ASSUMED).value,
            is_fake=is_fake,
        )
