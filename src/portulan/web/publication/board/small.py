"""The home of a small town: who does what by when, the money, what is to be done. It prints."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.core.say import numbers
from portulan.plans.actions.reads import Row
from portulan.plans.words import OVER, Progress
from portulan.publication.board import Dashboard
from portulan.web.budget.words import TITLES
from portulan.web.language import page_language


@dataclass(frozen=True, slots=True)
class SmallHome:
    """What the page says, of a whole dashboard."""

    board: Dashboard

    @property
    def rows(self) -> list[Row]:
        return [row for row in self.board.rows if row.progress is not Progress.DROPPED]

    @property
    def sentence(self) -> str:
        """How many are over, and how many go on."""
        counts = Counter(row.progress for row in self.rows)
        done = sum(counts[one] for one in OVER)
        going = counts[Progress.IN_PROGRESS]
        if not done and not going:
            n = len(self.rows)
            return ngettext("%(n)s action, à commencer.", "%(n)s actions, à commencer.", n) % {
                "n": n
            }
        faits = ngettext("%(n)s action est faite", "%(n)s actions sont faites", done) % {"n": done}
        en_cours = ngettext("%(n)s avance.", "%(n)s avancent.", going) % {"n": going}
        return f"{faits}, {en_cours}"

    @property
    def asks_money(self) -> bool:
        current = self.board.current
        return current is None or current.value is None or current.is_unknown

    @property
    def share(self) -> str:
        """The share that the actions are of what IT costs; "" where it is not known yet."""
        current = self.board.current
        if self.asks_money or current is None or current.value is None:
            return ""
        return numbers.percent(current.value, page_language())

    @property
    def money(self) -> str:
        """The amounts of the share, with its stage; or that it is not known yet."""
        current, language = self.board.current, page_language()
        if current is None or current.computed is None or current.denominator is None:
            return _("Le coût de l’informatique n’est pas encore connu.")
        spent = numbers.money(current.denominator, language, decimals=0)
        year = current.year
        if current.value is None or current.is_unknown:
            sentence = _(
                "%(spent)s d’informatique en %(year)s ; la part de ces actions n’est pas encore "
                "connue."
            )
            return sentence % {"spent": spent, "year": year}
        sentence = _(
            "de l’informatique de %(year)s pour ces actions : %(part)s sur %(spent)s, %(stage)s"
        )
        return sentence % {
            "year": year,
            "part": numbers.money(current.numerator, language, decimals=0),
            "spent": spent,
            "stage": TITLES[current.computed.stage],
        }
