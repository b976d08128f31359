"""Files that hold figures for our factors: the Base Carbone, or reference tables of NumEcoEval."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from portulan.core.say.text import Language, Text
from portulan.impact.engine.wording import plain
from portulan.impact.readers import base_carbone
from portulan.impact.readers import table_findings as findings
from portulan.impact.readers.entries import Base, can_replace, text_of
from portulan.impact.readers.references import References


def read_figures(files: Sequence[Path]) -> Base:
    """Read the files together, each as its titles say; a fault is told, the rest is read."""
    base = Base()
    references = References(base)
    for file in files:
        text = text_of(file, base.problems)
        if text is None:
            continue
        try:
            if base_carbone.recognises(text):
                base_carbone.read_base(base, text, str(file))
            else:
                references.read(text, str(file))
        except csv.Error as error:
            base.problems.append(findings.NOT_CSV.at(file=str(file), reason=str(error)))
    references.close()
    return base


def document(base: Base, language: Language) -> dict[str, object]:
    """Return what `portulan impact factors` prints: the figures in a unit that some factor has."""
    known = [entry for entry in base.entries if can_replace(entry)]
    return {
        "factors": {entry.proposal: entry.value for entry in known if entry.proposal},
        "figures": [
            {
                "id": entry.id,
                "name": entry.name,
                "value": entry.value,
                "unit": entry.unit,
                "place": entry.place,
                "source": entry.source,
                "quality": entry.quality,
                "factor": entry.proposal or None,
            }
            for entry in known
        ],
        "archived": base.archived,
        "problems": [problem.as_json(language) for problem in base.problems.told()],
    }


def page(base: Base, language: Language) -> str:
    """Return the same for a person: a figure a line, those that have a factor first."""
    nothing = Text("sans facteur proposé", "no factor proposed").say(language)
    known = sorted(filter(can_replace, base.entries), key=lambda entry: not entry.proposal)
    return "".join(
        f"{entry.proposal or nothing} = {plain(entry.value, language)} {entry.unit}"
        f" ({entry.name}\N{NO-BREAK SPACE}; {entry.source})\n"
        for entry in known
    )
