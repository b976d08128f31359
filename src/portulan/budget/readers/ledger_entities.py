"""Whose accounts the rows of a ledger are: bodies and budgets, found and chosen.

One reading is of one legal body and, where the file tells them apart, of the budgets that a person
chooses. A column of suppliers has SIRETs too: it is named so, or stands for them one for one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from portulan.budget.readers.ledger_columns import Field
from portulan.budget.readers.lines import Answer, Question
from portulan.core.folding import fold
from portulan.core.say.text import ProblemKind, UnusableInputError
from portulan.core.tables.cells import text_of
from portulan.core.tables.tabular import Row
from portulan.core.tables.workbooks import Cell

SEVERAL = ProblemKind(
    "several-entities",
    "error",
    fr="Le fichier tient les comptes de plusieurs organismes ou budgets ({names}). Dites lesquels"
    " lire.",
    en="The file holds the accounts of several bodies or budgets ({names}). Say which to read.",
)
OTHER_ENTITY = ProblemKind(
    "no-such-entity",
    "error",
    fr="Aucune ligne n’est de « {name} ».",
    en="No line is of “{name}”.",
)

_CODE = re.compile(r"\b(?:siren|siret|id_?(?:coll|etab))\b")
_NAME = re.compile(
    r"(?:nom |libelle |code )?(?:de la |du |de l.)?(?:collectivite|commune|organisme|etablissement"
    r"|entite|ville|syndicat|structure|adherent|membre|entity|body|municipality|company)s?"
)
_BUDGET = re.compile(r"(?:code |libelle |nom |no )?(?:du )?(?:budget|cbudg|lbudg|codbud1?)")
_SUPPLIER = re.compile(
    r"fournisseur|tiers|titulaire|creancier|beneficiaire|prestataire|supplier|vendor"
)
_SHOWN = 8
_SIREN = 9  # digits


@dataclass(slots=True)
class Entities:
    """The columns that say whose a row is, and what was asked of them."""

    code: int | None = None
    name: int | None = None
    budget: int | None = None
    wanted: tuple[tuple[str, str], ...] = ()  # body and budget, "" for any
    siren: str | None = None
    siret: str | None = None
    _kept: dict[tuple[str, str, str], bool] = field(default_factory=dict)

    @property
    def columns(self) -> list[int]:
        """The columns whose values are to be counted."""
        return [at for at in (self.code, self.name, self.budget) if at is not None]

    def codes(self, sample: Sequence[Row]) -> list[int]:
        """Return the columns that hold a code written with its zero: no amount is."""
        return [
            at
            for at in self.columns
            if any(
                len(text) > 1 and text[0] == "0" and text.isdecimal()
                for _, cells in sample
                if at < len(cells) and (text := text_of(cells[at]))
            )
        ]

    def keeps(self, cells: Sequence[Cell]) -> bool:
        """Return whether a row is of a body and a budget that are read."""
        return not self.wanted or not self.columns or self.whose(cells) is not None

    def whose(self, cells: Sequence[Cell]) -> tuple[str, str] | None:
        """Return whose a row is, of those that are read; None for others."""
        code, name, budget = (
            text_of(cells[at]) if at is not None and at < len(cells) else ""
            for at in (self.code, self.name, self.budget)
        )
        found = (
            (body, its)
            for body, its in self.wanted
            if (not body or (code and code.startswith(body)) or fold(name) == fold(body))
            and (not its or fold(budget) == fold(its))
        )
        return next(found, None)

    def told_above(self, body: str | None, siret: str | None) -> None:
        """Leave it to headings to tell whose the rows are, where they do.

        Raises UnusableInputError when nothing in the file is of who is asked for.
        """
        if body is None and self.wanted and not self.columns:
            said = self.wanted[0]
            if said[1] or not (siret or "").startswith(said[0]):
                raise UnusableInputError(OTHER_ENTITY.at(name=":".join(filter(None, said))))
        if body is not None:
            self.wanted = ()
            if len(body) == _SIREN and body.isdecimal():
                self.siren = body

    def look(self, values: Mapping[int, Counter[str]], questions: list[Question]) -> None:
        """Take the body from what the rows say, or ask which when there are several."""
        if self.code is not None:
            codes = {text for text in values[self.code] if text}
            sirens = {text[:9] for text in codes}
            if len(sirens) == 1:
                self.siren = sirens.pop()
                if len(codes) == 1 and len(code := next(iter(codes))) == 14:
                    self.siret = code
            elif sirens:
                self._ask(sorted(sirens), questions, "{}")
                return
        elif self.name is not None:
            names = sorted(text for text in values[self.name] if text)
            if len({fold(name) for name in names}) > 1:
                self._ask(names, questions, "{}")
                return
        if self.budget is not None:
            budgets = sorted(text for text in values[self.budget] if text)
            if len({fold(budget) for budget in budgets}) > 1 and not any(b for _, b in self.wanted):
                self._ask(budgets, questions, f"{self.siren or ''}:{{}}")

    def _ask(self, names: list[str], questions: list[Question], option: str) -> None:
        if len(self.wanted) > 1:
            return  # several were chosen
        shown = ", ".join(names[:_SHOWN]) + ("…" if len(names) > _SHOWN else "")
        answers = tuple(Answer({"entity": option.format(name)}) for name in names[:100])
        questions.append(Question(SEVERAL.at(names=shown), answers))


def entity_columns(
    titles: Sequence[str],
    sample: Sequence[Row],
    keys: Mapping[Field, int],
    wanted: Sequence[str],
) -> Entities:
    """Return the columns that say whose the rows are, by their titles and their first values."""
    found = Entities(
        wanted=tuple((body, budget) for body, _, budget in (one.partition(":") for one in wanted))
    )
    for at, title in enumerate(titles):
        words = fold(title).replace("_", " ")
        if at in keys.values() or _SUPPLIER.search(words):
            continue
        values = [text for _, cells in sample if at < len(cells) and (text := text_of(cells[at]))]
        if not values:
            continue
        if _CODE.search(words) or (not found.code and all(map(_is_siret, values))):
            if not _follows(sample, keys.get("supplier"), at):
                found.code = at
        elif _NAME.fullmatch(words):
            found.name = at
        elif _BUDGET.fullmatch(words) and _are_names(values):
            found.budget = at
    return found


def _is_siret(text: str) -> bool:
    """Return whether digits are a SIREN or a SIRET, by their check digit."""
    if len(text) not in (9, 14) or not text.isascii() or not text.isdigit():
        return False
    doubled = [int(digit) * (2 if at % 2 else 1) for at, digit in enumerate(reversed(text))]
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0


def _follows(sample: Sequence[Row], supplier: int | None, at: int) -> bool:
    """Return whether each supplier has one code, and there are several: the code is theirs."""
    if supplier is None:
        return False
    pairs = {
        (text_of(cells[supplier]), text_of(cells[at]))
        for _, cells in sample
        if max(supplier, at) < len(cells) and text_of(cells[at])
    }
    codes = {code for _, code in pairs}
    return len(codes) > 1 and len(pairs) == len({name for name, _ in pairs}) == len(codes)


def _are_names(values: Sequence[str]) -> bool:
    """Return whether values are names or short codes of budgets, and no amounts.

    Codes begin with a zero, or come again and again.
    """
    if any(re.search(r"[.,]", text) for text in values):
        return False
    if any(any(map(str.isalpha, text)) for text in values):
        return True
    if not all(len(text) <= 3 for text in values):
        return False
    return any(text.startswith("0") and len(text) > 1 for text in values) or (
        len(set(values)) * 2 <= len(values)
    )
