"""What a file of accounts holds, before anything is imported: `portulan budget inspect`."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, BinaryIO

from portulan.budget.accounts_chart import is_strict
from portulan.budget.imports.plausibility import DOUBTS, Known, doubts
from portulan.budget.imports.proofs import grade_of
from portulan.budget.readers import DOCUMENTS, facts_of, open_reading
from portulan.budget.readers.ledger_bins import BINS
from portulan.budget.readers.lines import AskedError, Control, Header, Question, Reading, SourceLine
from portulan.budget.words import Stage
from portulan.core.money import ZERO, as_text
from portulan.core.say.text import Language, Problem, UnusableInputError

type Document = dict[str, Any]
type Amounts = dict[str, Decimal]  # by the value of a stage

UNKNOWN = Known()
# Plain text: the hash of a member of an enumeration is worked out in Python, each time.
_STAGES = tuple(stage.value for stage in Stage)


def inspect(
    given: str | os.PathLike[str] | BinaryIO,
    lang: Language = "fr",
    *,
    name: str | None = None,
    mapping: Mapping[str, int | str] | None = None,
    year: int | None = None,
) -> Document:
    """Return what a file holds, by the contract of `budget inspect`: docs/reference/commands.md.

    `name` is how problems call the file (its path by default), `mapping` the columns of a ledger
    and the answers to its questions, `year` the one that a file of several is read for. Raises
    UnusableInputError.
    """
    shown = name or (os.fspath(given) if isinstance(given, str | os.PathLike) else None)
    try:
        with open_reading(given, name=shown, mapping=mapping, year=year) as reading:
            return document_of(reading, lang, file=shown)
    except AskedError as error:
        return asked(error, lang, file=shown)
    except UnusableInputError as error:
        raise UnusableInputError(replace(error.problem, file=shown)) from None


def document_of(
    reading: Reading, lang: Language = "fr", *, file: str | None = None, known: Known = UNKNOWN
) -> Document:
    """Return the same document for a reading not yet iterated, which is read to its end.

    `known` is what its amounts are to be like; the file may say the inhabitants itself.
    """
    header, facts = reading.header, facts_of(reading.header.format)
    sums = _Sums(header.nomenclature)
    for line in reading:
        sums.add(line)
    found = reading.problems
    if not header.delta:
        known = replace(known, population=known.population or header.population)
        its = sums.certain_it()
        found += doubts(
            sums.expenses(),
            its,
            known,
            is_ledger=facts is not None and facts.knows_services,
            is_part=header.annex or (facts is not None and facts.details_lines),
        )
    return _document(reading, sums, [replace(problem, file=file) for problem in found], lang)


def asked(error: AskedError, lang: Language = "fr", *, file: str | None = None) -> Document:
    """Return the document of a file that waits for answers before any of its lines is read."""
    nothing = Reading(error.header, lambda _reading: iter(()))
    for question in error.questions:
        nothing.ask(question)
    problems = [replace(problem, file=file) for problem in nothing.problems]
    return _document(nothing, _Sums(None), problems, lang)


def unusable(problem: Problem, lang: Language = "fr") -> Document:
    """Return the document of a file that gives nothing, among several: its problem and nulls."""
    nothing = Reading(Header(format=""), lambda _reading: iter(()))
    return _document(nothing, _Sums(None), [problem], lang) | {"format": None}


def is_flawed(document: Document) -> bool:
    """Return whether errors were found in the input: exit code 1."""
    return any(problem["severity"] == "error" for problem in document["problems"])


def is_doubtful(document: Document) -> bool:
    """Return whether amounts are unlikely in euros: a person has to say that they are."""
    return any(problem["code"] in DOUBTS for problem in document.get("problems", ()))


class _Sums:
    """Sums over the lines that count: by section and flow, and by certain IT account."""

    def __init__(self, nomenclature: str | None) -> None:
        self._nomenclature = nomenclature
        self.totals: dict[tuple[str | None, str], Amounts] = defaultdict(dict)
        self.strict: dict[str, Amounts] = defaultdict(dict)

    def add(self, line: SourceLine) -> None:
        if not line.real or line.carried:
            return
        nature, flow = line.nature, line.flow
        amounts = line.by_stage
        _accumulate(self.totals[line.section, flow], amounts)
        if flow == "expense" and is_strict(self._nomenclature, nature, line.label):
            _accumulate(self.strict[nature or ""], amounts)

    def expenses(self) -> Amounts:
        """Expenses of both sections, by stage."""
        return _added(sums for (_, flow), sums in self.totals.items() if flow == "expense")

    def certain_it(self) -> Amounts:
        """Expenses of the accounts that are IT for certain, by stage."""
        return _added(self.strict.values())

    def stages(self) -> list[Stage]:
        """The stages at which one line that counts has an amount, neither empty nor zero."""
        found = {stage for amounts in self.totals.values() for stage in amounts}
        return [stage for stage in Stage if stage in found]


def _accumulate(sums: Amounts, amounts: Sequence[Decimal | None]) -> None:
    for stage, amount in zip(_STAGES, amounts, strict=True):
        if amount:
            sums[stage] = sums.get(stage, ZERO) + amount


def _added(several: Iterable[Amounts]) -> Amounts:
    total: Amounts = {}
    for sums in several:
        _accumulate(total, [sums.get(stage) for stage in _STAGES])
    return total


def _document(reading: Reading, sums: _Sums, problems: list[Problem], lang: Language) -> Document:
    header = reading.header
    stages = sums.stages()
    certain_it = sums.certain_it()
    document: Document = {
        "format": header.format,
        "encoding": header.encoding,
        "entity": {"siret": header.siret, "name": header.name, "budget": header.budget},
        "nomenclature": header.nomenclature,
        "year": header.year,
        "delta": header.delta,
        "stages": [stage.value for stage in stages],
        "rows": {
            "read": reading.read,
            "kept": reading.kept,
            "dropped": dict(sorted(reading.dropped.items())),
        },
        "totals": list(_totals(sums, stages)),
        "it": {
            "strict": [
                {
                    "nature": nature,
                    "stage": stage.value,
                    "amount": as_text(by_stage.get(stage, ZERO)),
                }
                for nature, by_stage in sorted(sums.strict.items())
                for stage in sorted(stages)
            ],
            "strict_total": {stage.value: as_text(certain_it.get(stage, ZERO)) for stage in stages},
        },
        "problems": [problem.as_json(lang) for problem in problems],
    }
    if header.format not in DOCUMENTS:  # which are structured, and print nothing to check
        document["controls"] = [_control(control) for control in reading.controls]
        document["cells"] = {name: count for name in BINS if (count := reading.bins[name])}
        document["proof"] = grade_of(document).value
        document["questions"] = [_question(question, lang) for question in reading.questions]
    return document


def _control(control: Control) -> Document:
    return {
        "line": control.line,
        "stage": control.stage.value,
        "printed": as_text(control.printed),
        "read": as_text(control.read),
        "holds": control.holds,
    }


def _question(question: Question, lang: Language) -> Document:
    return {
        "code": question.problem.kind.code,
        "message": question.problem.message(lang),
        "answers": [
            {
                "option": answer.option,
                "totals": None
                if answer.totals is None
                else {stage.value: as_text(total) for stage, total in answer.totals.items()},
            }
            for answer in question.answers
        ],
    }


def _totals(sums: _Sums, stages: list[Stage]) -> Iterator[dict[str, str | None]]:
    """Yield four totals a stage, zeros included; and those of lines without a section, if any."""
    sections: list[str | None] = ["F", "I"]
    if any(section is None for section, _ in sums.totals):
        sections.append(None)
    for stage in stages:
        for section in sections:
            for flow in ("expense", "revenue"):
                amount = sums.totals.get((section, flow), {}).get(stage, ZERO)
                yield {
                    "section": section,
                    "flow": flow,
                    "stage": stage.value,
                    "amount": as_text(amount),
                }
