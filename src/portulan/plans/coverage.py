"""Who acts on which domain: themes × functions, with the gaps."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portulan.catalogue.models import CatalogueVersion, Practice, Theme
from portulan.plans.actions.columns import PlanActions, practices_by_action
from portulan.plans.models import Action, Plan, PracticeChoice
from portulan.plans.words import Choice, CommitmentLevel, Progress


@dataclass(frozen=True, slots=True)
class ThemeCoverage:
    """A theme of an edition: who acts on it, and how many of its practices the plan keeps.

    `suggested` are the functions that the edition cites for it, the most cited first.
    """

    theme: Theme
    actions: tuple[Action, ...]
    kept: int
    answered: int
    practices: int
    suggested: tuple[str, ...]

    @property
    def functions(self) -> tuple[str, ...]:
        """The pilot functions at work, in the order of their actions."""
        return tuple(dict.fromkeys(item.pilot_function for item in self.actions))

    @property
    def levels(self) -> tuple[CommitmentLevel, ...]:
        return tuple(CommitmentLevel(item.level) for item in self.actions)

    @property
    def is_gap(self) -> bool:
        """Nobody acts on this domain."""
        return not self.actions


@dataclass(frozen=True, slots=True)
class Coverage:
    """The map of a plan; `outside` are the actions that follow no practice."""

    editions: tuple[CatalogueVersion, ...]
    themes: tuple[ThemeCoverage, ...]
    outside: tuple[Action, ...]

    @property
    def gaps(self) -> tuple[ThemeCoverage, ...]:
        return tuple(item for item in self.themes if item.is_gap)

    @property
    def kept(self) -> int:
        return sum(item.kept for item in self.themes)

    @property
    def practices(self) -> int:
        return sum(item.practices for item in self.themes)


# What is read of each action, of which there may be a thousand.
_READ = (
    *("plan_id", "number", "own_number", "title", "level", "progress", "vacant_since"),
    *("pilot_function", "pilot__name", "pilot__left_on", "pilot__erased_at"),
)


def coverage_of(plan: Plan, read: PlanActions | None = None) -> Coverage:
    """Return who acts on each theme of the editions that the plan uses (six queries at most).

    A practice is kept when it was chosen, or is followed by an action; "in place already" is an
    answer of its own, as on the board of the catalogue. A dropped action covers nothing. `read`
    is what `actions_of` gave, when it is already read.
    """
    if read is None:
        found: Iterable[Action] = (
            plan.actions.select_related("pilot").only(*_READ).order_by("number")
        )
        practices: Mapping[int, tuple[Practice, ...]] = practices_by_action(plan)
    else:
        found, practices = read.actions, {pk: item.practices for pk, item in read.around.items()}
    actions = [action for action in found if action.progress != Progress.DROPPED]
    followed = {practice for action in actions for practice in practices.get(action.pk, ())}
    answers = PracticeChoice.objects.filter(plan=plan).values_list(
        "practice_id", "practice__version_id", "choice"
    )
    kept = {practice for practice, _edition, choice in answers if choice == Choice.KEEP}
    kept |= {practice.pk for practice in followed}
    answered = {practice for practice, _edition, _choice in answers}
    acting: dict[int, dict[int, Action]] = defaultdict(dict)
    outside = []
    for action in actions:
        for practice in practices.get(action.pk, ()):
            acting[practice.theme_id][action.pk] = action
        if not practices.get(action.pk):
            outside.append(action)
    editions = {edition for _practice, edition, _choice in answers}
    themes = _themes({practice.version_id for practice in followed} | editions)
    offered = _offered(themes)
    return Coverage(
        editions=tuple(dict.fromkeys(theme.version for theme in themes)),
        themes=tuple(
            _theme(theme, tuple(acting[theme.pk].values()), offered[theme.pk], kept, answered)
            for theme in themes
        ),
        outside=tuple(outside),
    )


def _themes(editions: set[int]) -> list[Theme]:
    return list(
        Theme.objects.filter(version__in=editions)
        .select_related("version__catalogue")
        .order_by("version__catalogue__title", "version__version", "version_id", "order")
    )


type _Cited = list[str]  # the functions that an edition cites for a practice


def _offered(themes: Iterable[Theme]) -> dict[int, dict[int, _Cited]]:
    """Return the practices of each theme, each with the functions that it cites."""
    found: dict[int, dict[int, _Cited]] = defaultdict(dict)
    for theme_id, pk, pilots in (
        Practice.objects.filter(theme__in=themes)
        .order_by("order")
        .values_list("theme_id", "pk", "pilots")
    ):
        found[theme_id][pk] = pilots
    return found


def _theme(
    theme: Theme,
    acting: tuple[Action, ...],
    offered: dict[int, _Cited],
    kept: set[int],
    answered: set[int],
) -> ThemeCoverage:
    cited = Counter(function for functions in offered.values() for function in functions)
    return ThemeCoverage(
        theme=theme,
        actions=acting,
        kept=len(offered.keys() & kept),
        answered=len(offered.keys() & answered),
        practices=len(offered),
        suggested=tuple(function for function, _times in cited.most_common()),
    )
