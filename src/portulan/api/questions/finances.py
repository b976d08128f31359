"""What is asked of money: the share and why it moved, spent, posts, left, the law, the peers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from portulan.accounts.access import Operation
from portulan.api.questions.asking import (
    PLAN,
    STAGE,
    YEAR,
    Inquiry,
    NoAnswerError,
    Question,
    some,
)
from portulan.budget.funding.reads import co_funding
from portulan.budget.funding.sentences import landing_sentences
from portulan.budget.indicator.contract import as_document, percentage
from portulan.budget.indicator.line_sums import LineSums, YearSums
from portulan.budget.indicator.sentences import points
from portulan.budget.labels import OBSTACLES, POSTS
from portulan.budget.legal.figures import legal_rows
from portulan.budget.lines.reads import LineFilter, found_first
from portulan.budget.purchases.reads import purchases_of
from portulan.budget.purchases.rules import readings
from portulan.budget.savings import savings
from portulan.budget.staff_time import staff_time
from portulan.budget.words import Obstacle, Post
from portulan.core.folding import sought
from portulan.core.money import as_text, known_sum
from portulan.core.say.text import Text
from portulan.observatory import strata
from portulan.observatory.limits import limits_of
from portulan.observatory.ranks import euros
from portulan.observatory.reads import accounts_of, compare, years_of
from portulan.plans.models import Action
from portulan.steering.forecast import landing_in

READ = Operation.READ_BUDGET
SECTIONS = {"operations": "F", "investment": "I"}
_NO_SIREN = Text(
    "L’organisation n’a pas dit son SIREN\u00a0: rien ne la rapproche des comptes publics.",
    "The organisation did not give its SIREN: nothing ties it to public accounts.",
)
_NO_PUBLIC = Text(
    "Les comptes publics de {siren} en {year} ne sont pas ici. Années connues\u00a0: {known}.",
    "The public accounts of {siren} in {year} are not here. Years known: {known}.",
)
_MOVED = Text(
    "De {before} à {after}\u00a0: {up} par ce qui est fléché, {down} par le budget informatique.",
    "From {before} to {after}: {up} by what is dedicated, {down} by the IT budget.",
)
_NOT_COMPARED = Text(
    "Non comparable à {before}\u00a0: {why}.", "Not comparable with {before}: {why}."
)


def share(inquiry: Inquiry) -> dict[str, Any]:
    """Answer the share of a year, its bounds, why it moved, and what makes it up by action."""
    year, stage = inquiry.fiscal_year, inquiry.stage
    computed = inquiry.known.figure(year, stage)
    said = as_document(computed)
    names = {
        one.pk: one
        for one in Action.objects.filter(pk__in=[pk for pk in computed.figure.by_action if pk])
    }
    made_of = [
        {
            "action": names[pk].number if pk in names else None,
            "title": (names[pk].short_title or names[pk].title) if pk in names else "",
            "amount": as_text(amount),
            "points_of_percent": _part(amount, computed.figure.denominator.amount),
        }
        for pk, amount in sorted(computed.figure.by_action.items(), key=lambda one: -one[1])
        if amount
    ]
    return {
        **inquiry.money,
        "percent": said["value"],
        "lower": said["lower"],
        "upper": said["upper"],
        "dedicated": said["numerator"],
        "it_budget": said["denominator"],
        "coverage": said["coverage"],
        "provisional": said["provisional"],
        "variation": said["variation"],
        "why": _why(said, inquiry),
        "warnings": said["warnings"],
        "made_of": some(made_of),
        "source": inquiry.at("years", year.year, "indicator"),
    }


def _part(amount: Decimal, whole: Decimal) -> str | None:
    return percentage(100 * amount / whole) if whole > 0 else None


def _why(said: Mapping[str, Any], inquiry: Inquiry) -> str:
    moved, language = said["variation"], inquiry.language
    if moved:
        return _MOVED.say(language).format(
            before=moved["against"],
            after=said["year"],
            up=points(Decimal(moved["numerator_effect"])),
            down=points(Decimal(moved["denominator_effect"])),
        )
    why = ", ".join(str(OBSTACLES[Obstacle(one)]) for one in said["not_compared"])
    return _NOT_COMPARED.say(language).format(before=said["year"] - 1, why=why or "—")


def spent(inquiry: Inquiry) -> dict[str, Any]:
    """Answer what lines hold, by filter: words, an action, a post, a section; and what is NR."""
    asked, year, stage = inquiry.asked, inquiry.fiscal_year, inquiry.stage
    wanted = LineFilter(
        stage,
        search=asked.get("words", ""),
        verdict=asked.get("verdict", ""),
        section=SECTIONS.get(asked.get("section", ""), ""),
        number=str(asked.get("action") or ""),
        suppliers=False,
        alike=(("post", asked["post"]),) if asked.get("post") else (),
    )
    sums = YearSums(year, stage, inquiry.known)
    found = sums.of(found_first(year, wanted))
    told = {"lines": _sums(found), "asked": {name: str(one) for name, one in asked.items()}}
    if words := asked.get("words"):
        told["actions"] = _by_actions(inquiry, words)
    return {**inquiry.money, **told, "source": inquiry.at("years", year.year, "lines")}


def _sums(found: LineSums) -> dict[str, Any]:
    return {
        "count": found.count,
        "amount": as_text(found.amount),
        "in_it_budget": as_text(found.it),
        "dedicated_to_nr": as_text(found.nr),
        "proposed": as_text(found.proposed),
    }


def _by_actions(inquiry: Inquiry, words: str) -> dict[str, Any]:
    """Return what lines dedicate to the actions whose words hold these: another way to look."""
    folded = [sought(word) for word in words.split()]
    by_action = inquiry.known.figure(inquiry.fiscal_year, inquiry.stage).figure.by_action
    found = []
    for row in inquiry.rows:
        titles = [one.title for one in row.practices] + [one.title for one in row.themes]
        themes = " ".join(map(sought, titles))
        if all(word in f"{row.words} {themes}" for word in folded):
            held = by_action.get(row.action.pk)
            found.append(
                inquiry.of_action(row.action)
                | {"dedicated": None if held is None else as_text(held)}
            )
    total = known_sum(Decimal(one["dedicated"]) for one in found if one["dedicated"])
    return {"total": None if total is None else as_text(total), **some(found)}


def posts(inquiry: Inquiry) -> dict[str, Any]:
    """Answer the IT budget by post and by run or build, with what of it is dedicated to NR."""
    figure = inquiry.known.figure(inquiry.fiscal_year, inquiry.stage).figure
    found = [
        {
            "post": post,
            "label": str(POSTS[Post(post)]) if post else "",
            "run_or_build": kind,
            "amount": as_text(sums.amount),
            "dedicated_to_nr": as_text(sums.nr),
        }
        for (post, kind), sums in sorted(figure.by_post.items())
    ]
    return {
        **inquiry.money,
        "it_budget": as_text(figure.denominator.amount),
        "dedicated_to_nr": as_text(figure.numerator),
        "by_section": {
            section: as_text(tally.amount) for section, tally in figure.by_section.items()
        },
        **some(found),
        "source": inquiry.at("years", inquiry.year, "lines"),
    }


def left(inquiry: Inquiry) -> dict[str, Any]:
    """Answer what is left to spend of what was reserved, in all and by action."""
    year = inquiry.fiscal_year
    landing = landing_in(
        actor=inquiry.actor, year=year.year, today=inquiry.today, known=inquiry.known
    )
    total = landing.total
    found = [
        {
            "action": row.action.number if row.action else None,
            "title": (row.action.short_title or row.action.title) if row.action else "",
            "allotted": _amount(row.allotted),
            "realised": _amount(row.realised),
            "committed": _amount(row.committed),
            "left": _amount(row.left),
        }
        for row in landing.rows
        if row.allotted is not None or row.least is not None
    ]
    return {
        "unit": inquiry.organisation.currency,
        "year": year.year,
        "tax": landing.basis,
        "stages": [one.value for one in landing.stages],
        "allotted": _amount(total.allotted),
        "realised": _amount(total.realised),
        "committed": _amount(total.committed),
        "left": _amount(landing.left),
        "beyond": _amount(landing.beyond),
        "share_consumed": percentage(landing.share),
        "part_of_the_year_past": percentage(landing.elapsed),
        "says": landing_sentences(landing, inquiry.language),
        **some(found),
        "source": inquiry.at("allotments"),
    }


def _amount(value: Decimal | None) -> str | None:
    return None if value is None else as_text(value)


def beside(inquiry: Inquiry) -> dict[str, Any]:
    """Answer what stands beside the budget of a year, never netted in it: others' money, savings,
    days of staff.
    """
    actor, year = inquiry.actor, inquiry.year
    funders = co_funding(actor=actor, year=year)
    spared, days = savings(actor=actor, year=year), staff_time(actor=actor, year=year)
    return {
        "unit": inquiry.organisation.currency,
        "year": year,
        "co_funding": _columns(funders, ("asked", "granted", "received"), "funder", inquiry),
        "savings": _columns(spared, ("potential", "realised"), "kind", inquiry),
        "staff_days": _columns(days, ("planned", "done"), "function", inquiry),
    }


def _columns(
    rows: Iterable[Any], columns: Sequence[str], named: str, inquiry: Inquiry
) -> dict[str, Any]:
    """Return each row with its action, and the sum of each column: None where nobody said one."""
    found = list(rows)
    return {
        "totals": {
            name: _amount(known_sum(getattr(one, name) for one in found)) for name in columns
        },
        "unsaid": {name: sum(getattr(one, name) is None for one in found) for name in columns},
        **some(
            {
                "action": one.action.number,
                "plan": one.action.plan.slug,
                named: str(getattr(one, named)),
                **{name: _amount(getattr(one, name)) for name in columns},
                "source": inquiry.at("plans", one.action.plan.slug, "actions", one.action.number),
            }
            for one in found
        ),
    }


def legal(inquiry: Inquiry) -> dict[str, Any]:
    """Answer the ratios that the law asks, each beside its threshold, its text and its terms."""
    language = inquiry.language
    given = [
        {
            "ratio": row.standing.law.ratio.value,
            "title": row.standing.law.title.say(language),
            "year": row.standing.year,
            "percent": percentage(row.standing.value),
            "threshold": percentage(row.standing.threshold),
            "missed": row.standing.is_under,
            "missing": _amount(row.standing.missing),
            "unit": row.standing.law.unit.say(language),
            "numerator": {
                "value": as_text(row.standing.numerator),
                "is": row.standing.law.numerator.say(language),
            },
            "denominator": {
                "value": as_text(row.standing.denominator),
                "is": row.standing.law.denominator.say(language),
            },
            "text": row.standing.law.obligation.source,
            "given_by": row.figure.source,
            "source": inquiry.at("legal-figures"),
        }
        for row in legal_rows(actor=inquiry.actor)
    ]
    year = inquiry.year
    bought = purchases_of(inquiry.organisation.pk, year)
    purchases = [
        {
            "type": name,
            "total": as_text(kind.total),
            "from_reuse": as_text(kind.reuse),
            "recycled": as_text(kind.recycled),
            "gifts": as_text(kind.gifts),
            "percent": percentage(readings(kind).without_gifts),
        }
        for name, kind in sorted(bought.kinds.items())
    ]
    return {
        **some(given),
        "purchases_by_type": {
            "year": year,
            "unit": f"{inquiry.organisation.currency} HT",
            "waiting_lines": bought.waiting_lines,
            **some(purchases),
            "source": inquiry.at("years", year, "purchases"),
        },
    }


def peers(inquiry: Inquiry) -> dict[str, Any]:
    """Answer where the certain IT accounts stand among the peers, of the country or a region."""
    siren, within = inquiry.organisation.siren, inquiry.asked.get("within", "")
    if not siren:
        raise NoAnswerError(_NO_SIREN)
    known = [one.year for one in years_of(siren)]
    year = inquiry.asked.get("year") or (max(known) if known else inquiry.year)
    accounts = accounts_of(siren, year)
    if accounts is None:
        told = ", ".join(map(str, sorted(known))) or "—"
        raise NoAnswerError(_NO_PUBLIC, siren=siren, year=year, known=told)
    found = compare(accounts, within=within)
    own, place = found.accounts, found.place
    each = found.each(own.certain)
    return {
        "siren": siren,
        "year": own.year,
        "stratum": strata.label_of(own.form, own.stratum, inquiry.language),
        "within": within or None,
        "unit": f"{inquiry.organisation.currency} per inhabitant",
        "certain": {"amount": as_text(euros(own.certain)), "per_inhabitant": _amount(each)},
        "peers": None
        if place is None
        else {
            "count": place.count,
            "q1": _amount(place.q1),
            "median": _amount(place.median),
            "q3": _amount(place.q3),
            "rank_from_the_least": place.rank,
        },
        "limits": limits_of(found, inquiry.language),
        "files": [{"file": one.name, "sha256": one.sha256} for one in found.files],
        "source": inquiry.at("questions", "peers"),
    }


QUESTIONS = (
    Question(
        "share",
        "What is the NR share this year, what makes it up, and why did it move?",
        "Percent of the IT budget with bounds, effects of both terms, amounts by action.",
        READ,
        share,
        {"year": YEAR, "stage": STAGE},
    ),
    Question(
        "spent",
        "How much was spent on something in a year?",
        "Sums of lines by words, action, post and section; what of them is NR; and what lines"
        " dedicate to the actions whose words match.",
        READ,
        spent,
        {
            "year": YEAR,
            "stage": STAGE,
            "plan": PLAN,
            "words": {"type": "string", "description": "Words of lines and of actions: reuse."},
            "action": {"type": "integer", "minimum": 1, "description": "Number of an action."},
            "post": {
                "type": "string",
                "enum": [one.value for one in Post],
                "description": "A post of the IT budget.",
            },
            "section": {
                "type": "string",
                "enum": sorted(SECTIONS),
                "description": "A section of the budget.",
            },
            "verdict": {
                "type": "string",
                "enum": ["counted", "perimeter", "in", "mixed", "out"],
                "description": "Where lines stand: counted is the IT budget; else all lines.",
            },
        },
    ),
    Question(
        "posts",
        "What is the IT budget by post?",
        "The IT budget by post and run or build, and what of each is dedicated to NR.",
        READ,
        posts,
        {"year": YEAR, "stage": STAGE},
    ),
    Question(
        "left",
        "What is left to spend?",
        "Reserved, committed, realised and left, in all and by action, and where the year lands.",
        READ,
        left,
        {"year": YEAR},
    ),
    Question(
        "beside",
        "What do others pay, what is saved, how many days does staff give?",
        "Co-funding, savings and days of staff of a year, by action: beside the budget, not in it.",
        READ,
        beside,
        {"year": YEAR},
    ),
    Question(
        "legal",
        "Where do legal ratios stand beside their thresholds?",
        "Each ratio with its threshold, its text and its terms; purchases by type.",
        READ,
        legal,
        {"year": YEAR},
    ),
    Question(
        "peers",
        "How do we compare with other bodies of our kind?",
        "Certain IT accounts per inhabitant among peers: median, quartiles and rank.",
        READ,
        peers,
        {
            "year": YEAR,
            "within": {"type": "string", "description": "Code of a region; else the country."},
        },
    ),
)
