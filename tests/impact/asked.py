"""Requests of the tests, as a person's browser or file sends them."""

from __future__ import annotations


def part(archetype: str, name: str = "a", *assets: str, **inputs: object) -> dict[str, object]:
    """One estimate of a request; `from_` stands for `from`, a word of Python's."""
    given = {key.rstrip("_"): value for key, value in inputs.items()}
    return {"id": name, "archetype": archetype, "assets": list(assets), "inputs": given}


def parts(*estimates: dict[str, object], **more: object) -> dict[str, object]:
    """A request of several parts, drawn few times."""
    head = {"format": "portulan-impact/1", "country": "FRA", "seed": 7, "draws": 500}
    return head | {"estimates": list(estimates)} | more


def request(archetype: str, **inputs: object) -> dict[str, object]:
    """A request of one part."""
    return parts(part(archetype, **inputs))  # type: ignore[arg-type]


def longer_life(count: int = 1200, **more: object) -> dict[str, object]:
    """Laptops kept six years instead of four: 18.5 tCO2e a year for 1200 of them."""
    life = {"device": "laptop", "count": count, "life_before": 4, "life_after": 6}
    return request("device-life", **(life | more))
