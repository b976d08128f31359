"""The documentation says what the program does: commands, settings, formats, links, languages."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from portulan import __version__
from portulan.budget.indicator.share import weigh
from portulan.budget.lines.weighing import WeighedLine, WeighedShare
from portulan.budget.readers import FORMATS as ACCOUNTS
from portulan.budget.readers import ledger_roles, ledger_selection
from portulan.budget.readers.ledger_columns import ALIASES
from portulan.budget.words import AttributionStatus, Verdict
from portulan.catalogue.readers.registry import FORMATS
from portulan.cli.app import app
from portulan.cli.impact.summary import page as answer_page
from portulan.core.duties import duties
from portulan.core.say.text import ProblemKind
from portulan.impact.engine.archetypes import ARCHETYPES
from portulan.impact.engine.factors import OF_COUNTRY, OF_DEVICE, OF_SERVICE, shipped
from portulan.impact.engine.reckoning import reckon
from portulan.impact.readers.request import parse
from portulan.portfolio.engine import findings
from portulan.portfolio.engine.problem import FORMAT as PORTFOLIO
from portulan.publication.documents.registry import KINDS
from portulan.sources.words import Tool
from tools import registries

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"
SOURCE = ROOT / "src" / "portulan"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
ADRS = sorted(DOCS.glob("adr/[0-9]*.md"))
FRENCH = sorted((DOCS / "fr").glob("*.md"))
ENGLISH = sorted((DOCS / "en").glob("*.md"))


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def without_code(text: str) -> str:
    return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


def headings(text: str, level: int = 2) -> list[str]:
    return re.findall(rf"^{'#' * level} (.+)$", without_code(text), re.MULTILINE)


# Commands


def commands(command: Any, name: str = "portulan") -> Iterator[tuple[str, set[str]]]:
    options = {
        option
        for parameter in command.params
        if parameter.param_type_name == "option"
        for option in (*parameter.opts, *parameter.secondary_opts)
    }
    yield name, options - {"--help"}
    for word, below in getattr(command, "commands", {}).items():
        yield from commands(below, f"{name} {word}")


def test_every_command_and_option_is_documented_and_no_other() -> None:
    text = text_of("docs/reference/commands.md")
    sections = dict(zip(headings(text), re.split(r"^## .+$", text, flags=re.M)[1:], strict=True))
    described = {name: body for name, body in sections.items() if name.startswith("portulan")}
    found = dict(commands(typer.main.get_command(app)))
    groups = {
        name
        for name, options in found.items()  # one with options does something by itself
        if not options and any(other.startswith(f"{name} ") for other in found)
    }
    assert set(described) == set(found) - groups
    for name, body in described.items():
        rows = [row for row in body.splitlines() if row.startswith("| `-")]
        cells = [row.split("|")[1] for row in rows]
        told = {option for cell in cells for option in re.findall(r"`(--?[a-z-]+)`", cell)}
        assert told == found[name], name


def rows_of(page: str, title: str) -> dict[str, list[str]]:
    """The rows of the table of a page whose first head is that one, by their first cell."""
    found = re.search(rf"^\| {title} \|.*\n\|[-|: ]+\n((?:\|.*\n)+)", text_of(page), re.M)
    assert found, title
    cells = [[one.strip() for one in row.split("|")[1:-1]] for row in found[1].splitlines()]
    return {row[0].strip("`"): row[1:] for row in cells}


def test_every_duty_is_documented_and_no_other() -> None:
    assert set(rows_of("docs/reference/commands.md", "duty")) == {one.name for one in duties()}


def test_every_document_and_its_files_are_documented_and_no_other() -> None:
    rows = rows_of("docs/reference/documents.md", "document")
    assert set(rows) == set(KINDS)
    for name, kind in KINDS.items():
        told = {one.removeprefix(".") for one in re.findall(r"`(\.\w+)`", rows[name][-1])}
        assert told == {*kind.formats, *kind.bundles}, name
    [said] = re.findall(
        r"^\| `KIND` \| (.+board.+) \|$", text_of("docs/reference/commands.md"), re.M
    )
    assert set(re.findall(r"`(\w+)`", said)) == set(KINDS)


def test_features_open_addresses_and_scripts_are_those_of_the_product() -> None:
    assert registries.PAGE.read_text(encoding="utf-8") == registries.tables(), (
        "run tools/registries.py"
    )


# Settings


def variables() -> tuple[set[str], set[str]]:
    """The variables of the environment that the product and its tests read, and those in files."""
    read, from_file = set[str](), set[str]()
    modules = [*SOURCE.rglob("*.py"), ROOT / "tests" / "conftest.py", *ROOT.glob("tests/e2e/*.py")]
    for module in modules:
        tree = ast.parse(module.read_text(encoding="utf-8"))
        loops = {
            node.target.id: {item.value for item in ast.walk(node.iter) if constant(item)}
            for node in ast.walk(tree)
            if isinstance(node, ast.For) and isinstance(node.target, ast.Name)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
                read |= {node.slice.value} if constant(node.slice) else set()
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name, first = ast.unparse(node.func).removeprefix("env."), node.args[0]
            if name in {"os.environ.get", "os.environ.setdefault"}:
                is_loop = isinstance(first, ast.Name) and first.id in loops
                read |= loops[first.id] if is_loop else {first.value} if constant(first) else set()
            elif name in {"text", "words", "flag", "contact"} and constant(first):
                read |= {first.value}
                from_file |= {first.value} if name != "flag" else set()
    return read, from_file


def constant(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def test_every_variable_is_documented_and_no_other() -> None:
    rows = re.findall(
        r"^\| `([A-Z_]+)` \|[^|]*\|\s*(?:`([A-Z_]+)`)?\s*\|",
        text_of("docs/reference/settings.md"),
        re.M,
    )
    read, from_file = variables()
    assert {name for name, _ in rows} == read
    assert {name for name, file in rows if file} == from_file
    assert all(file in {"", f"{name}_FILE"} for name, file in rows)


# Formats


GRID = SOURCE / "core/tables/grid.py"  # a sheet laid out whole, which no accounts are


def kinds(domain: str) -> set[str]:
    """The codes of all problems that the readers of a domain may report."""
    beside = (SOURCE / "core/say/text.py", SOURCE / domain / "imports" / "plausibility.py")
    modules = [*(SOURCE / domain / "readers").glob("*.py"), *filter(Path.exists, beside)]
    if any("core.documents" in module.read_text(encoding="utf-8") for module in modules):
        modules.append(SOURCE / "core/documents.py")
    if any("core.tables" in module.read_text(encoding="utf-8") for module in modules):
        modules.extend((SOURCE / "core/tables").glob("*.py"))
    modules = [one for one in modules if one != GRID]
    return {
        node.args[0].value
        for module in modules
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "ProblemKind"
    }


@pytest.mark.parametrize(
    ("domain", "title"),
    [
        ("budget", "Problems in accounts"),
        ("catalogue", "Problems in catalogues"),
        ("impact", "Problems in impact"),
    ],
)
def test_every_problem_is_listed_and_no_other(domain: str, title: str) -> None:
    section = re.split(rf"^### {title}$", text_of("docs/reference/formats.md"), flags=re.M)[1]
    assert set(re.findall(r"`([a-z0-9-]+)`", re.split(r"^#", section, flags=re.M)[0])) == kinds(
        domain
    )


def test_every_problem_of_tables_of_actions_is_listed_and_no_other() -> None:
    text = text_of("docs/reference/formats.md")
    section = re.split(r"^### Problems in tables of actions$", text, flags=re.M)[1]
    folder = SOURCE / "plans" / "tables"
    codes = {
        node.args[0].value
        for module in (GRID, *folder.rglob("*.py"))
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in {"ProblemKind", "_error", "_warning"}
        and constant(node.args[0])
    }
    assert set(re.findall(r"`([a-z0-9-]+)`", re.split(r"^#", section, flags=re.M)[0])) == codes


def test_every_problem_of_portfolios_is_listed_and_no_other() -> None:
    section = re.split(r"^## Problems in .+$", text_of("docs/reference/portfolio.md"), flags=re.M)[
        1
    ]
    codes = {kind.code for kind in vars(findings).values() if isinstance(kind, ProblemKind)}
    assert set(re.findall(r"`([a-z0-9-]+)`", section)) == codes


def _objects(value: object) -> Iterator[dict[str, Any]]:
    """Yield every object of a JSON document."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for below in value:
            yield from _objects(below)


def test_the_example_of_a_portfolio_problem_has_every_field_and_no_other() -> None:
    example = re.findall(
        r"^```text$(.+?)^```$", text_of("docs/reference/portfolio.md"), re.M | re.S
    )
    fields = {name for one in _objects(PORTFOLIO.schema) for name in one.get("properties", ())}
    words = set(re.findall(r'"([a-z_]+)"', example[0] + example[1]))
    assert words - {"out", "peak", "days"} == fields  # they are values


def test_formats_fields_and_reasons_are_those_of_the_readers() -> None:
    text = text_of("docs/reference/formats.md")
    rows = re.findall(r"^\| `([a-z_-]+)` \|", text, re.M)
    reasons = {
        reason
        for module in (SOURCE / "budget" / "readers").glob("*.py")
        for reason in re.findall(r"\bdrop\(\"([a-z-]+)\"\)", module.read_text(encoding="utf-8"))
    }
    assert set(rows) == (
        set(ALIASES)
        | reasons
        | set(ledger_roles.LEFT_OUT)
        | set(ledger_selection.LEFT_OUT)
        | set(ACCOUNTS)
        | {format_.FORMAT for format_ in FORMATS}
        | set(Tool)
    )


# Impact


def test_every_archetype_and_its_inputs_are_documented() -> None:
    text = text_of("docs/reference/impact.md")
    told = {
        name: set(re.findall(r"`([a-z_]+)`", inputs))
        for name, inputs in re.findall(r"^\| `([a-z-]+)` \| ([^|]*) \|", text, re.M)
        if name in ARCHETYPES
    }
    assert told == {
        name: {one.name for one in archetype.inputs} for name, archetype in ARCHETYPES.items()
    }


def test_every_factor_and_every_source_is_documented() -> None:
    text = text_of("docs/reference/factors.md")
    assert {factor.source for factor in shipped()} <= set(re.findall(r"“([^”]+)”", text))
    names = set(re.findall(r"`([a-zA-Z0-9._]+)`", text))
    assert {f"DEVICE.{rest}" for rest in OF_DEVICE} <= names
    assert {f"{head}.ISO3" for head in OF_COUNTRY} | set(OF_SERVICE) <= names
    assert shipped().devices <= names


@pytest.mark.parametrize(
    "page", ["docs/fr/estimer-une-action.md", "docs/en/estimating-an-action.md"]
)
def test_the_estimate_of_the_how_to_is_true(page: str) -> None:
    """The request of the page is run, and what the page shows of the answer is what is said."""
    request, answer = re.findall(r"^```(?:json|text)\n(.*?)^```", text_of(page), re.M | re.S)[:2]
    read = parse(request.encode()).request
    assert read is not None
    language = "fr" if "/fr/" in page else "en"
    said = answer_page(reckon(read), language)
    assert answer.strip()
    for line in answer.strip().splitlines():
        assert line.strip() in said.replace("\u202f", " ").replace("\u00a0", " "), line


# The worked example of the indicator


def numbers(cell: str) -> list[Decimal]:
    bare = re.sub(r"(?<=\d)[ ,](?=\d{3})", "", cell).replace(",", ".")
    return [Decimal(number) for number in re.findall(r"\d+(?:\.\d+)?", bare)]


def cells(page: str, width: int) -> Iterator[list[str]]:
    section = re.split(r"^## ", text_of(page), flags=re.M)[2]
    rows = [row.strip("|").split("|") for row in section.splitlines() if row.startswith("|")]
    yield from ([cell.strip() for cell in row] for row in rows if len(row) == width)


def weighed(row: list[str]) -> WeighedLine:
    label, amount, it_share, *given, reviewed = row
    known = numbers(it_share)
    statuses = ("justified", "declared", "proposed")
    return WeighedLine(
        key=0,
        section="F",
        amount=numbers(amount)[0],
        verdict=Verdict.MIXED if "mixt" in label or "mixed" in label else Verdict.IN,
        it_share=known[0] / 100 if known else None,
        reviewed=reviewed in {"oui", "yes"},
        shares=tuple(
            WeighedShare(share / 100, AttributionStatus(status))
            for status, cell in zip(statuses, given, strict=True)
            for share in numbers(cell)
        ),
    )


@pytest.mark.parametrize(
    "page", ["docs/fr/d-ou-vient-ce-chiffre.md", "docs/en/where-this-figure-comes-from.md"]
)
def test_the_worked_example_is_true(page: str) -> None:
    figure = weigh(weighed(row) for row in list(cells(page, 7))[2:])
    told = [numbers(row[2])[0] for row in list(cells(page, 3))[2:]]
    shares = (figure.value, figure.lower, figure.upper, figure.coverage)
    percents = [round(share, 2) for share in shares if share is not None]
    assert told == [figure.denominator.amount, figure.numerator, *percents]


# Pages


def slug_of(title: str) -> str:
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def links(page: Path) -> Iterator[str]:
    text = re.sub(r"`[^`\n]*`", "", without_code(page.read_text(encoding="utf-8")))
    yield from re.findall(r"\]\(([^)\s]+)\)", text)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_relative_links_lead_somewhere(page: Path) -> None:
    for link in links(page):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.is_relative_to(ROOT), link
        assert target.exists(), link
        if anchor:
            text = target.read_text(encoding="utf-8")
            titles = [title for level in (1, 2, 3) for title in headings(text, level)]
            assert anchor in {slug_of(title) for title in titles}, link


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_page_has_one_title_and_names_no_machine(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert len(headings(text, 1)) == 1
    assert not re.search(r"/(?:root/|home/[a-z])|C:\\Users\\[a-z]", text)


@pytest.mark.parametrize("page", FRENCH, ids=name_of)
def test_every_how_to_exists_in_both_languages(page: Path) -> None:
    there = translation(page)
    assert there in ENGLISH
    assert translation(there) == page
    french, english = (one.read_text(encoding="utf-8") for one in (page, there))
    assert len(headings(french)) == len(headings(english))
    assert french.count("\n```") == english.count("\n```")
    assert "'" not in re.sub(r"`[^`\n]*`", "", without_code(french)), "typographic apostrophes"


def test_every_page_is_listed() -> None:
    listed = {(DOCS / link).resolve() for link in links(DOCS / "README.md")}
    assert {*DOCS.rglob("*.md")} - {*ADRS, DOCS / "README.md"} <= listed


def translation(page: Path) -> Path:
    """The page that the first link of a how-to leads to."""
    return (page.parent / next(links(page))).resolve()


def test_no_english_how_to_stands_alone() -> None:
    assert {translation(page) for page in FRENCH} == set(ENGLISH)
    assert len(FRENCH) > 4


@pytest.mark.parametrize("page", ADRS, ids=name_of)
def test_a_decision_names_the_test_that_holds_it(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert headings(text) == ["Context", "Decision", "Consequence", "Held by"]
    named = re.findall(r"`(tests/[\w/.]+\.py)(?:::(\w+))?`", text.partition("## Held by")[2])
    assert named
    for file, function in named:
        assert f"def {function}" in text_of(file), f"{file}::{function}"


def test_decisions_are_numbered_and_listed() -> None:
    numbers = [int(page.name[:4]) for page in ADRS]
    assert numbers == sorted(set(numbers)), "a number is given to one page"
    assert set(links(DOCS / "adr" / "README.md")) >= {page.name for page in ADRS}


FILE = re.compile(r"`([\w<>./-]+\.(?:py|csv|txt|md|po|sql))`")


def test_a_recipe_names_files_that_are_there() -> None:
    """A name alone is of a file somewhere; `<name>` is one that is to be made."""
    files = [*ROOT.glob("*.*"), *(one for top in ("src", "tests", "docs", "tools")
                                  for one in (ROOT / top).rglob("*.*"))]  # fmt: skip
    paths = [f"/{name_of(one)}" for one in files]
    for told in FILE.findall(text_of("CONTRIBUTING.md")):
        pattern = re.compile("/" + re.sub(r"<\w+>", "[^/]+", re.escape(told)) + "$")
        assert any(pattern.search(path) for path in paths), f"CONTRIBUTING.md: no file is {told}"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_targets_of_make_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", text_of("Makefile"), re.M))
    assert set(re.findall(r"\bmake ([a-z]+)`", page.read_text(encoding="utf-8"))) <= targets


def test_the_readmes_give_the_two_commands() -> None:
    for name in ("README.md", "LISEZMOI.md"):
        assert {"make demo", "make test"} <= set(re.findall(r"^make [a-z]+", text_of(name), re.M))
    assert len(headings(text_of("README.md"))) == len(headings(text_of("LISEZMOI.md")))


def test_versions_agree() -> None:
    project = tomllib.loads(text_of("pyproject.toml"))["project"]
    card = yaml.safe_load(text_of("publiccode.yml"))
    assert project["version"] == card["softwareVersion"] == __version__
    assert project["license"] == card["legal"]["license"]
    assert headings(text_of("CHANGELOG.md"))[0].startswith(__version__)


def test_the_public_card_has_what_the_standard_asks() -> None:
    card = yaml.safe_load(text_of("publiccode.yml"))
    assert card["publiccodeYmlVersion"] == "0.4"
    assert {"name", "url", "platforms", "categories", "developmentStatus", "softwareType"} <= set(
        card
    )
    assert (
        set(card["description"]) == {"fr", "en"} == set(card["localisation"]["availableLanguages"])
    )
    for words in card["description"].values():
        assert len(words["shortDescription"]) <= 150
        assert 150 <= len(words["longDescription"]) <= 10_000
        assert words["features"]
    assert card["maintenance"]["contacts"][0]["name"]


def test_carbon_is_written_in_one_way() -> None:
    """Where people read, kgCO₂e and tCO₂e (`test_subscripts.py`); in what machines read, kgCO2e as
    the Base Carbone has it. No space, no “eq”."""
    other = re.compile(
        r"\b(?:t|kg)[ \u00a0\u202f]CO[2₂]|CO[2₂][ -]?[ée]q|[ée]q\.? ?CO[2₂]", re.IGNORECASE
    )
    kinds = ("*.py", "*.html", "*.po", "*.typ")
    written = [*PAGES, *(path for kind in kinds for path in SOURCE.rglob(kind))]
    # What readers know is the words of others.
    faulty = [
        str(path)
        for path in written
        if "readers" not in path.parts and other.search(path.read_text(encoding="utf-8"))
    ]
    assert not faulty


def test_the_changelog_has_areas_a_summary_and_no_entry_twice() -> None:
    newest = re.split(r"^## ", text_of("CHANGELOG.md"), flags=re.M)[1]
    areas = re.split(r"^### ", newest, flags=re.M)[1:]
    assert len(areas) > 8
    assert len(re.findall(r"^\d+\. ", areas[0], re.M)) == 10
    entries = [" ".join(one.split()) for one in re.findall(r"^- (?:.|\n(?![-\n#]))+", newest, re.M)]
    assert len(entries) > 200
    assert sorted(entries) == sorted(set(entries))
