"""The list of organisations, and what stands at each address, with its seals checked (pure reads).

Whatever an address gives is bounded, is held to its format, and never stops the others.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from portulan.core.contracts import Format, load
from portulan.core.documents import NOT_TEXT
from portulan.core.folding import inert, squeeze
from portulan.core.say.text import Problem, Text, UnusableInputError
from portulan.observatory import fetching
from portulan.publication.directory import findings
from portulan.publication.documents.lesson_format import FORMAT as LESSON
from portulan.publication.documents.lesson_format import LessonText
from portulan.publication.public.edition import EDITION, Edition, ShareLine
from portulan.publication.public.figure import NAME as FIGURE_NAME
from portulan.publication.public.figure import check
from portulan.steering.sealed.document import canonical

WHOLE, FEED, SUMS = "data/public.json", "data/feed.atom", "SHA256SUMS"
_MOST_MB, _SEAL_SHOWN = 16, 16
_ENTRY = re.compile(r"<id>urn:portulan:[^<]*:edition:(\d{1,9})</id>")
_UPDATED = re.compile(r"<updated>(\d{4}-\d\d-\d\d)")
_SHA256 = re.compile(r"<summary>SHA-256 ([0-9a-f]{64})</summary>")
_SAME = ("year", "stage", "basis", "value", "numerator", "denominator", "lower", "upper")
_OTHER = Text("son détail est celui d’une autre part.", "its detail is that of another share.")
_SUM = re.compile(r"([0-9a-f]{64})  (.+)")


@dataclass(frozen=True, slots=True)
class EditionSeal:
    """An edition as the feed has it; `state` is current, before or withdrawn."""

    number: int
    on: str
    seal: str
    state: str
    checked: bool


@dataclass(slots=True)
class Body:
    """An organisation of the list, and what it publishes that holds."""

    siren: str
    name: str
    people: int | None = None
    addresses: list[str] = field(default_factory=list)
    edition: Edition | None = None
    home: str = ""  # where its pages are, if it is an address of the web
    editions: list[EditionSeal] = field(default_factory=list)
    shares: list[ShareLine] = field(default_factory=list)
    lessons: list[LessonText] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def fictional(self) -> bool:
        said = [one.organisation for one in (self.edition, *self.lessons) if one is not None]
        return any(one.fictional for one in said)


def listed(content: bytes) -> tuple[list[Body], list[Problem]]:
    """Return the organisations of a list, and its rows that are not read.

    Raises UnusableInputError for what is no list.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnusableInputError(NOT_TEXT.at()) from None
    rows = _of_json(text) if text.lstrip()[:1] in {"[", "{"} else _of_csv(text)
    bodies: dict[str, Body] = {}
    problems: list[Problem] = []
    for line, row in rows:
        said = {key: "".join(str(row.get(key) or "").split()) for key in ("siren", "population")}
        given = row.get("adresses") or row.get("adresse")
        texts = given if isinstance(given, list) else [given]
        addresses = [one.strip() for one in texts if isinstance(one, str) and one.strip()]
        name = squeeze(inert(str(row.get("nom") or ""))) or said["siren"]
        is_sound = re.fullmatch(r"[0-9]{9}", said["siren"]) and addresses
        if not is_sound or not re.fullmatch(r"[0-9]{0,9}", said["population"]):
            problems.append(findings.BAD_ROW.at(line=line, name=name))
            continue
        body = bodies.setdefault(said["siren"], Body(said["siren"], name))
        body.addresses += [one for one in addresses if one not in body.addresses]
        body.people = int(said["population"] or 0) or body.people
    if not bodies and not problems:
        raise UnusableInputError(findings.NO_LIST.at())
    return list(bodies.values()), problems


def _of_csv(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    mark = ";" if ";" in text.partition("\n")[0] else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    try:
        reader.fieldnames = [(one or "").strip().lower() for one in reader.fieldnames or ()]
        if not {"siren", "adresse"} <= set(reader.fieldnames):
            raise UnusableInputError(findings.NO_LIST.at(line=1))
        for row in reader:
            yield reader.line_num, row
    except csv.Error:
        raise UnusableInputError(findings.NO_LIST.at(line=reader.line_num)) from None


def _of_json(text: str) -> list[tuple[None, dict[str, Any]]]:
    found = load(text.encode()).document
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise UnusableInputError(findings.NO_LIST.at())
    return [(None, one) for one in found]


class Place:
    """An address: a site whose files are asked by name, or one file."""

    def __init__(self, address: str, beside: Path) -> None:
        is_url = re.match(r"https?://", address, re.IGNORECASE) is not None
        self.is_file = address.lower().endswith(".json")
        if address.endswith(f"/{WHOLE}"):  # the file of a site: its seals are beside it
            address, self.is_file = address.removesuffix(WHOLE), False
        self.base = address if self.is_file else f"{address.rstrip('/')}/"
        self.folder = None if is_url else beside
        self.home = self.base if is_url and not self.is_file else ""
        self._sums: dict[str, str] | None = None

    def read(self, name: str = "") -> bytes:
        """Return a file, which is what the sums of the site say. Raises UnusableInputError."""
        content = self._content(name)
        if name and name != SUMS:
            wanted = self._known_sums().get(name)
            if wanted is not None and hashlib.sha256(content).hexdigest() != wanted:
                raise UnusableInputError(findings.SUM_DIFFERS.at(name=name))
        return content

    def _known_sums(self) -> dict[str, str]:
        """Return the sums of a site of files; a server that answers by itself has none."""
        if self._sums is None:
            try:
                lines = self._content(SUMS).decode("utf-8", "replace").splitlines()
            except UnusableInputError:
                lines = []
            found = [_SUM.fullmatch(one) for one in lines]
            self._sums = {one[2]: one[1] for one in found if one}
        return self._sums

    def _content(self, name: str) -> bytes:
        if self.folder is None:
            return _fetched(f"{self.base}{name}")
        path, shown = self.folder / f"{self.base}{name}", name or Path(self.base).name
        try:
            if path.is_file() and path.stat().st_size <= _MOST_MB << 20:
                return path.read_bytes()
        except (OSError, ValueError):  # ValueError: a name with a null in it
            pass
        raise UnusableInputError(findings.NOT_READ.at(name=shown, most=_MOST_MB))


def _fetched(url: str) -> bytes:
    """Return what an address of the public Internet gives. Raises UnusableInputError."""
    with tempfile.TemporaryDirectory(prefix="portulan-directory-") as folder:
        try:
            return fetching.fetch(url, Path(folder), most_mb=_MOST_MB).read_bytes()
        except UnusableInputError as error:
            if error.problem.kind is fetching.TOO_LARGE:
                raise UnusableInputError(findings.NOT_READ.at(name=url, most=_MOST_MB)) from None
            raise


def read(body: Body, beside: Path) -> None:
    """Read the addresses of an organisation: what holds is kept, what does not has its reason."""
    for address in body.addresses:
        place = Place(address, beside)
        try:
            if place.is_file:
                _read_lessons(body, place)
            else:
                _read_site(body, place)
        except UnusableInputError as error:
            body.problems.append(error.problem)


def _read_lessons(body: Body, place: Place) -> None:
    """Keep the lessons of a file: one, or a list of them as the API gives it."""
    name, found = Path(place.base).name, load(place.read()).document
    documents = found if isinstance(found, list) else [found]
    for one in documents:
        lesson = _held(LESSON, one, name)
        _of_that_body(body, lesson.organisation.number, name)
        if lesson not in body.lessons:
            body.lessons.append(lesson)


def _held[T](kind: Format[T], document: Any, name: str) -> T:
    """Return what a document of a format declares. Raises UnusableInputError."""
    if not isinstance(document, dict) or document.get("format") != kind.name:
        raise UnusableInputError(findings.NOT_PUBLIC_DATA.at(name=name, path="format"))
    found, faults = kind.tried(kind.body(document))
    if found is None:
        raise UnusableInputError(findings.NOT_PUBLIC_DATA.at(name=name, path=faults[0].path))
    return found


def _of_that_body(body: Body, number: str, name: str) -> None:
    if "".join(number.split()) != body.siren:
        wrong = findings.OTHER_BODY.at(name=name, found=number or "∅", wanted=body.siren)
        raise UnusableInputError(wrong)


def _read_site(body: Body, place: Place) -> None:
    """Keep the edition of a site if its seal holds, and each share that its detail gives."""
    document: Any = load(place.read(WHOLE)).document
    edition = _held(EDITION, document, WHOLE)
    _of_that_body(body, edition.organisation.number, WHOLE)
    try:
        seal = hashlib.sha256(canonical(EDITION.body(document))).hexdigest()
    except ValueError:  # a number or a sign that canonical JSON has not
        seal = "∅"
    seals = _seals(place.read(FEED))
    said = seals.get(edition.number, ("", "∅"))[1]
    if said != seal:
        said, seal = said[:_SEAL_SHOWN], seal[:_SEAL_SHOWN]
        wrong = findings.SEAL_BROKEN.at(number=edition.number, found=said, wanted=seal)
        raise UnusableInputError(wrong)
    if body.edition is not None and body.edition.number >= edition.number:
        return  # a second address of the same organisation
    body.edition, body.home = edition, place.home
    body.editions = [
        EditionSeal(number, on, digest, _state(number, edition.number), number == edition.number)
        for number, (on, digest) in sorted(seals.items())
    ]
    body.shares = []
    for share in edition.shares:
        problem = _wrong(body, share, place)
        if problem is None:
            body.shares.append(share)
        else:
            body.problems.append(problem)


def _seals(feed: bytes) -> dict[int, tuple[str, str]]:
    """Return the day and the seal of each edition that a feed has."""
    found: dict[int, tuple[str, str]] = {}
    for entry in feed.decode("utf-8", "replace").split("<entry>")[1:]:
        number, on, seal = (one.search(entry) for one in (_ENTRY, _UPDATED, _SHA256))
        if number and on and seal:
            found.setdefault(int(number[1]), (on[1], seal[1]))
    return found


def _state(number: int, current: int) -> str:
    """Return what an edition is: those after the one in force were withdrawn."""
    return "current" if number == current else "before" if number < current else "withdrawn"


def _wrong(body: Body, share: ShareLine, place: Place) -> Problem | None:
    """Return why a share does not hold, None if its detail gives it, to the cent."""
    reason: Text | None = _OTHER
    try:
        content = place.read(f"figures/{_named(share.figure)}.json")
        document = load(content).document
        if isinstance(document, dict) and document.get("format") == FIGURE_NAME:
            found = check(content, document)
            wrong = next((one for one in found.problems if one.is_error), None)
            if wrong is not None:
                reason = _words(wrong)
            elif found.bundle is not None and found.seal == share.figure:
                figure = found.bundle.content
                is_its = figure.organisation.number == body.siren
                same = all(getattr(figure, one) == getattr(share, one) for one in _SAME)
                reason = None if is_its and same else _OTHER
    except UnusableInputError as error:
        reason = _words(error.problem)
    except (ArithmeticError, ValueError):  # amounts that nothing adds up
        reason = _OTHER
    return reason and findings.SHARE_NOT_HELD.at(year=share.year, reason=reason)


def _named(seal: str) -> str:
    """Return the name of a figure: what is no seal gives one that no site has."""
    return seal[:_SEAL_SHOWN] if re.fullmatch(r"[0-9a-f]{64}", seal) else "-"


def _words(problem: Problem) -> Text:
    return Text(problem.message("fr"), problem.message("en"))
