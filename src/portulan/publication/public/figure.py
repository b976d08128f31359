"""What a published share is made of: the format `portulan-figure/1`, declared once (pure).

Anybody recomputes the share from it, without Portulan's database: each line has its account, its
amount, its shares and the reason of what counts. A line that is alone on its account stands in a
group with the others like it, as its amount would be that of one supplier. What else is known of a
line (label, file, supplier) is in its digest, which whoever holds the original opens with its salt:
a digest without salt could be guessed.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

from annotated_types import Ge

from portulan.budget.lines.weighing import Kept, WeighedShare, kept_of
from portulan.budget.words import AttributionStatus, Verdict
from portulan.core.contracts import Contract, Format, from_json, to_json
from portulan.core.money import ZERO, to_cents
from portulan.core.say.text import Problem, ProblemKind, Problems
from portulan.publication.public.edition import HouseLine, number
from portulan.steering.sealed.document import Digest, Exact, canonical, exact, seal_of
from portulan.steering.sealed.findings import NOT_CANONICAL, SEAL_BROKEN, WRONG_SHAPE

if TYPE_CHECKING:
    from portulan.budget.indicator.frozen import Row

NAME = "portulan-figure/1"
UNSAID = "…"  # in the place of a reason that names a supplier, or somebody
_FEWEST = 2  # lines of an account that is named
_PRECISION = Decimal("0.000001")  # of percentages, as runs are kept

NOT_RECOMPUTED = ProblemKind(
    "figure-not-recomputed",
    "error",
    fr="« {name} » est écrit {found}, et ses lignes donnent {wanted}.",
    en="“{name}” is written {found}, and its lines give {wanted}.",
)
LINE_NOT_ITS_ORIGINAL = ProblemKind(
    "line-not-its-original",
    "error",
    fr="L’original de la ligne {digest} n’est pas celui qui a été publié.",
    en="The original of line {digest} is not the one that was published.",
)
IN_PART = ProblemKind(
    "figure-in-part",
    "warning",
    fr="Le compte est très grand\u00a0: seules ses lignes fléchées sont là, le reste du"
    " dénominateur ({rest}) est déclaré.",
    en="The account is very large: only its attributed lines are here, the rest of the denominator"
    " ({rest}) is declared.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLine(Contract):
    """A rule of the perimeter: an account, a function or a service; another criterion is hidden."""

    order: int
    verdict: str
    share: Exact | None = None
    account: str = ""
    function: str = ""
    service: str = ""
    hidden: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class BundleLine(Contract):
    """A line: euros, and shares of it in [0, 1] that hold within its IT share."""

    account: str
    section: str
    amount: Exact
    it_share: Exact
    justified: Exact
    declared: Exact
    proposed: Exact
    verdict: str
    digest: Digest
    actions: tuple[int, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupLine(Contract):
    """Lines alone on their accounts, together, in euros."""

    lines: Annotated[int, Ge(1)]
    it: Exact
    justified: Exact
    declared: Exact
    proposed: Exact
    digests: tuple[Digest, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureContent(Contract):
    """A published share and all that makes it; `rest` is of the lines that are not here."""

    organisation: HouseLine
    year: int
    stage: str
    basis: str
    perimeter: int
    published_on: date
    value: Exact
    lower: Exact | None = None
    upper: Exact | None = None
    coverage: Exact | None = None
    numerator: Exact
    denominator: Exact
    inputs: Digest
    complete: bool = True
    rest: Exact = "0"
    rules: tuple[RuleLine, ...] = ()
    lines: tuple[BundleLine, ...] = ()
    group: GroupLine | None = None


@dataclass(frozen=True, slots=True)
class Original(Contract):
    """What a line was, for whoever may read originals; its digest is of the salt and the rest."""

    digest: Digest
    salt: str
    row: tuple[Any, ...]
    supplier: str = ""


@dataclass(frozen=True, slots=True)
class Bundle(Contract):
    content: FigureContent
    seal: Digest
    originals: tuple[Original, ...] = ()


BUNDLE = Format(NAME, Bundle)


@dataclass(slots=True)
class Terms:
    """The terms of a share added up from lines, in euros."""

    it: Decimal = ZERO
    justified: Decimal = ZERO
    declared: Decimal = ZERO
    proposed: Decimal = ZERO

    def add(self, line: BundleLine) -> None:
        amount = Decimal(line.amount)
        self.it += amount * Decimal(line.it_share)
        self.justified += amount * Decimal(line.justified)
        self.declared += amount * Decimal(line.declared)
        self.proposed += amount * Decimal(line.proposed)


def line_of(row: Row, salt: str, unsaid: Collection[str] = ()) -> BundleLine:
    """Return a line as everybody reads it, without the reasons that are not to be said."""
    held = _held(row)
    reasons = dict.fromkeys(
        UNSAID if reason in unsaid else reason for reason in row.reasons if reason
    )
    return BundleLine(
        account=row.nature,
        section=row.section,
        amount=exact(Decimal(row.amount)),
        it_share=exact(Decimal(row.it_share or 0)),
        justified=exact(held.by_status[AttributionStatus.JUSTIFIED]),
        declared=exact(held.by_status[AttributionStatus.DECLARED]),
        proposed=exact(held.by_status[AttributionStatus.PROPOSED]),
        verdict=row.verdict,
        digest=line_digest(row, salt),
        actions=tuple(sorted({one[2] for one in row.given if one[2] is not None})),
        reasons=tuple(reasons),
    )


def _held(row: Row) -> Kept:
    shares = [
        WeighedShare(Decimal(share), AttributionStatus(status), action, outside)
        for status, share, action, outside in row.given
    ]
    it_share = None if row.it_share is None else Decimal(row.it_share)
    return kept_of(it_share, shares, eliminated=row.verdict == Verdict.INTERNAL)


def salt_of(secret: str, place: int) -> str:
    """Return the salt of a line, by its place among those of its figure."""
    return hmac.new(secret.encode(), str(place).encode(), hashlib.sha256).hexdigest()[:32]


def line_digest(row: Sequence[Any], salt: str) -> str:
    said = [salt, *row[:11]]
    return hashlib.sha256(canonical(_plain(said))).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value


def grouped(lines: Sequence[BundleLine]) -> tuple[tuple[BundleLine, ...], GroupLine | None]:
    """Return the lines of accounts that have several, and the others as one group.

    One line that would be alone in the group takes the smallest account with it: it would be told
    by the difference.
    """
    by_account: dict[str, list[BundleLine]] = defaultdict(list)
    for line in lines:
        by_account[line.account].append(line)
    alone = [found for found in by_account.values() if len(found) < _FEWEST]
    others = [found for found in by_account.values() if len(found) >= _FEWEST]
    if not alone:
        return tuple(lines), None
    if len(alone) < _FEWEST and others:
        smallest = min(others, key=lambda found: (len(found), found[0].account))
        others.remove(smallest)
        alone.append(smallest)
    together = [line for found in alone for line in found]
    terms = Terms()
    for line in together:
        terms.add(line)
    kept = {line.digest for found in others for line in found}
    return (
        tuple(line for line in lines if line.digest in kept),
        GroupLine(
            lines=len(together),
            it=exact(terms.it),
            justified=exact(terms.justified),
            declared=exact(terms.declared),
            proposed=exact(terms.proposed),
            digests=tuple(sorted(line.digest for line in together)),
        ),
    )


def terms_of(content: FigureContent) -> Terms:
    """Add up what a bundle holds."""
    terms = Terms(it=Decimal(content.rest))
    for line in content.lines:
        terms.add(line)
    if content.group is not None:
        for name in ("it", "justified", "declared", "proposed"):
            added = getattr(terms, name) + Decimal(getattr(content.group, name))
            setattr(terms, name, added)
    return terms


def recomputed(content: FigureContent) -> Mapping[str, Decimal | None]:
    """Return the figures that the lines of a bundle give, in euros and percent."""
    terms = terms_of(content)
    numerator = terms.justified + terms.declared

    def percent(amount: Decimal) -> Decimal | None:
        return (100 * amount / terms.it).quantize(_PRECISION) if terms.it > 0 else None

    return {
        "numerator": to_cents(numerator),
        "denominator": to_cents(terms.it),
        "value": percent(numerator),
        "lower": percent(terms.justified),
        "upper": percent(numerator + terms.proposed),
    }


def kept(content: FigureContent) -> str:
    """Return a content as it is kept: canonical JSON, read back first.

    Raises ValueError for what could not be read again.
    """
    said = to_json(content)
    from_json(FigureContent, said)
    return canonical(said).decode()


def written(content: Mapping[str, Any], originals: Iterable[Original] = ()) -> bytes:
    """Return the file of a figure, with its originals for whoever may read them."""
    said: dict[str, Any] = {"format": NAME, "content": dict(content), "seal": seal_of(content)}
    if found := [to_json(one) for one in originals]:
        said["originals"] = found
    return canonical(said)


@dataclass(frozen=True, slots=True)
class Checked:
    """A bundle looked at: what it holds, if that can be read, and what does not hold."""

    bundle: Bundle | None
    seal: str
    problems: tuple[Problem, ...] = field(default=())


def check(content: bytes, document: dict[str, Any]) -> Checked:
    """Return what holds of the file of a figure: its form, its seal, its sums, its originals."""
    problems = Problems()
    body = {key: one for key, one in document.items() if key != "format"}
    try:
        wanted, seal = canonical(document), seal_of(document.get("content"))
    except ValueError:
        wanted, seal = b"", ""
    if wanted != content:
        pairs = enumerate(zip(content, wanted, strict=False), 1)
        at = next((at for at, (one, other) in pairs if one != other), len(wanted) + 1)
        problems.append(NOT_CANONICAL.at(byte=at))
    if seal != document.get("seal"):
        problems.append(SEAL_BROKEN.at(found=str(document.get("seal")), wanted=seal or "∅"))
    found, faults = BUNDLE.tried(body)
    problems.extend(WRONG_SHAPE.at(path=fault.path, code=fault.code) for fault in faults)
    if found is not None:
        problems.extend(_sums(found.content))
        problems.extend(_originals(found))
    return Checked(found, seal, problems.told())


def _sums(content: FigureContent) -> Iterator[Problem]:
    for name, wanted in recomputed(content).items():
        written_ = number(getattr(content, name))
        if written_ != wanted:
            yield NOT_RECOMPUTED.at(name=name, found=str(written_), wanted=str(wanted))
    if not content.complete:
        yield IN_PART.at(rest=content.rest)


def _originals(bundle: Bundle) -> Iterator[Problem]:
    content = bundle.content
    known = {line.digest for line in content.lines}
    known.update(content.group.digests if content.group else ())
    for one in bundle.originals:
        if one.digest not in known or line_digest(one.row, one.salt) != one.digest:
            yield LINE_NOT_ITS_ORIGINAL.at(digest=one.digest[:8])
