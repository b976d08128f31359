"""An election as a Pabulib file: ballots have numbers, which say nothing of who or when (pure)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

POINTS_EACH = 10


def pabulib(
    description: str,
    budget: int,
    projects: Sequence[Mapping[str, object]],
    ballots: Iterable[Mapping[str, int]],
    *,
    by_points: bool,
) -> str:
    """Return the file; projects have "id", "title" and "cost", ballots the points of each id."""
    votes = list(ballots)
    meta = {
        "description": description,
        "num_projects": len(projects),
        "num_votes": len(votes),
        "budget": budget,
        "vote_type": "cumulative" if by_points else "approval",
        "rule": "equalshares",
        **({"max_sum_points": POINTS_EACH} if by_points else {}),
    }
    text = io.StringIO()
    out = csv.writer(text, delimiter=";", lineterminator="\n")
    out.writerows([["META"], ["key", "value"], *meta.items()])
    out.writerows([["PROJECTS"], ["project_id", "cost", "name"]])
    out.writerows([one["id"], one["cost"], one["title"]] for one in projects)
    out.writerows(
        [["VOTES"], ["voter_id", "vote", "points"] if by_points else ["voter_id", "vote"]]
    )
    for number, ballot in enumerate(votes, 1):
        points = [",".join(map(str, ballot.values()))] if by_points else []
        out.writerow([number, ",".join(ballot), *points])
    return text.getvalue()
