"""The reference tables of NumEcoEval and G4IT: impacts of equipment, lives, mixes, matches.

CSV cut by `;`. Which table a file is, its titles say; the tables are read together, in any order,
for one says which device the reference of another is. Countries are told by their two letters or
three (ISO 3166-1). What has no place among our factors is told.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf

from portulan.core.folding import fold
from portulan.core.say.text import Problems
from portulan.impact.engine.factors import Quality
from portulan.impact.readers import reference_words as words
from portulan.impact.readers import table_findings as findings
from portulan.impact.readers.entries import LONGEST_SOURCE, Base, Entry, number_of

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

    def read(self, text: str, file: str) -> None:
        """Read one table. Raises csv.Error."""
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=";")
        written = next(rows, [])
        titles = [fold(title) for title in written]
        columns = {
            name: titles.index(title)
            for name, known in words.COLUMNS.items()
            for title in reversed(known)
            if title in titles
        }
        read = next((read for read, need in _TABLES if columns.keys() >= {*need}), None)
        if read is None:
            kind = findings.NO_FIGURE if _WITHOUT & {*titles} else findings.UNKNOWN_REFERENCE
            self.base.problems.append(kind.at(file=file))
            return
        table = _Table(self, file, written, columns, rows)
        read(table)
        table.tell()

    def close(self) -> None:
        """Add the figures read to those found, each with the factor that it seems to be."""
        stages: dict[str, dict[str, Entry]] = {}
        for (item, kind), entry in self.found.items():
            indicator, _, stage = kind.partition(".")
            if indicator == "adpe":
                stages.setdefault(item, {})[stage] = entry
            else:
                self._add(item, kind, entry)
        for item, minerals in stages.items():
            self._add_minerals(item, minerals)
        self.base.entries = list(_each_once(self.base.entries))

    def _add(self, item: str, kind: str, entry: Entry) -> None:
        known = entry.proposal or self._proposal(item, kind)
        self.base.entries.append(replace(entry, proposal="" if entry.is_fake else known))

    def _proposal(self, item: str, kind: str) -> str:
        device = self.devices.get(item)
        if device is None and words.device_of(item) not in self.devices.values():
            device = words.device_of(item)
        return f"{device}.{kind}" if device else ""

    def _add_minerals(self, item: str, stages: Mapping[str, Entry]) -> None:
        """Add the minerals of an item, its stages together, for we count them in one.

        The whole is worth its weakest part.
        """
        made = stages.get("manufacturing")
        if made is None:
            self.base.problems.append(findings.NO_MANUFACTURING.at(name=item))
            return
        parts = stages.values()
        whole = replace(
            made,
            name=" + ".join(one.name for one in parts),
            value=sum(one.value for one in parts),
            quality=max((Quality(one.quality) for one in parts), key=list(Quality).index).value,
            is_fake=any(one.is_fake for one in parts),
        )
        self._add(item, "adpe.embedded", whole)


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
        titles: Sequence[str],
        columns: Mapping[str, int],
        rows: Iterator[Sequence[str]],
    ) -> None:
        self._all = references
        self._problems: Problems = references.base.problems
        self._file = file
        self._titles = titles
        self._columns = columns
        self._rows = rows
        self._left: Counter[str] = Counter()
        self._uses: set[tuple[str, str]] = set()
        self._fake = self._lifeless = self._grams = 0

    def impacts(self) -> None:
        for line, row in self._lines("item"):
            mix = words.MIX.fullmatch(row["item"])
            if mix is not None:
                self._mix(line, row, mix["country"])
                continue
            self._use(line, row)
            criterion = words.CRITERIA.get(words.plain(row["criterion"]))
            stage = words.STAGES.get(words.plain(row["stage"]))
            if criterion is None or stage is None:
                self._left[row["criterion"] if criterion is None else row["stage"]] += 1
            elif fold(row["unit"]) not in words.PIECES | words.UNITS_OF[criterion]:
                self._leave_unit(row)
            else:
                name = f"{row['item']}, {row['stage']}, {row['criterion']}"
                entry = self._entry(line, row, name, f"{_TOLD[criterion]}/unit")
                self._keep(line, row["item"], f"{criterion}.{stage}", entry)

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
            known = {**row, "item": row["type"]}
            life = self._entry(line, known, row["type"], "years", column="life")
            if life is not None and device:
                life = replace(life, proposal=f"{device}.life")
            self._keep(line, row["type"], "life", life)

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
        if self._grams:
            self._problems.append(findings.IN_GRAMS.at(file=self._file, lines=self._grams))
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
        per_kilogram = words.per_kilogram(criterion, row["unit"])
        if per_kilogram is None:
            self._leave_unit(row)
            return
        name = f"{row['item'] or row['place']}, {row['criterion']}"
        entry = self._entry(line, row, name, f"{_TOLD[criterion]}/kWh")
        if entry is None:
            return
        self._grams += per_kilogram != 1
        factor = f"electricity.{criterion}.{country}"
        entry = replace(entry, value=entry.value / per_kilogram, proposal=factor)
        if entry.value > words.MOST_PER_KWH.get(criterion, inf):
            told = findings.IMPLAUSIBLE_MIX.at(
                line=line, file=self._file, name=name, text=row["value"]
            )
            self._problems.append(told)
            entry = replace(entry, proposal="")
        self._keep(line, row["item"], factor, entry)

    def _use(self, line: int, row: Mapping[str, str]) -> None:
        """Keep the electricity of a year, which each line of an equipment says again."""
        said = row["item"], row["use"]
        if row["use"] and said not in self._uses:
            self._uses.add(said)
            entry = self._entry(line, row, f"{row['item']}, kWh", "kWh/year", column="use")
            self._keep(line, row["item"], "kwh_year", entry)

    def _leave_unit(self, row: Mapping[str, str]) -> None:
        self._left[f"{row['criterion']} ({row['unit']})"] += 1

    def _keep(self, line: int, item: str, kind: str, entry: Entry | None) -> None:
        """Keep a figure, if one was read; said twice otherwise, it is told and the first stands."""
        if entry is None:
            return
        first = self._all.found.setdefault((item, kind), entry)
        if first.value != entry.value:
            told = findings.SAID_TWICE.at(line=line, file=self._file, name=entry.name)
            self._problems.append(told)

    def _entry(
        self, line: int, row: Mapping[str, str], name: str, unit: str, *, column: str = "value"
    ) -> Entry | None:
        value = number_of(row[column])
        if value is None:
            told = findings.NOT_A_NUMBER.at(
                line=line,
                file=self._file,
                column=self._titles[self._columns[column]].strip(),
                text=row[column],
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


# Tables, by the columns that each must have; the first that fits is the one.
_TABLES: Sequence[tuple[Callable[[_Table], None], tuple[str, ...]]] = (
    (_Table.mixes, ("short", "criterion", "value")),
    (_Table.impacts, ("item", "stage", "criterion", "value")),
    (_Table.matches, ("model", "target")),
    (_Table.lives, ("type", "life")),
    (_Table.hypotheses, ("code", "value")),
)
_PAIRS = """
AEARE AFAFG AGATG ALALB AMARM AOAGO ARARG ASASM ATAUT AUAUS AWABW AZAZE BABIH BBBRB BDBGD
BEBEL BFBFA BGBGR BHBHR BIBDI BJBEN BMBMU BNBRN BOBOL BRBRA BSBHS BTBTN BWBWA BYBLR BZBLZ
CACAN CDCOD CGCOG CHCHE CICIV CKCOK CLCHL CMCMR CNCHN COCOL CRCRI CUCUB CVCPV CYCYP CZCZE
DEDEU DJDJI DKDNK DMDMA DODOM DZDZA ECECU EEEST EGEGY EHESH ERERI ESESP ETETH FIFIN FJFJI
FKFLK FOFRO FRFRA GAGAB GBGBR GDGRD GEGEO GFGUF GHGHA GIGIB GLGRL GMGMB GNGIN GPGLP GQGNQ
GRGRC GTGTM GUGUM GWGNB GYGUY HKHKG HNHND HRHRV HTHTI HUHUN IDIDN IEIRL ILISR ININD IQIRQ
IRIRN ISISL ITITA JMJAM JOJOR JPJPN KEKEN KGKGZ KHKHM KIKIR KMCOM KNKNA KPPRK KRKOR KWKWT
KYCYM KZKAZ LALAO LBLBN LCLCA LKLKA LRLBR LSLSO LTLTU LULUX LVLVA LYLBY MAMAR MDMDA MEMNE
MGMDG MKMKD MLMLI MMMMR MNMNG MOMAC MQMTQ MRMRT MSMSR MTMLT MUMUS MVMDV MWMWI MXMEX MYMYS
MZMOZ NANAM NCNCL NENER NGNGA NINIC NLNLD NONOR NPNPL NRNRU NZNZL OMOMN PAPAN PEPER PFPYF
PGPNG PHPHL PKPAK PLPOL PMSPM PRPRI PSPSE PTPRT PYPRY QAQAT REREU ROROU RSSRB RURUS RWRWA
SASAU SBSLB SCSYC SDSDN SESWE SGSGP SHSHN SISVN SKSVK SLSLE SNSEN SOSOM SRSUR SSSSD STSTP
SVSLV SYSYR SZSWZ TCTCA TDTCD TGTGO THTHA TJTJK TLTLS TMTKM TNTUN TOTON TRTUR TTTTO TWTWN
TZTZA UAUKR UGUGA USUSA UYURY UZUZB VCVCT VEVEN VGVGB VIVIR VNVNM VUVUT WSWSM YEYEM ZAZAF
ZMZMB ZWZWE
"""
_BY_TWO: Mapping[str, str] = {
    **{pair[:2]: pair[2:] for pair in _PAIRS.split()},
    "EU": "EEE",
    "WORLD": "WOR",
}
_BY_THREE = frozenset(_BY_TWO.values())


def country_of(code: str) -> str | None:
    """Return the three letters of a country said in two or in three, EEE for the European mix.

    EU-27, EU-28 and the like are the European mix; None when it is no zone of ours.
    """
    told = code.strip().upper()
    if told in _BY_THREE:
        return told
    return _BY_TWO.get("EU" if told.startswith("EU-") else told)
