"""Three choices under one envelope, side by side: what each brings to whom, and why they differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple, Self

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portulan.core.say import numbers
from portulan.core.say.text import semicolons
from portulan.portfolio.choice.answer import cents
from portulan.portfolio.choice.beside import Obtained, obtained, purses, room_left
from portulan.portfolio.choice.election import Election
from portulan.portfolio.choice.rules import Outcome, completed, greedy
from portulan.portfolio.models import RoomChoice
from portulan.portfolio.room.rules import election_of, said_why
from portulan.portfolio.words import Voted
from portulan.web.language import page_language

# Why a project is in one choice and not in another, by which one has it.
_SAID = {
    "shares": gettext_lazy(
        "L’action %(title)s entre par les parts égales : chacun de ses %(count)s soutiens paie"
        " %(paid)s au plus. À son tour, le décompte simple n’avait plus que %(room)s pour %(cost)s."
    ),
    "plain": gettext_lazy(
        "L’action %(title)s entre par le décompte simple. Par parts égales, ses %(count)s soutiens"
        " n’ont plus que %(left)s pour %(cost)s."
    ),
    "alone": gettext_lazy(
        "L’action %(title)s n’a aucun soutien : le décompte simple la prend parce qu’elle tient"
        " dans le reste."
    ),
    "best": gettext_lazy(
        "L’optimum prend l’action %(title)s pour sa valeur, %(value)s points par an ; soutiens :"
        " %(count)s."
    ),
    "worse": gettext_lazy(
        "L’optimum laisse l’action %(title)s (%(value)s points par an) : sans elle, l’enveloppe"
        " apporte au moins autant."
    ),
}


class Row(NamedTuple):
    """A project: what its supporters obtain in the mean, and whether it is chosen, three times."""

    title: str
    cost: int
    supporters: int
    cells: list[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class Told:
    """A closed vote: the plain count, equal shares, and the plan of most value if it is proved."""

    choice: RoomChoice
    election: Election
    plain: Outcome
    shares: Outcome
    ways: tuple[Obtained, ...]

    @classmethod
    def of(cls, choice: RoomChoice) -> Self:
        election = election_of(
            choice.projects, choice.envelope, choice.ballots, Voted(choice.voted)
        )
        plain, shares = greedy(election), completed(election)
        chosen = [set(plain.winners), set(shares.winners)]
        if choice.best is not None:
            kept = set(choice.best)
            chosen.append({at for at, one in enumerate(choice.projects) if one["id"] in kept})
        ways = tuple(obtained(election, winners) for winners in chosen)
        return cls(choice, election, plain, shares, ways)

    @property
    def by_points(self) -> bool:
        return self.choice.voted == Voted.POINTS

    @property
    def heads(self) -> list[str]:
        return [_("Décompte simple"), _("Parts égales"), _("Optimum prouvé")][: len(self.ways)]

    @property
    def lede(self) -> str:
        voters = ngettext(
            "%(count)s personne a voté.", "%(count)s personnes ont voté.", self.choice.voters
        ) % {"count": self.choice.voters}
        apart = len(self.ways[0].winners ^ self.ways[1].winners)
        if not apart:
            return f"{voters} " + _("Le décompte simple et les parts égales retiennent les mêmes.")
        empty = [one.empty for one in self.ways]
        return f"{voters} " + _(
            "Le décompte simple en laisse %(plain)s sans rien de ce qu’elles soutiennent, les parts"
            " égales %(shares)s."
        ) % {"plain": empty[0], "shares": empty[1]}

    @property
    def rows(self) -> list[Row]:
        backers = self.election.supporters()
        return [
            Row(
                one["title"],
                one["cost"],
                backers[at],
                [(self._measure(way.means[at]), at in way.winners) for way in self.ways],
            )
            for at, one in enumerate(self.choice.projects)
        ]

    @property
    def spent(self) -> list[int]:
        return [one.spent // self.election.scale for one in self.ways]

    @property
    def empty(self) -> list[int]:
        return [one.empty for one in self.ways]

    def _measure(self, mean: Fraction | None) -> str:
        if mean is None:
            return numbers.UNKNOWN
        if self.by_points:
            return numbers.number(cents(mean), page_language(), decimals=1)
        return numbers.thousands(cents(self.election.money(mean)), page_language())

    def reasons(self) -> Iterator[str]:
        """Yield why each project that is not in all of them is in some."""
        backers, left = self.election.supporters(), purses(self.election, self.shares)
        paid = {one.project: one.paid_each for one in self.shares.bought}
        plain, shares = self.ways[0].winners, self.ways[1].winners
        for at, one in enumerate(self.choice.projects):
            values: dict[str, Any] = {
                "title": _number(one),
                "count": backers[at],
                "cost": _money(self.election.money(self.election.projects[at].cost)),
                "paid": _money(self.election.money(paid.get(at) or Fraction(0))),
                "left": _money(self.election.money(left[at])),
                "room": _money(self.election.money(room_left(self.election, self.plain, at))),
                "value": numbers.number(Decimal(one["value"]), page_language()),
            }
            said = [*self._between(at in plain, at in shares, values)]
            if len(self.ways) > 2:
                said += self._best(at in self.ways[2].winners, at in shares, values)
            if said:
                yield " ".join(said)

    @staticmethod
    def _between(plain: bool, shares: bool, values: dict[str, Any]) -> Iterator[str]:
        if shares and not plain:
            yield _SAID["shares"] % values
        elif plain and not shares:
            yield _SAID["plain" if values["count"] else "alone"] % values

    @staticmethod
    def _best(best: bool, shares: bool, values: dict[str, Any]) -> Iterator[str]:
        if best != shares:
            yield _SAID["best" if best else "worse"] % values

    def rules(self) -> Iterator[str]:
        """Yield how each choice counts: the measure, what completes it, what settles ties."""
        first = Fraction(self.election.budget, self.election.voters)
        yield _(
            "Parts égales : chacun a d’abord %(first)s de l’enveloppe, et une action s’achète par"
            " ses soutiens. Ce qui reste est complété : les parts grandissent d’un euro à la fois,"
            " tant que le total tient ; ici, jusqu’à %(last)s."
        ) % {
            "first": _money(self.election.money(first)),
            "last": _money(self.election.money(self.shares.per_voter)),
        }
        measure = _("les points reçus") if self.by_points else _("le coût de ce que l’on approuve")
        yield _(
            "La mesure est %(measure)s. Le décompte simple classe par soutien pour un euro, et"
            " passe ce qui ne tient plus. L’optimum a le plus de valeur selon les critères du"
            " scénario, sans les votes ni les minimums par thématique."
        ) % {"measure": measure}
        opened = numbers.long_date(timezone.localdate(self.choice.opened_at), page_language())
        words = _(
            "À égalité, le plus petit numéro d’action passe d’abord : règle dite à l’ouverture, le"
            " %(day)s."
        )
        yield words % {"day": opened} + self._ties()

    def _ties(self) -> str:
        titles = [_number(one) for one in self.choice.projects]
        found = {
            tie.among: tie.chosen for outcome in (self.plain, self.shares) for tie in outcome.ties
        }
        if not found:
            return " " + _("Elle n’a pas servi.")
        told = (
            _("%(chosen)s devant %(others)s")
            % {
                "chosen": titles[chosen],
                "others": ", ".join(titles[at] for at in among if at != chosen),
            }
            for among, chosen in found.items()
        )
        return " " + _("Elle a servi : %(told)s.") % {"told": semicolons(told, page_language())}


def _number(project: dict[str, Any]) -> str:
    """Return the number that its title begins with: the table has the whole."""
    return str(project["title"]).partition(". ")[0]


def _money(amount: Fraction) -> str:
    return numbers.money(Decimal(cents(amount)), page_language(), decimals=0)


def left_out(choice: RoomChoice | None) -> list[tuple[str, str]]:
    """Return the actions that are not voted, each with why."""
    if choice is None:
        return []
    language = page_language()
    return [(one["title"], said_why(one["reason"]).say(language)) for one in choice.left_out]
