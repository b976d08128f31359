"""What estimates say of overlaps is proposed, and never over what a person said."""

from __future__ import annotations

from portulan.portfolio.from_plan.rules import overlaps_said
from portulan.portfolio.words import Origin


def test_an_overlap_of_the_estimates_is_proposed_beside_what_was_said() -> None:
    typed, filled = (90, Origin.TYPED), (95, Origin.ESTIMATE)
    (new,) = overlaps_said({(18, 19): 0.971}, {})
    assert (new.key, new.before, new.after, new.typed) == ("18+19--overlap", None, 97, False)
    assert list(overlaps_said({(18, 19): 0.971}, {(18, 19): (97, Origin.TYPED)})) == []
    (over,) = overlaps_said({(18, 19): 0.971}, {(18, 19): typed})
    assert (over.before, over.typed) == (90, True)
    (again,) = overlaps_said({(18, 19): 0.971}, {(18, 19): filled})
    assert not again.typed
    assert list(overlaps_said({(18, 19): 0.971}, {(9, 19): typed})) == []
