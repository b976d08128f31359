"""Foreign keys point downwards, in the order of the import contracts."""

from __future__ import annotations

import tomllib
from pathlib import Path

from django.apps import apps

ROOT = Path(__file__).parent.parent.parent


def layers() -> list[set[str]]:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contract = pyproject["tool"]["importlinter"]["contracts"][0]
    return [{name.strip(" ()") for name in layer.split("|")} for layer in contract["layers"]]


def test_every_app_of_ours_stands_in_a_layer() -> None:
    known = set().union(*layers())
    ours = {
        config.name.removeprefix("portulan.")
        for config in apps.get_app_configs()
        if config.name.startswith("portulan.")
    }
    assert ours <= known


def test_relations_point_to_the_same_layer_or_below() -> None:
    depth = {name: index for index, layer in enumerate(layers()) for name in layer}
    checked = 0
    for model in apps.get_models():
        if not model.__module__.startswith("portulan."):
            continue
        for field in model._meta.get_fields():
            if field.auto_created or not field.is_relation or field.related_model is None:
                continue
            target = field.related_model
            assert not isinstance(target, str)
            assert depth[target._meta.app_label] >= depth[model._meta.app_label], field
            checked += 1
    assert checked > 30
