"""Who acts on which domain: themes × functions, with the gaps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch

from portulan.catalogue.models import CatalogueVersion, Practice, Theme
from portulan.plans.enums import Choice, CommitmentLevel, Progress
from portulan.plans.models import Action, Plan, PracticeChoice
from portulan.plans.selectors.doors import PRACTICES


@dataclass(frozen=True, slots=True)
class Acting:
    """An action as the map shows it; `vacant` when nobody holds its pilot's post."""

    number: int
    title: str
    level: CommitmentLevel
    pilot_function: str
    vacant: bool


@dataclass(frozen=True, slots=True)
class ThemeCoverage:
    """A theme of an edition: who acts on it, and how many of its practices the plan keeps.

    `suggested` are the functions that the edition cites for it, the most cited first.
    """

    theme: Theme
    actions: tuple[Acting, ...]
    kept: int
    answered: int
    practices: int
    suggested: tuple[str, ...]

    @property
    def functions(self) -> tuple[str, ...]:
        """The pilot functions at work, in the order of their actions."""
        return tuple(dict.fromkeys(item.pilot_function for item in self.actions))

    @property
    def is_gap(self) -> bool:
        """Nobody acts on this domain."""
        return not self.actions


@dataclass(frozen=True, slots=True)
class Coverage:
    """The map of a plan; `outside` are the actions that follow no practice."""

    editions: tuple[CatalogueVersion, ...]
    themes: tuple[ThemeCoverage, ...]
    outside: tuple[Acting, ...]

    @property
    def gaps(self) -> tuple[ThemeCoverage, ...]:
        return tuple(item for item in self.themes if item.is_gap)

    @property
    def kept(self) -> int:
        return sum(item.kept for item in self.themes)

    @property
    def practices(self) -> int:
        return sum(item.practices for item in self.themes)


def coverage_of(plan: Plan, actions: Iterable[Action] | None = None) -> Coverage:
    """Return who acts on each theme of the editions that the plan uses (eight queries at most).

    A practice is kept when it was chosen, or is followed by an action; "in place already" is an
    answer of its own, as on the board of the catalogue. A dropped action covers nothing. `actions`
    are those of the plan with their practices, when they are already read.
    """
    if actions is None:
        actions = (
            Action.objects.filter(plan=plan)
            .select_related("pilot")
            .prefetch_related(*PRACTICES)
            .order_by("number")
        )
    actions = [action for action in actions if action.progress != Progress.DROPPED]
    choices = dict(PracticeChoice.objects.filter(plan=plan).values_list("practice_id", "choice"))
    editions = _editions(actions, choices)
    kept = {pk for pk, choice in choices.items() if choice == Choice.KEEP}
    kept |= {link.practice_id for action in actions for link in action.practice_links.all()}
    acting: dict[int, dict[int, Action]] = defaultdict(dict)
    for action in actions:
        for link in action.practice_links.all():
            acting[link.practice.theme_id][action.pk] = action
    themes = tuple(
        _theme(theme, acting[theme.pk].values(), kept, choices.keys())
        for edition in editions
        for theme in edition.themes.all()
    )
    outside = tuple(_acting(item) for item in actions if not item.practice_links.all())
    return Coverage(tuple(editions), themes, outside)


def _editions(actions: list[Action], choices: dict[int, str]) -> list[CatalogueVersion]:
    used = {link.practice.version_id for action in actions for link in action.practice_links.all()}
    used |= set(Practice.objects.filter(pk__in=choices.keys()).values_list("version_id", flat=True))
    return list(
        CatalogueVersion.objects.filter(pk__in=used)
        .select_related("catalogue")
        .prefetch_related(
            Prefetch("themes", Theme.objects.order_by("order")),
            Prefetch(
                "themes__practices",
                Practice.objects.only("theme", "order", "pilots").order_by("order"),
            ),
        )
        .order_by("catalogue__title", "version")
    )


def _theme(
    theme: Theme, acting: Iterable[Action], kept: set[int], answered: Iterable[int]
) -> ThemeCoverage:
    practices = list(theme.practices.all())
    ids = {practice.pk for practice in practices}
    cited: dict[str, int] = {}
    for practice in practices:
        for function in practice.pilots:
            cited[function] = cited.get(function, 0) + 1
    return ThemeCoverage(
        theme=theme,
        actions=tuple(_acting(action) for action in acting),
        kept=len(ids & kept),
        answered=len(ids & set(answered)),
        practices=len(practices),
        suggested=tuple(sorted(cited, key=lambda name: -cited[name])),
    )


def _acting(action: Action) -> Acting:
    pilot = action.pilot
    gone = pilot is not None and (pilot.left_on is not None or pilot.erased_at is not None)
    return Acting(
        number=action.number,
        title=action.title,
        level=CommitmentLevel(action.level),
        pilot_function=action.pilot_function,
        vacant=action.vacant_since is not None or gone,
    )
