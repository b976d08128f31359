"""`portulan portfolio`: which actions, when and at which level, without a database."""

from __future__ import annotations

import re
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from portulan.cli import output
from portulan.cli.given import given_file
from portulan.core.folding import shown
from portulan.core.say.text import Text

if TYPE_CHECKING:
    from portulan.core.say.text import Language, Problem
    from portulan.portfolio.engine.conflicts import Conflict
    from portulan.portfolio.engine.limits import Limits
    from portulan.portfolio.engine.problem import PortfolioProblem
    from portulan.portfolio.engine.solving import Result

MOST_NAMED = 8
app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Arbitration: the best plan of a problem, explained.",
)


@app.callback()
def group() -> None:
    """Arbitration: the best plan of a problem, explained."""


@app.command()
def solve(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", parser=given_file, help="A problem in portulan-portfolio/2, or 1."
        ),
    ],
    why: Annotated[
        str | None,
        typer.Option(metavar="ACTION", help="Why this action is in the plan, or out of it."),
    ] = None,
    buy: Annotated[
        str | None,
        typer.Option(metavar="RESOURCE:YEAR:AMOUNT", help="What so much more would bring."),
    ] = None,
    pareto: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, max=100, help="At most N plans, cheapest to best."),
    ] = None,
    prices: Annotated[
        bool, typer.Option("--prices", help="What the plan would gain without each rule.")
    ] = False,
    stability: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, max=1000, help="How often N draws choose each action."),
    ] = None,
    spread: Annotated[
        int,
        typer.Option(metavar="PERCENT", min=1, max=100, help="How far the values drawn may be."),
    ] = 30,
    reach: Annotated[
        list[str] | None,
        typer.Option(metavar="MEASURE:YEAR:AMOUNT", help="A target to reach; several may be."),
    ] = None,
    minimise: Annotated[
        str | None,
        typer.Option(metavar="GOAL", help="money, peak, days or actions; value: the most of it."),
    ] = None,
    curve: Annotated[
        int | None,
        typer.Option(metavar="N", min=2, max=100, help="What N parts of the targets cost."),
    ] = None,
    nodes: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="Nodes for a search, in place of seconds."),
    ] = None,
    time_limit: Annotated[
        float, typer.Option(metavar="S", min=0.1, max=86_400, help="Seconds for a search.")
    ] = 60.0,
    as_json: output.JsonOption = False,
    lang: output.LangOption = None,
) -> None:
    """Find the best plan, prove it or say how far it may be from the best, and explain it.

    Exit code 1 when no plan keeps the rules: the conflict says which. Exit code 2 when the file
    holds no problem, or the question names what is not in it.
    """
    from portulan.portfolio.engine.limits import Limits
    from portulan.portfolio.engine.solving import DisagreementError

    language = output.language(lang)
    asked = _Asked(why, buy, pareto, prices, stability, spread, curve)
    if asked.count > 1:
        names = "--why, --buy, --pareto, --prices, --stability, --curve"
        at_a_time = Text("une seule à la fois", "one at a time").say(language)
        raise typer.BadParameter(at_a_time, param_hint=names)
    problem = _aimed(_read(file, language), reach or [], minimise)
    # Counted in nodes, the answer is the same on any machine: no clock stops it.
    limits = Limits(seconds=time_limit) if nodes is None else Limits(seconds=1e9, nodes=nodes)
    question = _Question(problem, limits, language, as_json=as_json)
    try:
        with _interruptible(), output.working(_SEARCHING, language):
            raise typer.Exit(question.answer(asked))
    except DisagreementError as error:
        output.say(
            Text(
                f"Le solveur et le contrôle ne concordent pas ({error})\u00a0: rien n’est montré."
                " Signalez-le.",
                f"The solver and the check do not agree ({error}): nothing is shown."
                " Please report it.",
            ).say(language)
        )
        raise typer.Exit(output.UNUSABLE) from None


_SEARCHING = Text("Recherche du meilleur plan", "Looking for the best plan")


class Rule(StrEnum):
    EQUAL_SHARES = "equal-shares"
    GREEDY = "greedy"


@app.command()
def choice(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            parser=given_file,
            help="An election in Pabulib (.pb).",
        ),
    ],
    rule: Annotated[Rule, typer.Option(help="How votes are counted.")] = Rule.EQUAL_SHARES,
    complete: Annotated[
        bool, typer.Option("--complete", help="Add to equal shares until the budget is used.")
    ] = False,
    as_json: output.JsonOption = False,
    lang: output.LangOption = None,
) -> None:
    """Say what the votes of a room choose under a budget, and what the other rule would choose.

    Exit code 1 when votes of the file are at fault: they are not counted. Exit code 2 when the file
    holds no election.
    """
    from portulan.cli.portfolio.summary import choice_summary
    from portulan.core.documents import UNREADABLE
    from portulan.core.say.text import UnusableInputError
    from portulan.portfolio.choice.answer import document
    from portulan.portfolio.choice.pabulib import read
    from portulan.portfolio.choice.rules import RULES, choose

    language = output.language(lang)
    try:
        content = file.read_bytes()
        reading = read(content)
    except OSError:
        output.say_problem(UNREADABLE.at(file=str(file)), language)
        raise typer.Exit(output.UNUSABLE) from None
    except UnusableInputError as error:
        output.say_problem(replace(error.problem, file=str(file)), language)
        raise typer.Exit(output.UNUSABLE) from None
    for problem in reading.problems:
        output.say_problem(replace(problem, file=str(file)), language)
    with _interruptible():
        found, beside = (
            choose(reading.election, one, complete=complete)
            for one in sorted(RULES, key=lambda one: one != rule.value)
        )
    if as_json:
        output.print_json(document(reading.election, found, beside))
    else:
        _write(choice_summary(reading.election, found, beside, language))
    raise typer.Exit(output.exit_code(reading.problems))


@app.command()
def export(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", parser=given_file, help="A problem in portulan-portfolio/2, or 1."
        ),
    ],
    form: Annotated[str, typer.Option("--as", metavar="lp|mps", help="LP, or free MPS.")],
    lang: output.LangOption = None,
) -> None:
    """Write the problem as other solvers read it, on standard output.

    By the first goal of its objective; `portfolio check` judges the plan that they find.
    """
    from portulan.portfolio.engine.exporting import FORMS

    if form not in FORMS:
        raise typer.BadParameter(f"{form!r}: {', '.join(FORMS)}", param_hint="--as")
    problem = _read(file, output.language(lang))
    sys.stdout.write(FORMS[form](problem))


@app.command()
def check(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", parser=given_file, help="A problem in portulan-portfolio/2, or 1."
        ),
    ],
    plan: Annotated[Path, typer.Argument(help="An answer in JSON, or the solution of a solver.")],
    as_json: output.JsonOption = False,
    lang: output.LangOption = None,
) -> None:
    """Judge a plan from outside: what it is worth, and the rules that it breaks (exit code 1).

    The plan is that of an answer of `portfolio solve`, or the columns of `portfolio export` with
    their values, one a line, as solvers write them.
    """
    from portulan.portfolio.engine.evaluator import evaluate
    from portulan.portfolio.engine.exporting import BadPlanError, read_plan
    from portulan.portfolio.engine.problem import canonical
    from portulan.portfolio.engine.sentences import transfer_words
    from portulan.portfolio.engine.sharing import transfers

    language = output.language(lang)
    problem = canonical(_read(file, language))
    try:
        judged = read_plan(problem, plan.read_bytes())
        found = evaluate(problem, judged)
    except (OSError, BadPlanError):
        output.say(
            Text(
                f"{plan}\u00a0: aucun plan n’y est lu. Donnez la réponse de «\u00a0portfolio"
                " solve --json\u00a0», ou la solution d’un solveur pour le fichier exporté.",
                f"{plan}: no plan is read there. Give the answer of “portfolio solve --json”, or"
                " the solution of a solver for the file exported.",
            ).say(language)
        )
        raise typer.Exit(output.UNUSABLE) from None
    goals = dict(zip(problem.objective, found.goals, strict=False))
    # Without goals, the plan names what is not in the problem: no group has anything of it.
    passed = (transfers(problem, judged) if found.goals else None) or ()
    if as_json:
        output.print_json(
            {
                "kept": not found.breaches,
                "value": found.value,
                "money": found.money,
                "objective": list(found.goals),
                "reached": list(found.reached),
                "breaches": list(found.breaches),
                "transfers": [asdict(one) for one in passed],
            }
        )
    elif found.breaches:
        broken = Text("Règles enfreintes\u00a0:", "Rules broken:").say(language)
        words = ", ".join(transfer_words(problem, one, language) for one in passed)
        fair = Text(f"Équitable si l’on fait passer {words}.", f"Fair once {words} is passed on.")
        lines = [broken, *(f"  {one}" for one in found.breaches)]
        _write([*lines, fair.say(language)] if passed else lines)
    else:
        kept = Text("Toutes les règles sont respectées", "All the rules are kept").say(language)
        _write([f"{kept}: {', '.join(f'{name} {one}' for name, one in goals.items())}."])
    raise typer.Exit(output.WITH_ERRORS if found.breaches else output.DONE)


def _aimed(problem: PortfolioProblem, reach: list[str], goal: str | None) -> PortfolioProblem:
    """Return the problem with the targets that are asked, and the goal.

    A target is MEASURE:YEAR:AMOUNT, and theme=NAME or unit=NAME after one more colon.
    """
    from portulan.portfolio.engine.problem import GOALS, Target, canonical

    known = ["money", *(one.id for one in problem.measures)]
    years = problem.years
    targets = list(problem.targets)
    for asked in reach:
        told = re.fullmatch(r"(.+?):([0-9]+):([0-9]+)(?::(theme|unit)=(.+))?", asked, re.DOTALL)
        if told is None:
            shape = "MEASURE:YEAR:AMOUNT[:theme=NAME|:unit=NAME]"
            raise typer.BadParameter(f"{asked!r}: {shape}", param_hint="--reach")
        measure, year, least = told[1], int(told[2]), int(told[3])
        among = {told[4]: told[5]} if told[4] else {}
        for kind, name in among.items():
            groups = sorted({getattr(one, kind) for one in problem.actions} - {""})
            if name not in groups:
                choices = f"{kind}={'|'.join(groups)}"
                raise typer.BadParameter(f"{asked!r}: {choices}", param_hint="--reach")
        if measure not in known or year not in years or least > 10**12:
            choices = f"{', '.join(known)}; {years[0]}–{years[-1]}"
            raise typer.BadParameter(f"{asked!r}: {choices}", param_hint="--reach")
        # A target of the file gives way to the one that is asked of the same.
        target = Target(measure, year, least, **among)
        targets = [one for one in targets if replace(one, at_least=least) != target]
        targets.append(target)
    problem = replace(problem, targets=tuple(targets))
    if goal is not None:
        found = next((one for one in GOALS if one == goal), None)
        if found is None:
            raise typer.BadParameter(f"{goal!r}: {', '.join(GOALS)}", param_hint="--minimise")
        problem = replace(problem, objective=(found,))
    return canonical(problem)


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let Ctrl-C end the process at once: Python hears it only when a search is over."""
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _read(file: Path, language: Language) -> PortfolioProblem:
    """Return the problem of the file; exit 2 with all that is wrong in it."""
    from portulan.core.documents import UNREADABLE
    from portulan.portfolio.engine.checks import impossible
    from portulan.portfolio.engine.findings import InvalidProblemError
    from portulan.portfolio.engine.reader import read

    def say(problem: Problem) -> None:
        output.say_problem(replace(problem, file=str(file)), language)

    try:
        problem = read(file.read_bytes())
    except OSError:
        say(UNREADABLE.at())
        raise typer.Exit(output.UNUSABLE) from None
    except InvalidProblemError as error:
        for found in error.problems:
            say(found)
        raise typer.Exit(output.UNUSABLE) from None
    for found in impossible(problem):
        say(found)
    return problem


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked about a problem: one thing at most, else its best plan."""

    why: str | None
    buy: str | None
    pareto: int | None
    prices: bool
    stability: int | None
    spread: int
    curve: int | None = None

    @property
    def count(self) -> int:
        asked = (self.why, self.buy, self.pareto, self.prices or None, self.stability)
        return sum(one is not None for one in (*asked, self.curve))


class _Question:
    """One problem and one question about it, answered on standard output."""

    def __init__(
        self, problem: PortfolioProblem, limits: Limits, language: Language, *, as_json: bool
    ) -> None:
        self._problem, self._limits = problem, limits
        self._language, self._as_json = language, as_json

    def answer(self, asked: _Asked) -> int:
        """Print the answer and return the exit code."""
        from portulan.portfolio.engine.conflicts import find_conflict
        from portulan.portfolio.engine.solving import solve

        addition = None if asked.buy is None else self._addition(asked.buy)
        known = {action.id for action in self._problem.actions}
        if asked.why is not None and asked.why not in known:
            self._refuse_action(asked.why)
        result = solve(self._problem, limits=self._limits)
        if not result.plan and result.status == "infeasible":
            conflict = find_conflict(self._problem, limits=self._limits)
            self._print_result(result, conflict)
            return output.WITH_ERRORS
        if result.evaluation is None:
            self._print_result(result, None)
        elif asked.why is not None:
            self._print_why(result, asked.why)
        elif addition is not None:
            self._print_purchase(result, *addition)
        elif asked.pareto is not None:
            self._print_pareto(result, asked.pareto)
        elif asked.prices:
            self._print_prices(result)
        elif asked.stability is not None:
            self._print_stability(asked.stability, asked.spread)
        elif asked.curve is not None:
            self._print_curve(result, asked.curve)
        else:
            self._print_result(result, None)
        return output.DONE

    def _refuse_action(self, asked: str) -> NoReturn:
        """Say that no action has this identifier, and where to find those that there are."""
        first = ", ".join(shown(one.id) for one in self._problem.actions[:MOST_NAMED])
        name = shown(asked)
        output.say(
            Text(
                f"--why\u00a0: aucune action ne s’appelle «\u00a0{name}\u00a0». Les identifiants"
                " sont les «\u00a0id\u00a0» de «\u00a0actions\u00a0» dans le fichier,"
                f" comme\u00a0: {first}.",
                f"--why: no action is called “{name}”. Identifiers are the “id” of “actions” in the"
                f" file, as: {first}.",
            ).say(self._language)
        )
        raise typer.Exit(output.UNUSABLE)

    def _addition(self, asked: str) -> tuple[str, int, int]:
        """Return the resource, the year and the amount of RESOURCE:YEAR:AMOUNT."""
        resource, *numbers = asked.rsplit(":", 2)
        known = {one.id for one in self._problem.resources}
        if len(numbers) != 2 or not all(one.isascii() and one.isdigit() for one in numbers):
            raise typer.BadParameter(f"{asked!r}: RESOURCE:YEAR:AMOUNT", param_hint="--buy")
        year, amount = map(int, numbers)
        if resource not in known or year not in self._problem.years or not 0 < amount <= 10**12:
            choices = (
                f"{', '.join(sorted(known))}; {self._problem.years[0]}–{self._problem.years[-1]}"
            )
            raise typer.BadParameter(f"{asked!r}: {choices}", param_hint="--buy")
        return resource, year, amount

    def _print_result(self, result: Result, conflict: Conflict | None) -> None:
        from portulan.cli.portfolio.summary import result_summary
        from portulan.portfolio.engine.documents import result_document
        from portulan.portfolio.engine.targets import nearest, priced_targets

        problem, limits, lang = self._problem, self._limits, self._language
        targets = list(priced_targets(problem, result, limits=limits))
        near = nearest(problem, limits=limits) if conflict and problem.targets else None
        if self._as_json:
            output.print_json(
                result_document(problem, result, conflict, lang, targets=targets, nearest=near)
            )
        else:
            _write(result_summary(problem, result, conflict, lang, targets=targets, nearest=near))

    def _print_curve(self, result: Result, points: int) -> None:
        from portulan.cli.portfolio.summary import curve_summary
        from portulan.portfolio.engine.documents import document
        from portulan.portfolio.engine.targets import curve, elbow

        parts = curve(self._problem, result, points, limits=self._limits)
        if not self._as_json:
            _write(curve_summary(parts, self._language))
            return
        turn = elbow(parts)
        output.print_json(
            {
                "points": [document(self._problem, one, self._language) for one in parts],
                "elbow": None if turn is None else turn.percent,
            }
        )

    def _print_why(self, result: Result, action: str) -> None:
        from portulan.cli.portfolio.summary import why_summary
        from portulan.portfolio.engine.why import why

        answer = why(self._problem, result, action, limits=self._limits)
        self._print(answer, lambda: why_summary(self._problem, answer, self._language))

    def _print_purchase(self, result: Result, resource: str, year: int, amount: int) -> None:
        from portulan.cli.portfolio.summary import purchase_summary
        from portulan.portfolio.engine.why import buy

        answer = buy(self._problem, result, resource, year, amount, limits=self._limits)
        self._print(answer, lambda: purchase_summary(answer, self._language))

    def _print_pareto(self, result: Result, points: int) -> None:
        from portulan.cli.portfolio.summary import pareto_summary
        from portulan.portfolio.engine.pareto import pareto

        found = pareto(self._problem, result, points, limits=self._limits)
        self._print(found, lambda: pareto_summary(found, self._language), under="points")

    def _print_prices(self, result: Result) -> None:
        from portulan.cli.portfolio.summary import prices_summary
        from portulan.portfolio.engine.why import prices

        found = list(prices(self._problem, result, limits=self._limits))
        self._print(
            found, lambda: prices_summary(self._problem, found, self._language), under="prices"
        )

    def _print_stability(self, draws: int, spread: int) -> None:
        from portulan.cli.portfolio.summary import stability_summary
        from portulan.portfolio.engine.stability import Spread, stability

        around = dict.fromkeys((one.id for one in self._problem.actions), Spread(-spread, spread))
        found = stability(self._problem, around, draws=draws, limits=self._limits)
        self._print(found, lambda: stability_summary(found, self._language))

    def _print(self, answer: object, summary: Callable[[], list[str]], under: str = "") -> None:
        """Print an answer: its document, or a list of them `under` a name; else its summary."""
        from portulan.portfolio.engine.documents import document

        if not self._as_json:
            _write(summary())
        elif isinstance(answer, list):
            found = [document(self._problem, one, self._language) for one in answer]
            output.print_json({under: found})
        else:
            output.print_json(document(self._problem, answer, self._language))


def _write(lines: list[str]) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
