"""What actions, envelopes and themes are called in sentences; without a name, their id (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from portulan.core.say.text import Language, Text, quoted


class Named(Protocol):
    """An action of a plan, by its number there and its title; `label` is what adds to one."""

    @property
    def number(self) -> int: ...

    @property
    def title(self) -> str: ...

    @property
    def label(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Names:
    """The names of a problem, by id."""

    actions: Mapping[str, Named] = field(default_factory=dict)
    resources: Mapping[str, str] = field(default_factory=dict)
    measures: Mapping[str, Text] = field(default_factory=dict)

    def action(self, action_id: str, lang: Language) -> str:
        """Return an action inside a sentence, as “l’action 16”; quoted where it has no name."""
        name = self.actions.get(action_id)
        if name is None:
            return quoted(action_id, lang)
        number = Text(f"l’action {name.number}", f"action {name.number}").say(lang)
        return f"{number} ({name.label})" if name.label else number

    def heading(self, action_id: str) -> str:
        """Return an action on a line of its own, as “16. Écoconcevoir les services en ligne”."""
        name = self.actions.get(action_id)
        if name is None:
            return action_id
        title = f"{name.number}. {name.title}"
        return f"{title} + {name.label}" if name.label else title

    def actions_of(self, ids: Iterable[str]) -> list[str]:
        """Return one id per action, the first met: what adds to an action is not another."""
        found: dict[object, str] = {}
        for action_id in ids:
            name = self.actions.get(action_id)
            found.setdefault(action_id if name is None else name.number, action_id)
        return list(found.values())

    def resource(self, resource_id: str, lang: Language) -> str:
        return quoted(self.resources.get(resource_id, resource_id), lang)

    def measure(self, measure_id: str, lang: Language) -> str:
        name = self.measures.get(measure_id)
        return quoted(measure_id if name is None else f"{name:{lang}}", lang)


IDS = Names()


def sentence(text: str) -> str:
    """Return a text that begins a sentence: with a capital."""
    return text[:1].upper() + text[1:]
