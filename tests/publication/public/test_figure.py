"""A published share is recomputed by anybody, from its file alone."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portulan.budget.indicator.frozen import Row
from portulan.budget.indicator.share import weigh
from portulan.budget.lines.weighing import WeighedLine, WeighedShare
from portulan.budget.words import AttributionStatus, Verdict
from portulan.core.contracts import to_json
from portulan.core.errors import DeniedError
from portulan.publication.models import PublicFigure
from portulan.publication.public.edition import HouseLine
from portulan.publication.public.figure import (
    FigureContent,
    check,
    grouped,
    line_of,
    recomputed,
    salt_of,
    written,
)
from portulan.publication.public.permalinks import content_in, originals_of
from portulan.publication.words import Part
from portulan.steering.sealed.document import canonical
from tests.plans.plan_of_town import TODAY
from tests.publication.public.published import SUPPLIERS, Published

SHARES = st.sampled_from(["0.1", "0.25", "0.5", "1"])
STATUSES = st.sampled_from([one.value for one in AttributionStatus])
GIVEN = st.lists(st.tuples(STATUSES, SHARES, st.integers(1, 9) | st.none(), st.booleans()))


@st.composite
def rows(draw: st.DrawFn) -> list[Row]:
    """Lines as runs keep them, on few accounts."""
    return [
        Row(
            *("gl.csv", place, f"ligne {place}", draw(st.sampled_from(["2051", "21838", "617"]))),
            *("", "I", str(draw(st.decimals(-9999, 99999, places=2)))),
            *(Verdict.MIXED.value, draw(SHARES | st.none()), "0", draw(GIVEN), ["clé"]),
        )
        for place in range(draw(st.integers(0, 7)))
    ]


def content_of(found: list[Row]) -> FigureContent:
    lines, group = grouped([line_of(row, salt_of("s", at)) for at, row in enumerate(found)])
    return FigureContent(
        organisation=HouseLine("Bourg", "Bourg"),
        year=2026,
        stage="OPENED",
        basis="TTC",
        perimeter=1,
        published_on=TODAY,
        value="0",
        numerator="0",
        denominator="0",
        inputs="0" * 64,
        lines=lines,
        group=group,
    )


@settings(max_examples=60)
@given(rows())
def test_the_lines_give_the_figure_that_the_product_computes(found: list[Row]) -> None:
    wanted = weigh(
        WeighedLine(
            key=row.row,
            section=row.section,
            amount=Decimal(row.amount),
            verdict=Verdict(row.verdict),
            it_share=None if row.it_share is None else Decimal(row.it_share),
            shares=tuple(
                WeighedShare(Decimal(share), AttributionStatus(status), action, outside)
                for status, share, action, outside in row.given
            ),
        )
        for row in found
    )
    given_ = recomputed(content_of(found))
    assert given_["denominator"] == round(wanted.denominator.amount, 2) or abs(
        given_["denominator"] - wanted.denominator.amount
    ) <= Decimal("0.005")
    assert abs((given_["numerator"] or 0) - wanted.numerator) <= Decimal("0.005")
    if wanted.denominator.amount > 0:
        proposed = wanted.numerator + wanted.proposed.amount
        for name, amount in (
            ("value", wanted.numerator),
            ("lower", wanted.justified.amount),
            ("upper", proposed),
        ):
            share = 100 * amount / wanted.denominator.amount
            assert abs((given_[name] or 0) - share) <= Decimal("0.000001")


@settings(max_examples=60)
@given(rows())
def test_no_account_of_one_line_is_named(found: list[Row]) -> None:
    content = content_of(found)
    accounts = [line.account for line in content.lines]
    assert all(accounts.count(one) > 1 for one in accounts) or len(found) == 1
    hidden = content.group.lines if content.group else 0
    assert len(content.lines) + hidden == len(found)
    # What is left out is never told by the difference of one.
    assert hidden != 1 or len(found) == 1


def file_of(published: Published, *, originals: bool = False) -> bytes:
    published.show(*Part)
    figure = PublicFigure.objects.get()
    more = originals_of(published.town.finance, figure) if originals else ()
    return written(content_in(figure), more)


@pytest.mark.django_db
def test_a_file_is_recomputed_and_what_is_changed_is_told(published: Published) -> None:
    content = file_of(published)
    sound = check(content, json.loads(content))
    assert sound.problems == ()
    assert sound.bundle is not None
    assert Decimal(sound.bundle.content.value) == published.run.value
    for before, after, code in (
        (b'"denominator":"', b'"denominator":"1', "figure-not-recomputed"),
        (b'"seal":"', b'"seal":"0', "seal-broken"),
        (b'"format"', b' "format"', "not-canonical"),
        (b'"complete":true', b'"complete":7', "wrong-shape"),
    ):
        broken = content.replace(before, after)
        assert broken != content
        codes = {one.kind.code for one in check(broken, json.loads(broken)).problems}
        assert code in codes, before


@pytest.mark.django_db
def test_originals_are_for_who_may_read_them_and_open_their_digests(published: Published) -> None:
    public, private = file_of(published), None
    figure = PublicFigure.objects.get()
    with pytest.raises(DeniedError):
        list(originals_of(published.town.editor, figure))
    private = written(content_in(figure), originals_of(published.town.finance, figure))
    assert not any(name.encode() in public for name in (*SUPPLIERS, "Licences", "grand-livre"))
    assert all(name.encode() in private for name in (*SUPPLIERS, "Licences"))
    found = check(private, json.loads(private))
    assert found.problems == ()
    assert found.bundle is not None
    assert len(found.bundle.originals) == 4
    other = json.loads(private)
    other["originals"][0]["row"][2] = "Autre libellé"
    told = check(canonical(other), other).problems
    assert [one.kind.code for one in told] == ["line-not-its-original"]


def test_a_reason_that_names_a_supplier_is_not_said() -> None:
    row = Row("f", 1, "l", "2051", "", "I", "10", "in", "1", "0", [], ["Devis de MARINFOR", "clé"])
    assert line_of(row, "s", {row.reasons[0]}).reasons == ("…", "clé")
    assert line_of(row, "s").digest != line_of(row, "t").digest


def test_a_very_large_account_says_what_is_only_declared() -> None:
    row = Row("f", 1, "l", "2051", "", "I", "10", "in", "1", "0", [], [])
    content = replace(content_of([row]), complete=False, rest="90", denominator="100")
    kept: dict[str, Any] = to_json(replace(content, value="0", lower="0", upper="0"))
    said = written(kept)
    told = check(said, json.loads(said)).problems
    assert [(one.kind.code, one.kind.severity) for one in told] == [("figure-in-part", "warning")]
