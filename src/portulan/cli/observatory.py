"""`portulan observatory`: public accounts taken in by the operator, and what they say of a body."""

from __future__ import annotations

import sys
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from portulan.cli import django_start, output
from portulan.cli.given import given_file
from portulan.core.money import as_text
from portulan.core.say import numbers
from portulan.core.say.text import Language, Text, UnusableInputError

if TYPE_CHECKING:
    from portulan.observatory.ranks import Place
    from portulan.observatory.reads import Comparison
    from portulan.observatory.writes import Taken

app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Public accounts of local bodies: import them, compare one with its peers.",
)
Files = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="FILE",
        parser=given_file,
        help="Balances, populations, contracts, declarations, plans, as published.",
    ),
]
Addresses = Annotated[
    list[str] | None,
    typer.Option("--from", metavar="URL", help="Fetch a file first, where the settings allow it."),
]
Lakes = Annotated[
    list[str] | None,
    typer.Option("--lake", metavar="ADDRESS", help="Balances made where PORTULAN_SPARK says."),
]
_UNKNOWN = Text(
    "Les comptes publics de {} pour {} ne sont pas ici. Années connues\u00a0: {}. Importez d’abord"
    " sa balance, par `portulan observatory import`.",
    "The public accounts of {} for {} are not here. Years known: {}. Import its balance first, with"
    " `portulan observatory import`.",
)
_NO_REGION = Text(
    "Personne de la région {} n’a de comptes en {} ici.",
    "Nobody of region {} has accounts for {} here.",
)
_ELSEWHERE = Text(
    "Cet organisme n’est pas de la région {}\u00a0: il est de {}.",
    "This body is not of region {}: it is of {}.",
)
_NOTHING_ASKED = Text(
    "Donnez au moins un fichier, `--from` une adresse ou `--lake` un entrepôt.",
    "Give at least a file, `--from` an address or `--lake` a store.",
)
_NO_FETCHING = Text(
    "Ce serveur ne prend rien sur le réseau\u00a0: téléchargez le fichier, ou permettez-le par"
    " PORTULAN_OBSERVATORY_FETCH=yes.",
    "This server fetches nothing from the network: download the file, or allow it with"
    " PORTULAN_OBSERVATORY_FETCH=yes.",
)
_NO_LAKE = Text(
    "Aucun moteur n’est nommé pour cet entrepôt\u00a0: dites sa commande par PORTULAN_SPARK.",
    "No engine is named for this store: say its command with PORTULAN_SPARK.",
)
_NONE = Text("aucune", "none")
_ALREADY = Text("déjà lu, rien n’est compté deux fois", "read already, nothing counts twice")
_READ = Text("{}\u00a0: {} lignes, {} organismes, années {}", "{}: {} rows, {} bodies, years {}")
_PROGRESS = Text("  {} lignes lues…", "  {} rows read…")


@app.callback()
def group() -> None:
    """Public accounts of local bodies: import them, compare one with its peers."""


@app.command("import")
def import_(
    files: Files = None,
    addresses: Addresses = None,
    lakes: Lakes = None,
    as_json: output.JsonOption = False,
    lang: output.LangOption = None,
) -> None:
    """Take public files into the instance's table, each whole or not at all.

    Exit code 1 when errors are found in a file, 2 when one is unusable: nothing of it is kept.
    """
    spoken = output.language(lang)
    django_start.start()
    django_start.prepare(spoken)
    given = [
        *(partial(_take_file, file) for file in files or ()),
        *(partial(_take_from, url) for url in addresses or ()),
        *(partial(_take_lake, lake) for lake in lakes or ()),
    ]
    if not given:
        _refuse(_NOTHING_ASKED.say(spoken))
    documents, code = [], output.DONE
    for take in given:
        document, its = take(spoken, show=not as_json)
        documents.append(document)
        code = max(code, its)
    if as_json and not (len(given) == 1 and code == output.UNUSABLE):
        output.print_documents(documents)
    raise typer.Exit(code)


def _take_file(file: Path, spoken: Language, *, show: bool) -> tuple[dict[str, Any], int]:
    """Take one file in, and return its document and its exit code."""
    return _take(str(file), spoken, lambda: _read_file(file, spoken), show=show)


def _take_from(url: str, spoken: Language, *, show: bool) -> tuple[dict[str, Any], int]:
    """Fetch a file where the settings allow it, and take it in."""
    from django.conf import settings

    from portulan.observatory import fetching

    if not settings.OBSERVATORY_FETCH:
        _refuse(_NO_FETCHING.say(spoken))

    def read() -> Taken:
        folder = settings.DATA / "observatory"
        file = fetching.fetch(url, folder, most_mb=settings.OBSERVATORY_MB)
        try:
            return _read_file(file, spoken)
        finally:
            file.unlink(missing_ok=True)

    return _take(url, spoken, read, show=show)


def _take_lake(address: str, spoken: Language, *, show: bool) -> tuple[dict[str, Any], int]:
    """Have the table made by the engine that keeps the balances, and take it in."""
    from django.conf import settings

    from portulan.observatory import lakes
    from portulan.observatory.writes import take_in

    if not settings.SPARK_COMMAND:
        _refuse(_NO_LAKE.say(spoken))

    def read() -> Taken:
        identity, reading = lakes.read(lakes.lake_at(address), settings.SPARK_COMMAND)
        return take_in(identity, [reading])

    return _take(address, spoken, read, show=show)


def _read_file(file: Path, spoken: Language) -> Taken:
    from django.conf import settings

    from portulan.observatory import engine
    from portulan.observatory.readers.files import identity_of_file, read
    from portulan.observatory.writes import Taken, known_file, take_in

    identity = identity_of_file(file)
    if known_file(identity.sha256):
        return Taken(identity, already=True)
    tell = _progress(spoken)
    if engine.is_there():
        found = engine.read(file, identity.sha256, settings.DATA / "observatory", tell)
    else:
        found = read(file, tell)
    return take_in(identity, found)


def _take(
    name: str, spoken: Language, read: Callable[[], Taken], *, show: bool
) -> tuple[dict[str, Any], int]:
    """Return the document and the exit code of what is taken in; say what is wrong with it."""
    try:
        taken = read()
    except UnusableInputError as error:
        output.say_problem(error.problem, spoken)
        document = {"file": name, "problems": [error.problem.as_json(spoken)]}
        return document, output.UNUSABLE
    problems = [
        problem.kind.at(
            line=problem.line, file=problem.file or taken.identity.name, **problem.values
        )
        for problem in taken.problems.told()
    ]
    for problem in problems:
        output.say_problem(problem, spoken)
    document = _document(taken) | {"problems": [one.as_json(spoken) for one in problems]}
    if show:
        output.show(_sentence(taken, spoken) + "\n")
    return document, output.exit_code(problems)


def _progress(spoken: Language) -> Any:
    """Return what tells how many rows are read, each million and where somebody looks."""

    def tell(rows: int) -> None:
        if rows % 1_000_000 == 0 or sys.stderr.isatty():
            output.say(_PROGRESS.say(spoken).format(rows))

    return tell


def _document(taken: Taken) -> dict[str, Any]:
    return {
        "file": taken.identity.name,
        "sha256": taken.identity.sha256,
        "kinds": [kind.value for kind in taken.kinds],
        "already": taken.already,
        "rows": taken.rows,
        "bodies": taken.bodies,
        "years": taken.years,
        "replaced": taken.replaced,
    }


def _sentence(taken: Taken, spoken: Language) -> str:
    if taken.already:
        colon = ": " if spoken == "en" else "\u00a0: "
        return f"{taken.identity.name}{colon}{_ALREADY.say(spoken)}"
    years = ", ".join(map(str, taken.years)) or "–"
    return _READ.say(spoken).format(taken.identity.name, taken.rows, taken.bodies, years)


@app.command()
def compare(
    siren: Annotated[str, typer.Option("--siren", help="The body, by its nine digits.")],
    year: Annotated[int, typer.Option("--year", help="Fiscal year.")],
    within: Annotated[
        str, typer.Option("--within", metavar="REGION", help="Peers of a region: code or name.")
    ] = "",
    as_json: output.JsonOption = False,
    lang: output.LangOption = None,
) -> None:
    """Say what a body spends on IT for certain, and its place among its peers.

    Exit code 2 when its accounts of that year are not known.
    """
    spoken = output.language(lang)
    django_start.start()
    django_start.prepare(spoken)
    from portulan.observatory import reads
    from portulan.observatory.readers.columns import siren_of
    from portulan.observatory.strata import region_of

    siren = siren_of(siren) or siren  # written with spaces, or in a SIRET
    accounts = reads.accounts_of(siren, year)
    if accounts is None:
        years = ", ".join(str(one.year) for one in reads.years_of(siren)) or _NONE.say(spoken)
        _refuse(_UNKNOWN.say(spoken).format(siren, year, years))
    region = region_of(within) if within else ""
    if region and not reads.is_region(region, year):
        _refuse(_NO_REGION.say(spoken).format(within, year))
    if region and accounts.region != region:
        _refuse(_ELSEWHERE.say(spoken).format(within, accounts.region))
    document = document_of(reads.compare(accounts, within=region), spoken)
    if as_json:
        output.print_json(document)
    else:
        output.show(_page(document, spoken))


def _refuse(sentence: str) -> NoReturn:
    output.say(sentence)
    raise typer.Exit(output.UNUSABLE)


def document_of(found: Comparison, spoken: Language) -> dict[str, Any]:
    """Return what docs/reference/commands.md says of a comparison."""
    from portulan.observatory import strata
    from portulan.observatory.limits import limits_of
    from portulan.observatory.ranks import euros

    own = found.accounts

    def each(cents: int) -> dict[str, str | None]:
        its = found.each(cents)
        return {
            "amount": as_text(euros(cents)),
            "per_inhabitant": None if its is None else as_text(its),
        }

    def lines(*, certain: bool) -> list[dict[str, str | None]]:
        kept = [line for line in found.lines if line.certain is certain and line.spent]
        return [{"account": line.account, **each(line.spent)} for line in kept]

    return {
        "siren": own.siren,
        "name": own.name,
        "year": own.year,
        "nomenclature": own.nomenclature,
        "population": own.people,
        "stratum": {
            "label": strata.label_of(own.form, own.stratum, spoken),
            "members": found.members,
        },
        "lines": lines(certain=True),
        "certain": {
            **each(own.certain),
            "without_telecom": as_text(euros(own.certain - own.telecom)),
        },
        "mixed": {**each(own.mixed), "lines": lines(certain=False)},
        "peers": _peers(found.place),
        "block": _block(found),
        "sources": [
            {"file": one.name, "sha256": one.sha256, "rows": one.rows} for one in found.files
        ],
        "limits": limits_of(found, spoken),
    }


def _peers(place: Place | None) -> dict[str, Any] | None:
    if place is None:
        return None
    points = {"q1": place.q1, "median": place.median, "q3": place.q3}
    return {
        "count": place.count,
        **{name: None if point is None else as_text(point) for name, point in points.items()},
        "rank": place.rank,
    }


def _block(found: Comparison) -> dict[str, Any] | None:
    from portulan.observatory.ranks import euros

    block = found.block
    if block is None:
        return None
    each = block.per_inhabitant
    return {
        "siren": block.siren,
        "name": block.name,
        "members": block.members,
        "population": block.people,
        "amount": as_text(euros(block.cents)),
        "per_inhabitant": None if each is None else as_text(each),
    }


def _page(document: dict[str, Any], spoken: Language) -> str:
    """Return what a person reads in place of the JSON."""

    def money(text: str | None) -> str:
        return numbers.money(None if text is None else Decimal(text), spoken, decimals=2)

    def row(name: str, its: dict[str, Any]) -> str:
        return f"  {name:<8} {money(its['amount']):>20}  {money(its['per_inhabitant']):>12}"

    certain, peers = document["certain"], document["peers"] or {}
    rows = [
        f"{document['name']} ({document['siren']}), {document['year']}",
        f"  {document['stratum']['label']}",
        *(row(line["account"], line) for line in document["lines"]),
        row("≥", certain),
        *(
            "  " + words.say(spoken).format(peers[name] if whole else money(peers[name]))
            for name, (words, whole) in _PEERS.items()
            if peers.get(name) is not None
        ),
        *(f"- {limit}" for limit in document["limits"]),
        *(f"  {one['file']} {one['sha256']}" for one in document["sources"]),
    ]
    return "\n".join(rows) + "\n"


_PEERS = {
    "count": (Text("pairs\u00a0: {}", "peers: {}"), True),
    "q1": (Text("premier quartile\u00a0: {}", "first quartile: {}"), False),
    "median": (Text("médiane\u00a0: {}", "median: {}"), False),
    "q3": (Text("troisième quartile\u00a0: {}", "third quartile: {}"), False),
    "rank": (Text("rang, où 1 dépense le moins\u00a0: {}", "rank, where 1 spends least: {}"), True),
}
PackFile = Annotated[Path, typer.Argument(metavar="FILE", help="The made table, as one file.")]
_PACKED = Text("Table écrite\u00a0: {} ({}\u00a0octets).", "Table written: {} ({} bytes).")
_LOADED = Text(
    "Table prise\u00a0: {} budgets et populations, années {}.",
    "Table taken in: {} budgets and populations, years {}.",
)


@app.command()
def pack(file: PackFile, lang: output.LangOption = None) -> None:
    """Write the instance's table in one dated file, with its digests and its licence."""
    spoken = output.language(lang)
    django_start.start()
    django_start.prepare(spoken)
    from portulan.observatory import packs

    output.say(_PACKED.say(spoken).format(file, packs.pack(file)))


@app.command()
def load(file: PackFile, lang: output.LangOption = None) -> None:
    """Take in a table made elsewhere, all of it or nothing. Exit code 2 when it is none."""
    spoken = output.language(lang)
    django_start.start()
    django_start.prepare(spoken)
    from portulan.observatory import packs
    from portulan.observatory.readers.files import identity_of_file

    try:
        taken = packs.load(file, identity_of_file(file))
    except UnusableInputError as error:
        output.say_problem(error.problem, spoken)
        raise typer.Exit(output.UNUSABLE) from None
    years = ", ".join(map(str, taken.years)) or "–"
    output.say(_LOADED.say(spoken).format(taken.rows, years))
