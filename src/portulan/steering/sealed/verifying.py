"""What holds of a sealed plan, judged from its bytes alone: no database, no clock (pure)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from portulan.core.contracts import HALF
from portulan.core.documents import EMPTY_FILE, NOT_JSON, NOT_TEXT, TOO_DEEP
from portulan.core.say.text import Problem, Problems, UnusableInputError
from portulan.steering.sealed import findings
from portulan.steering.sealed.document import (
    NAME,
    SEALED,
    Sealed,
    canonical,
    marks_of,
    seal_of,
)

_EXACT = 2**53 - 1
_MEMBERS = ("format", "content", "marks", "seal", "timestamp")


@dataclass(frozen=True, slots=True)
class Verified:
    """A file looked at: what it holds, if that can be read, and all that does not hold.

    `seal` is computed from the content, whatever is written.
    """

    sealed: Sealed | None
    seal: str
    problems: tuple[Problem, ...]

    @property
    def holds(self) -> bool:
        return not any(problem.is_error for problem in self.problems)


def verify(content: bytes) -> Verified:
    """Return what holds of a file. Raises UnusableInputError for what is no JSON at all."""
    problems = Problems()
    document = _read(content, problems)
    if not isinstance(document, dict) or document.get("format") != NAME:
        problems.append(findings.NOT_SEALED.at(wanted=NAME))
        return Verified(None, "", problems.told())
    problems.extend(findings.EXTRA.at(path=key) for key in document if key not in _MEMBERS)
    if not problems and (at := _apart(content, canonical(document))) is not None:
        problems.append(findings.NOT_CANONICAL.at(byte=at))
    said = document.get("content")
    seal = _seal(said)
    problems.extend(_sealed(document, said, seal))
    body = {key: one for key, one in document.items() if key in _MEMBERS and key != "format"}
    found, faults = SEALED.tried(body)
    for fault in faults:
        problems.append(findings.WRONG_SHAPE.at(path=fault.path, code=fault.code))
    if found is not None:
        chain = found.content.chain
        begins = chain.number == 1
        if begins is not (chain.previous is None) or begins is not (chain.first is None):
            problems.append(findings.CHAIN_OF_FIRST.at(number=chain.number))
    return Verified(found, seal, problems.told())


def _seal(content: Any) -> str:
    try:
        return seal_of(content)
    except ValueError:  # a number or a character that canonical JSON has not: it was told
        return ""


def _read(content: bytes, problems: Problems) -> Any:
    """Return what JSON says, and tell what no canonical JSON has."""

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            keys = [key for key, _ in pairs]
            problems.extend(findings.TWICE.at(key=key) for key in found if keys.count(key) > 1)
        return found

    def fraction(text: str) -> float:
        problems.append(findings.FLOAT.at(text=text))
        return 0.0

    def whole(digits: str) -> int:
        number = int(digits) if len(digits) < 20 else _EXACT + 1
        if abs(number) > _EXACT:
            problems.append(findings.TOO_LARGE.at(text=digits))
            return 0
        return number

    try:
        text = content.decode("utf-8")
        found = json.loads(
            text,
            object_pairs_hook=members,
            parse_float=fraction,
            parse_int=whole,
            parse_constant=fraction,
        )
    except UnicodeDecodeError:
        raise UnusableInputError(NOT_TEXT.at()) from None
    except json.JSONDecodeError as error:
        problem = NOT_JSON.at(line=error.lineno, column=error.colno)
        raise UnusableInputError(problem if error.doc.strip() else EMPTY_FILE.at()) from None
    except RecursionError:
        raise UnusableInputError(TOO_DEEP.at()) from None
    if HALF.search(json.dumps(found, ensure_ascii=False)):
        problems.append(NOT_TEXT.at())
    return found


def _apart(written: bytes, wanted: bytes) -> int | None:
    """Return the first byte, from 1, where a file is not what it should be; None if it is."""
    if written == wanted:
        return None
    pairs = zip(written, wanted, strict=False)
    return next((at for at, (one, other) in enumerate(pairs, 1) if one != other), len(wanted) + 1)


def _sealed(document: dict[str, Any], content: Any, seal: str) -> Iterator[Problem]:
    """Yield what the seal and the marks say of a content."""
    apart = list(_compare(document.get("marks"), marks_of(content) if seal else None, ""))
    if document.get("seal") == seal:
        yield from (findings.MARK_BROKEN.at(path=path) for _kind, path in apart)
        return
    yield findings.SEAL_BROKEN.at(found=str(document.get("seal")), wanted=seal or "∅")
    yield from (kind.at(path=path) for kind, path in apart)


def _compare(written: Any, wanted: Any, path: str) -> Iterator[tuple[Any, str]]:
    """Yield where marks differ: what changed, what is gone, what was added."""
    if isinstance(written, dict) and isinstance(wanted, dict):
        pairs = {key: f"{path}.{key}".removeprefix(".") for key in {**written, **wanted}}
    elif isinstance(written, list) and isinstance(wanted, list):
        most = max(len(written), len(wanted))
        written, wanted = dict(enumerate(written)), dict(enumerate(wanted))
        pairs = {at: f"{path}[{at}]" for at in range(most)}
    else:
        if written != wanted:
            yield findings.BROKEN, path or "content"
        return
    for key, place in pairs.items():
        if key not in written:
            yield findings.EXTRA, place
        elif key not in wanted:
            yield findings.MISSING, place
        else:
            yield from _compare(written[key], wanted[key], place)


def verify_chain(found: Sequence[tuple[str, Verified]]) -> dict[str, list[Problem]]:
    """Return what does not hold between several files, by the name of the file that says so.

    The first in the chain says which chain it is; seals that are missing between two are no fault.
    """
    told: dict[str, list[Problem]] = {name: [] for name, _one in found}
    known = [(name, one.sealed, one.seal) for name, one in found if one.sealed is not None]
    known.sort(key=lambda item: item[1].content.chain.number)
    before: tuple[int, str] | None = None
    first = None
    for name, sealed, seal in known:
        chain = sealed.content.chain
        own = chain.first or seal
        first = first or own
        if own != first:
            told[name].append(findings.OTHER_CHAIN.at(found=own, wanted=first))
            continue
        if before and before[0] == chain.number and before[1] != seal:
            told[name].append(findings.SAME_PLACE.at(number=chain.number))
        elif before and before[0] == chain.number - 1 and chain.previous != before[1]:
            told[name].append(
                findings.CHAIN_BROKEN.at(
                    number=chain.number,
                    before=before[0],
                    found=str(chain.previous),
                    wanted=before[1],
                )
            )
        before = (chain.number, seal)
    return told
