"""A table leaves in one file and comes back the same, or not at all."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from portulan.core.say.text import UnusableInputError
from portulan.observatory import models, packs
from portulan.observatory.readers.files import identity_of_file
from tests.observatory.taking import take
from tests.observatory.world import Budget, balances_of, population_of, siren_of, towns

pytestmark = pytest.mark.django_db
TOWNS = towns(6, seed=21)
CONTRACTS = (
    "uid;id;acheteur_id;codeCPV;montant;dateNotification;considerationsEnvironnementales\n"
    f"1;A1;{siren_of(1)}00015;72000000;1000.5;2024-02-01;Clause environnementale\n"
    f"1;A2;{siren_of(1)}00015;48000000;NC;2024-02-01;Pas de considération environnementale\n"
)
REUSE = (
    "annee,siret,raison_sociale,type_produit_acquis,montant_total,"
    "montant_reemploi_et_reutilisation,montant_produits_issus_don,montant_produits_recycles\n"
    f"2024,{siren_of(1)}00015,Un,Matériel informatique et téléphonie,100.00,25.00,0,0\n"
)
TABLES = (
    models.PublicAccounts,
    models.PublicAccountLine,
    models.Inhabitants,
    models.PublicContract,
    models.DeclaredReuse,
)


def table() -> dict[str, list[Any]]:
    """Return all that the table says, without its identifiers."""
    said = {}
    for model in TABLES:
        names = [field.attname for field in model._meta.fields if not field.attname.endswith("id")]
        said[model.__name__] = sorted(map(repr, model._default_manager.values_list(*names)))
    return said


def fill() -> None:
    poor = Budget(9, 0, accounts={"6262": (100, 250, 0, 0), "2051": (900, 50, 400, 0)})
    water = Budget(1, None, budget="3", nomen="M49", accounts={"2051": (5, 0, 0, 0)})
    take(balances_of([*TOWNS, poor, water]))
    take(population_of([*TOWNS, poor], siren_of(80)), "population.csv")
    take(CONTRACTS, "decp.csv")
    take(REUSE, "agec.csv")


def load(path: Path) -> packs.Taken:
    return packs.load(path, identity_of_file(path))


def test_what_was_packed_is_what_is_loaded(tmp_path: Path) -> None:
    fill()
    before, path = table(), tmp_path / "table.zip"
    assert packs.pack(path) == path.stat().st_size
    manifest = json.loads(zipfile.ZipFile(path).read("manifest.json"))
    assert [one["name"] for one in manifest["files"]] == [
        "balances.csv", "population.csv", "decp.csv", "agec.csv",
    ]  # fmt: skip
    assert "Licence Ouverte 2.0" in manifest["licence"]
    models.PublicFile.objects.all().delete()
    assert not any(table().values())
    assert load(path).years == [2024]
    assert table() == before
    load(path)
    assert table() == before
    assert take(balances_of([*TOWNS])).replaced == 6


def test_a_damaged_pack_changes_nothing(tmp_path: Path) -> None:
    fill()
    good = tmp_path / "table.zip"
    packs.pack(good)
    models.PublicAccounts.objects.all().delete()
    before = table()
    raw = good.read_bytes()
    cut, odd, other = tmp_path / "cut.zip", tmp_path / "odd.zip", tmp_path / "other.zip"
    cut.write_bytes(raw[: len(raw) // 2])
    odd.write_text("a;b\n")
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(other, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, text + b"7;8\n" if name == "reuse.csv" else text)
    for path in (cut, odd, other):
        with pytest.raises(UnusableInputError):
            load(path)
        assert table() == before
