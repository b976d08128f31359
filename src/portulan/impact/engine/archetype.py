"""What an archetype is: its inputs, and how they become quantities before and after."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from portulan.core.say.text import Problem, ProblemKind
from portulan.impact.engine.draws import Streams, Triangle
from portulan.impact.engine.figures import Consultation
from portulan.impact.engine.items import Flow, Item, Kind
from portulan.impact.engine.samples import Sample

type Given = float | Triangle | str | bool


class View(StrEnum):
    """Amortised: an average year. Purchase: what is bought or not, counted when it is bought."""

    AMORTISED = "amortised"
    PURCHASE = "purchase"


class Reach(StrEnum):
    """A reduction is in one's own footprint, an avoided impact elsewhere: never added."""

    REDUCTION = "reduction"
    AVOIDED = "avoided"


class Step(IntEnum):
    """The order in which actions on the same assets are applied."""

    LIFE = 1
    COUNT = 2
    POWER = 3
    PUE = 4


class Asked(StrEnum):
    """The kinds of inputs; what each accepts is in the reader of requests.

    A count is of devices, a tally of sheets or views; an amount is in all, or of each of them.
    """

    COUNT = "count"
    CAPACITY = "capacity"
    TALLY = "tally"
    AMOUNT = "amount"
    EACH = "each"
    LIFE = "life"
    SHARE = "share"
    CHANGE = "change"
    PUE = "pue"
    HOURS = "hours"
    DAYS = "days"
    DEVICE = "device"
    COUNTRY = "country"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Input:
    """An input of an archetype.

    Left out, it takes its `default`, which the estimate says, or the figure `factor` of the
    device, which its list of factors shows; without either it is required, unless `optional`.
    Inputs of the same `quantity` are the same thing at two moments.
    """

    name: str
    asked: Asked
    default: float | bool | None = None
    factor: str = ""
    optional: bool = False
    quantity: str = ""

    @property
    def is_required(self) -> bool:
        return self.default is None and not self.factor and not self.optional


@dataclass(frozen=True, slots=True)
class Archetype:
    """A kind of action: what it asks, and what it changes."""

    name: str
    flows: Callable[[Case], list[Flow]]
    inputs: tuple[Input, ...] = ()
    views: tuple[View, ...] = (View.AMORTISED,)
    reach: Reach = Reach.REDUCTION
    step: Step = Step.COUNT
    one_of: tuple[str, ...] = ()  # exactly one of these inputs is given
    is_indicative: bool = False  # kept out of totals and rankings

    def input(self, name: str) -> Input:
        """Return an input by its name; raises StopIteration when there is none."""
        return next(one for one in self.inputs if one.name == name)

    def kept_view(self, wanted: View) -> View:
        """Return the view asked for if the archetype has it, else its own."""
        return wanted if wanted in self.views else self.views[0]


@dataclass(slots=True)
class Case:
    """One estimate as its archetype sees it: inputs, view, country, and figures to look up."""

    id: str
    archetype: Archetype
    given: Mapping[str, Given]
    country: str
    view: View
    streams: Streams
    ask: Consultation
    warnings: list[Problem] = field(default_factory=list)
    assumed: dict[str, float | bool] = field(default_factory=dict)
    terms: dict[str, Sample] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Sample:
        """Return a number, given or by default. Raises MissingFigureError."""
        if name not in self.terms:
            self.terms[name] = self._number(self.archetype.input(name))
        return self.terms[name]

    def _number(self, wanted: Input) -> Sample:
        value = self.given.get(wanted.name)
        if value is None and wanted.factor:
            return self.ask.figure(f"{self.word('device')}.{wanted.factor}")
        if value is None:
            value = self._default(wanted)
        if isinstance(value, Triangle):
            quantity = wanted.quantity or wanted.name
            return self.streams.triangular(f"{self.id}/{quantity}", value)
        return Sample(float(value))

    def _default(self, wanted: Input) -> float | bool:
        if wanted.default is None:
            raise KeyError(wanted.name)
        self.assumed[wanted.name] = wanted.default
        return wanted.default

    def word(self, name: str) -> str:
        """Return a device or a country."""
        return str(self.given[name])

    def flag(self, name: str) -> bool:
        """Return a yes or a no, given or by default."""
        if name in self.given:
            return bool(self.given[name])
        return bool(self._default(self.archetype.input(name)))

    def figure(self, factor: str, term: str) -> Sample:
        """Return a factor that the formula names. Raises MissingFigureError."""
        self.terms[term] = self.ask.figure(factor)
        return self.terms[term]

    def warn(self, kind: ProblemKind, **values: str) -> None:
        """Say something that the number alone would hide."""
        self.warnings.append(Problem(kind, values=values))

    @property
    def is_amortised(self) -> bool:
        return self.view is View.AMORTISED


def saved(kind: Kind, amount: Sample, formula: str, of: str = "") -> Flow:
    """Return what is needed before and no more after."""
    return Flow(Item(kind, of), amount, amount, formula)
