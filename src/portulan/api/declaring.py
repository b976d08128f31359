"""What the API can do, declared: an address, a right, a read or a service, and how it answers.

    resource(
        "plans/{plan}/actions/{number}/milestones",
        "milestone",
        MILESTONE,
        lambda call: call.found["action"].milestones.all(),
        write=Operation.UPDATE_ACTION,
        create=save_milestone,
        change=save_milestone,
        remove=remove_milestone,
    )

One declaration gives the list and its CSV, one row with its ETag, and what its services write; the
body of each is the signature of its service (`bodies`). The mechanism does the rest (`answering`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from portulan.accounts.access import Operation
from portulan.api.bodies import CLOCK, OURS, Parameter, is_row, parameters, typed_keys
from portulan.api.call import Call
from portulan.api.shapes import Schema, Shape
from portulan.core.errors import NotFoundError

type Rows = Callable[[Call], QuerySet[Any]]
type Service = Callable[..., Any]
READ, EDIT = Operation.READ_PLAN, Operation.EDIT_PLAN


# Of a service that returns how many: what its answer is.
COUNTED: Mapping[str, Any] = {
    "told": lambda found: {"count": found},
    "told_schema": {"type": "object", "properties": {"count": {"type": "integer"}}},
}


@dataclass(frozen=True, slots=True)
class Door:
    """What opens an address: it finds the rows that are named there, or refuses."""

    provides: frozenset[str]
    open: Callable[[Call], Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True, eq=False)
class Endpoint:
    """An operation of the API, at an address inside an organisation."""

    method: str
    path: str
    name: str
    need: Operation
    summary: str = ""
    about: str = ""
    door: Door | None = None

    @property
    def tag(self) -> str:
        return self.path.split("/")[0]

    @property
    def provides(self) -> frozenset[str]:
        return self.door.provides if self.door else frozenset()


@dataclass(frozen=True, kw_only=True, eq=False)
class Listing(Endpoint):
    """Rows, some at a time, or all of them as CSV; `filters` are columns that one may ask."""

    shape: Shape
    rows: Rows
    filters: tuple[str, ...] = ()
    method: str = "GET"


@dataclass(frozen=True, kw_only=True, eq=False)
class One(Endpoint):
    """One row; its ETag is asked again by who changes it."""

    shape: Shape
    row: Callable[[Call], Any]
    method: str = "GET"


@dataclass(frozen=True, kw_only=True, eq=False)
class Answer(Endpoint):
    """What a read of the domain returns, that is no row: already as JSON has it.

    `asked` are what the address may say after `?`, by name, as JSON Schemas. What it says of
    `withheld` members is never said to an assistant.
    """

    read: Callable[[Call], Any]
    schema: Schema = field(default_factory=lambda: {"type": "object"})
    asked: Mapping[str, Schema] = field(default_factory=dict)
    withheld: frozenset[str] = frozenset()
    method: str = "GET"


@dataclass(frozen=True, kw_only=True, eq=False)
class Sent:
    """A file that an operation answers with."""

    content: Any
    kind: str
    name: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Download(Endpoint):
    """A file; `read` returns it, with its media type, one of `kinds`, and its name."""

    read: Callable[[Call], Sent]
    kinds: tuple[str, ...] = ("application/octet-stream",)
    method: str = "GET"


@dataclass(frozen=True, kw_only=True, eq=False)
class Write(Endpoint):
    """What a service writes.

    `names` says under which name the door found a parameter, `given` what the program says by
    itself (a function is called with the call), `without` what is never asked. `upload` makes
    parameters of a file that is sent; `uploaded` are their names. `made` picks the row in what the
    service returns; `at` is the address of one such row, `{key}` in it, for who makes one. An
    answer that is no row is made by `told`; `typed` are the keys of a service's `**said`,
    `needed` those that it cannot do without. `apart`:
    it reads a file, and may not hold the database meanwhile.
    """

    service: Service
    names: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, Any] = field(default_factory=dict)
    without: frozenset[str] = frozenset()
    upload: Callable[[Call, Any], Mapping[str, Any]] | None = None
    uploaded: tuple[str, ...] = ()
    made: Callable[[Any], Any] = lambda result: result
    shape: Shape | None = None
    at: str = ""
    key: str = "pk"
    told: Callable[[Any], Any] | None = None
    told_schema: Schema = field(default_factory=lambda: {"type": "object"})
    typed: Any = None
    needed: frozenset[str] = frozenset()
    row: str = ""
    refetch: Callable[[Call], Any] | None = None
    apart: bool = False
    status: int = 200

    @cached_property
    def asked(self) -> tuple[Parameter, ...]:
        """What is sent: all that the service takes and that nothing else says."""
        left = self.without | set(self.given) | set(self.uploaded) | OURS | {CLOCK}
        return tuple(
            replace(one, required=True) if one.name in self.needed else one
            for one in (*parameters(self.service), *(typed_keys(self.typed) if self.typed else ()))
            if one.name not in left and not self._is_found(one)
        )

    def _is_found(self, one: Parameter) -> bool:
        return is_row(one.hint) and self.names.get(one.name, one.name) in self.provides

    def bound(self, call: Call) -> dict[str, Any]:
        """Return what the address, the clock and the declaration say."""
        found: dict[str, Any] = {}
        for one in parameters(self.service):
            if one.name in self.given:
                value = self.given[one.name]
                found[one.name] = value(call) if callable(value) else value
            elif one.name == CLOCK:
                found[one.name] = call.today
            elif one.name not in self.without and self._is_found(one):
                found[one.name] = call.found[self.names.get(one.name, one.name)]
        return found

    @cached_property
    def read_there(self) -> Endpoint | None:
        """What is read at the address that is written over, whose version may be sent."""
        if self.method not in {"PUT", "PATCH", "DELETE"}:
            return None
        return next(
            (one for one in ENDPOINTS if (one.method, one.path) == ("GET", self.path)), None
        )

    @property
    def takes_version(self) -> bool:
        return self.refetch is not None or self.read_there is not None

    @property
    def asks_version(self) -> bool:
        """Tell whether who calls must have read what they change."""
        return self.method in {"PUT", "PATCH", "DELETE"} and self.refetch is not None


def open_door(endpoint: Endpoint, call: Call) -> None:
    """Find the rows that the address names. Raises NotFoundError, DeniedError."""
    if endpoint.door is not None:
        call.found |= endpoint.door.open(call)


ENDPOINTS: list[Endpoint] = []
DOORS: dict[str, Door] = {}


def door(path: str, *provides: str) -> Callable[[Callable[[Call], Mapping[str, Any]]], None]:
    """Declare what opens the addresses that begin so."""

    def keep(opens: Callable[[Call], Mapping[str, Any]]) -> None:
        DOORS[path] = Door(frozenset(provides), opens)

    return keep


def door_of(path: str) -> Door | None:
    """Return the door of an address: that of its longest part that has one."""
    parts = path.split("/")
    for length in range(len(parts), 0, -1):
        if found := DOORS.get("/".join(parts[:length])):
            return found
    return None


def declare[E: Endpoint](endpoint: E) -> E:
    ENDPOINTS.append(endpoint)
    return endpoint


def named(verb: str, path: str) -> str:
    """Return the name of an operation: its verb, then the fixed words of its address."""
    words = [part for part in path.split("/") if not part.startswith("{")]
    return "-".join([verb, *words]).replace(".", "-")


@dataclass(frozen=True)
class Act:
    """Something more that may be done to a row, at its address and this word."""

    word: str
    service: Service
    need: Operation
    more: Mapping[str, Any] = field(default_factory=dict)


def act(word: str, service: Service, need: Operation, **more: Any) -> Act:
    return Act(word, service, need, more)


def listing(path: str, shape: Shape, rows: Rows, need: Operation = READ, **more: Any) -> Listing:
    """Declare rows that are only read."""
    more.setdefault("name", named("list", path))
    return declare(
        Listing(path=path, need=need, door=door_of(path), shape=shape, rows=rows, **more)
    )


def answer(path: str, read: Callable[[Call], Any], need: Operation = READ, **more: Any) -> Answer:
    """Declare what a read of the domain says."""
    more.setdefault("name", named("read", path))
    return declare(Answer(path=path, need=need, door=door_of(path), read=read, **more))


def download(path: str, read: Callable[[Call], Sent], need: Operation, **more: Any) -> Download:
    """Declare a file."""
    more.setdefault("name", named("download", path))
    return declare(Download(path=path, need=need, door=door_of(path), read=read, **more))


def write(method: str, path: str, service: Service, need: Operation, **more: Any) -> Write:
    """Declare what a service does at an address that is no row's."""
    more.setdefault("name", named(service.__name__.replace("_", "-"), path))
    more.setdefault("door", door_of(path))
    return declare(Write(method=method, path=path, need=need, service=service, **more))


def resource(
    path: str,
    row: str,
    shape: Shape,
    rows: Rows,
    *,
    read: Operation = READ,
    write: Operation = EDIT,
    create: Service | None = None,
    change: Service | None = None,
    remove: Service | None = None,
    acts: Iterable[Act] = (),
    key: str = "pk",
    created: Mapping[str, Any] | None = None,
    changed: Mapping[str, Any] | None = None,
    removed: Mapping[str, Any] | None = None,
    filters: str = "",
    alone: bool = True,
    part: str = "",
) -> None:
    """Declare rows, and what may be done to them.

    `part` is the name of the row in the address (`row` unless said), `key` the column that it is;
    `created`, `changed` and `removed` complete the declaration of each write.
    """
    at = f"{path}/{{{part or row}}}"
    parent = door_of(path)

    def fetch(call: Call) -> Any:
        value = call.path[part or row]
        found = rows(call).filter(**{key: value}).first()
        if found is None:
            raise NotFoundError(value)
        return found

    inside = _inside(at, row, parent, fetch)
    listing(path, shape, rows, read, filters=tuple(filters.split()))
    if alone:
        declare(
            One(path=at, name=named("read", at), need=read, door=inside, shape=shape, row=fetch)
        )
    services = (
        ("POST", path, "create", create, created, parent),
        ("PUT", at, "change", change, changed, inside),
        ("DELETE", at, "remove", remove, removed, inside),
    )
    for method, place, verb, service, more, opened in services:
        if service is None:
            continue
        said: dict[str, Any] = {"need": write, "row": row, "key": key, "door": opened}
        if verb == "create":
            said |= {"shape": shape, "at": f"{path}/{{key}}", "status": 201}
            said["without"] = frozenset({row})
        else:
            said["refetch"] = fetch
            said |= {"status": 204} if verb == "remove" else {"shape": shape}
        typed = "typed" in (more or {})
        if verb == "change" and not typed and _changes_some(service, inside):
            method = "PATCH"
        said |= more or {}
        need = said.pop("need")
        _write(method, place, named(verb, place), service, need, said)
    for one in acts:
        said = {"row": row, "shape": shape, "refetch": fetch, "door": inside, **one.more}
        _write("POST", f"{at}/{one.word}", named(one.word, at), one.service, one.need, said)


def _inside(at: str, row: str, parent: Door | None, fetch: Callable[[Call], Any]) -> Door:
    """Return the door of a row: its own where it was declared, else it is found in its list."""

    def opens(call: Call) -> Mapping[str, Any]:
        call.found |= parent.open(call) if parent else {}
        return {row: fetch(call)}

    provides = (parent.provides if parent else frozenset()) | {row}
    return DOORS.setdefault(at, Door(provides, opens))


def _changes_some(service: Service, inside: Door) -> bool:
    """Tell whether a service changes what it is given and leaves the rest: it needs nothing."""
    ours = OURS | {CLOCK}
    asked = (one for one in parameters(service) if one.name not in ours and one.required)
    return all(is_row(one.hint) and one.name in inside.provides for one in asked)


def _write(
    method: str, path: str, name: str, service: Service, need: Operation, said: Mapping[str, Any]
) -> None:
    declare(Write(method=method, path=path, name=name, need=need, service=service, **said))
