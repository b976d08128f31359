"""The inventory files of NumEcoEval and G4IT: four CSV tables, cut by `;`, with French titles.

Which table a file is, its titles say. Lives follow the method of NumEcoEval: from purchase to
retirement, else to the day of reading, never under one year; else that of the type of device, else
two years. The share of a virtual machine is that of its vCPU on its physical machine.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path

from portulan.core import documents
from portulan.core.folding import fold
from portulan.core.say.numbers import MistypedError, parse_date
from portulan.core.say.text import Problem, Problems
from portulan.impact.engine.factors import shipped
from portulan.impact.readers import reference_words as words
from portulan.impact.readers import table_findings

LARGEST_FILE = 64 * 2**20
DEFAULT_LIFE = 2.0
DAYS_A_YEAR = 365


class Table(StrEnum):
    """The four tables, by the title that is theirs alone."""

    DATACENTRE = "localisation"
    PHYSICAL = "paysDUtilisation"
    VIRTUAL = "typeEqv"
    APPLICATION = "nomApplication"


_REQUIRED: Mapping[Table, tuple[str, ...]] = {
    Table.DATACENTRE: ("nomCourtDatacenter", "localisation"),
    Table.PHYSICAL: ("nomEquipementPhysique", "modele", "quantite", "type", "paysDUtilisation"),
    Table.VIRTUAL: ("nomEquipementVirtuel",),
    Table.APPLICATION: ("nomApplication", "typeEnvironnement", "nomEquipementVirtuel"),
}
_OTHERS = (
    *("nomLongDatacenter", "pue", "nomCourtDatacenter", "dateAchat", "dateRetrait"),
    *("consoElecAnnuelle", "nomEntite", "vCPU", "cluster", "domaine"),
)
# Titles as compared: neither case, accents nor the shape of an apostrophe count.
_TITLES: Mapping[str, str] = {
    fold(title): title
    for titles in (*_REQUIRED.values(), _OTHERS, tuple(Table))
    for title in titles
}


_HOUR = re.compile(r"[ T]\d{1,2}:\d{2}.*$")


class _LeftOutError(Exception):
    """A row of which something that decides of its life cannot be read: it is told, not guessed."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem


@dataclass(frozen=True, slots=True)
class PhysicalDevice:
    """A line of equipment; `device` is our word for its type, None when we have none."""

    name: str
    model: str
    kind: str
    device: str | None
    quantity: float
    bought: date | None
    retired: date | None
    country: str
    kwh_year: float | None
    entity: str

    def life(self, today: date) -> float:
        """Return its life in years, as NumEcoEval counts it."""
        if self.bought is not None:
            days = ((self.retired or today) - self.bought).days
            return max(days / DAYS_A_YEAR, 1.0)
        usual = shipped().latest(f"{self.device}.life") if self.device else None
        return usual.value if usual is not None else DEFAULT_LIFE


@dataclass(frozen=True, slots=True)
class VirtualMachine:
    name: str
    host: str
    vcpu: float | None


@dataclass(slots=True)
class Inventory:
    """All that the files hold, line by line, and what is wrong with them.

    Datacentres and applications are cells by title: no estimate rests on them.
    """

    datacentres: list[Mapping[str, str]] = field(default_factory=list)
    devices: list[PhysicalDevice] = field(default_factory=list)
    machines: list[VirtualMachine] = field(default_factory=list)
    applications: list[Mapping[str, str]] = field(default_factory=list)
    problems: Problems = field(default_factory=Problems)

    def count(self, device: str) -> float:
        """Return how many devices of a kind are in the inventory."""
        return sum(one.quantity for one in self.devices if one.device == device)

    def share(self, machine: VirtualMachine) -> float | None:
        """Return the share of its physical machine that a virtual one takes, by vCPU."""
        beside = [one.vcpu for one in self.machines if one.host == machine.host]
        known = [vcpu for vcpu in beside if vcpu is not None]
        if machine.vcpu is None or len(known) < len(beside) or not sum(known):
            return None
        return machine.vcpu / sum(known)


def read_inventory(files: Sequence[Path]) -> Inventory:
    """Read the files of an inventory, in any order; one alone is read too."""
    inventory = Inventory()
    for file in files:
        try:
            if file.stat().st_size > LARGEST_FILE:
                inventory.problems.append(documents.TOO_BIG.at(file=str(file), limit=LARGEST_FILE))
                continue
            text = file.read_text(encoding="utf-8-sig")
        except (OSError, ValueError) as error:
            kind = documents.NOT_TEXT if isinstance(error, ValueError) else documents.UNREADABLE
            inventory.problems.append(kind.at(file=str(file)))
            continue
        try:
            _TableReader(inventory, str(file)).read(text)
        except csv.Error as error:
            inventory.problems.append(table_findings.NOT_CSV.at(file=str(file), reason=str(error)))
    return inventory


class _TableReader:
    def __init__(self, inventory: Inventory, file: str) -> None:
        self._inventory = inventory
        self._file = file
        self._line = 1

    def read(self, text: str) -> None:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=";")
        titles = [_TITLES.get(fold(title), title.strip()) for title in next(rows, [])]
        table = next((table for table in reversed(Table) if table.value in titles), None)
        if table is None:
            self._inventory.problems.append(table_findings.UNKNOWN_TABLE.at(file=self._file))
            return
        missing = [title for title in _REQUIRED[table] if title not in titles]
        if missing:
            self._inventory.problems.append(
                table_findings.MISSING_COLUMN.at(
                    line=1, file=self._file, columns=", ".join(missing)
                )
            )
            return
        for cells in rows:
            self._line = rows.line_num
            row = self._row(cells, titles, _REQUIRED[table])
            if row is not None:
                self._keep(table, row)

    def _row(
        self, cells: Sequence[str], titles: Sequence[str], required: Sequence[str]
    ) -> dict[str, str] | None:
        """Return a line by title, or None when it is blank or lacks what it must have."""
        padded = [*cells, *[""] * (len(titles) - len(cells))]
        pairs = zip(titles, padded, strict=False)
        row = {title: cell.strip() for title, cell in pairs if title}
        empty = [title for title in required if not row[title]]
        if empty and any(row.values()):
            columns = ", ".join(empty)
            self._inventory.problems.append(
                table_findings.EMPTY_CELL.at(line=self._line, file=self._file, columns=columns)
            )
        return None if empty else row

    def _keep(self, table: Table, row: Mapping[str, str]) -> None:
        if table is Table.DATACENTRE:
            self._number(row, "pue")  # told when it is none
            self._inventory.datacentres.append(row)
        elif table is Table.PHYSICAL:
            try:
                self._inventory.devices.append(self._known(self._device(row)))
            except _LeftOutError as error:
                self._inventory.problems.append(error.problem)
        elif table is Table.VIRTUAL:
            self._inventory.machines.append(self._machine(row))
        else:
            self._inventory.applications.append(row)

    def _device(self, row: Mapping[str, str]) -> PhysicalDevice:
        return PhysicalDevice(
            name=row["nomEquipementPhysique"],
            model=row["modele"],
            kind=row["type"],
            device=words.DEVICES.get(fold(row["type"])),
            quantity=self._number(row, "quantite") or 0.0,
            bought=self._date(row, "dateAchat"),
            retired=self._date(row, "dateRetrait"),
            country=row["paysDUtilisation"],
            kwh_year=self._number(row, "consoElecAnnuelle"),
            entity=row.get("nomEntite", ""),
        )

    def _known(self, device: PhysicalDevice) -> PhysicalDevice:
        """Return the device, told when its type is none of ours: nothing can be estimated of it."""
        if device.device is None:
            self._inventory.problems.append(
                table_findings.UNKNOWN_TYPE.at(
                    line=self._line,
                    file=self._file,
                    name=device.name,
                    text=device.kind,
                )
            )
        return device

    def _machine(self, row: Mapping[str, str]) -> VirtualMachine:
        return VirtualMachine(
            name=row["nomEquipementVirtuel"],
            host=row.get("nomEquipementPhysique", ""),
            vcpu=self._number(row, "vCPU"),
        )

    def _number(self, row: Mapping[str, str], title: str) -> float | None:
        text = row.get(title, "")
        if not text:
            return None
        try:
            number = float(text.replace(",", "."))
        except ValueError:
            number = -1.0
        if 0 <= number < float("inf"):
            return number
        self._inventory.problems.append(
            table_findings.NOT_A_NUMBER.at(
                line=self._line, file=self._file, column=title, text=text
            )
        )
        return None

    def _date(self, row: Mapping[str, str], title: str) -> date | None:
        text = row.get(title, "")
        if not text:
            return None
        try:
            return parse_date(_HOUR.sub("", text), "fr")  # the tool writes days as in French
        except MistypedError:
            problem = table_findings.NOT_A_DATE.at(
                line=self._line, file=self._file, column=title, text=text
            )
            raise _LeftOutError(problem) from None
