"""What a change (DM, BS) says it starts from: a state before, to check the chain of a year with."""

from __future__ import annotations

from portulan.budget.readers.amounts import DecimalMark, NotAnAmountError, parse
from portulan.budget.readers.lines import Reading, SourceLine
from portulan.core.money import ZERO
from portulan.core.problems import ProblemKind

NO_START = ProblemKind(
    "unknown-start",
    "warning",
    fr="« {text} » n’est pas un montant ({field}) : ce dont part cette décision est inconnu.",
    en="“{text}” is not an amount ({field}): what this decision starts from is unknown.",
)


def start_from(
    reading: Reading, line: SourceLine, text: str, *, field: str, mark: DecimalMark | None = None
) -> None:
    """Add to `reading.before` what a line starts from, if it is a real expense of the year."""
    if line.flow != "expense" or not line.counts or line.section is None:
        return
    try:
        amount = parse(text, mark)
    except NotAnAmountError:
        reading.report(NO_START.at(line=line.row, text=text, field=field))
        return
    if amount is not None:
        reading.before[line.section] = reading.before.get(line.section, ZERO) + amount
