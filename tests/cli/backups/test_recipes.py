"""The recipes that other programs keep are those of the pages: played where the program is."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from tests import commands
from tests.places import ON_POSTGRESQL, Places
from tests.servers import free_port

DOCS = Path(__file__).resolve().parents[3] / "docs"
FOUND = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda one: int(one.parent.name))
SERVER = FOUND[-1] if FOUND else Path(shutil.which("pg_ctl") or "/").parent
AS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
LITESTREAM = shutil.which("litestream")


def recipe(page: str, language: str) -> list[str]:
    text = (DOCS / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.M | re.S)


@pytest.mark.parametrize(
    ("french", "english"),
    [("fr/postgresql.md", "en/postgresql.md"), ("fr/sauvegarder.md", "en/backing-up.md")],
)
def test_both_languages_give_the_same(french: str, english: str) -> None:
    for language in ("bash", "ini"):
        assert recipe(french, language) == recipe(english, language)
    assert recipe(english, "bash")


class Cluster:
    """A PostgreSQL server of its own, in a folder that stands for /srv."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self._who = ["/usr/sbin/runuser", "-u", "postgres", "--"] if AS_ROOT else []

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/portulan"

    def play(self, code: str) -> str:
        """Run what a page says, as the account of the server."""
        told = {
            "PATH": f"{SERVER}:/usr/sbin:/usr/bin:/bin",
            "PGUSER": "postgres",
            "PGHOST": "127.0.0.1",
        }
        done = subprocess.run(
            [
                *self._who,
                "bash",
                "-euo",
                "pipefail",
                "-c",
                code.replace("/srv/", f"{self.folder}/"),
            ],
            env=told | {"PGPORT": str(self.port), "LANG": "C.UTF-8"},
            cwd=self.folder,
            stdout=(self.folder / "said").open("w"),
            stderr=subprocess.STDOUT,
            timeout=300,
            check=False,
        )
        said = (self.folder / "said").read_text()
        assert done.returncode == 0, f"{code}\n{said}"
        return said

    def start(self, data: str) -> None:
        asked = f"-p {self.port} -k {self.folder} -c fsync=off -c listen_addresses=127.0.0.1"
        self.play(f"pg_ctl -D {data} -w -l {data}/log -o '{asked}' start")

    def portulan(self, *arguments: str) -> str:
        told = {"PORTULAN_DATA": str(self.folder / "place"), "DATABASE_URL": self.url}
        path = f"{SERVER}:{os.environ['PATH']}"
        done = commands.run(*arguments, env=told | {"PATH": path, "LANG": "en_GB.UTF-8"})
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def ask(self, sql: str) -> object:
        import psycopg

        with closing(psycopg.connect(self.url, autocommit=True)) as database:
            found = database.execute(sql).fetchone()
        return found and found[0]


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    # The account of the server must enter it: no folder of pytest.
    folder = Path(tempfile.mkdtemp(prefix="portulan-wal-"))
    if AS_ROOT:
        shutil.chown(folder, "postgres")
    made = Cluster(folder)
    yield made
    for data in ("data", "recovered"):
        if (folder / data / "postmaster.pid").exists():
            made.play(f"pg_ctl -D /srv/{data} -m immediate stop")
    shutil.rmtree(folder)


@pytest.mark.skipif(ON_POSTGRESQL, reason="it has a server of its own: once is enough")
@pytest.mark.skipif(not (SERVER / "initdb").exists(), reason="PostgreSQL is not on this machine")
def test_postgresql_goes_back_to_the_minute_before(cluster: Cluster) -> None:
    page = "en/postgresql.md"
    (settings,), (base, back, closing_all) = recipe(page, "ini"), recipe(page, "bash")
    cluster.play("initdb -D /srv/data -A trust -U postgres -E UTF8 && mkdir /srv/wal")
    cluster.play(f"cat >> /srv/data/postgresql.conf <<'END'\n{settings}END")
    cluster.start("/srv/data")
    cluster.play("createdb portulan")
    cluster.portulan("init", "--name", "Bourg", "--email", "a@bourg.example")
    cluster.play(base)
    cluster.portulan("init", "--name", "Avant", "--email", "b@bourg.example")
    before = cluster.ask("SELECT clock_timestamp()")
    assert isinstance(before, datetime)
    cluster.portulan("init", "--name", "Accident", "--email", "c@bourg.example")
    last = cluster.ask("SELECT pg_walfile_name(pg_switch_wal())")
    for _ in range(300):
        if (cluster.folder / "wal" / str(last)).exists():
            break
        time.sleep(0.1)
    cluster.play("pg_ctl -D /srv/data -m immediate stop && rm -r /srv/data")
    cluster.play(re.sub(r"(?<=recovery_target_time = ')[^']+", before.isoformat(" "), back))
    cluster.start("/srv/recovered")
    for _ in range(300):
        if not cluster.ask("SELECT pg_is_in_recovery()"):
            break
        time.sleep(0.1)
    for line in closing_all.replace("recovered.zip", f"{cluster.folder}-a.zip").splitlines():
        cluster.portulan(*line.split()[1:])
    Path(f"{cluster.folder}-a.zip").unlink()
    said = cluster.portulan("organisations")
    assert "Bourg" in said
    assert "Avant" in said
    assert "Accident" not in said
    cluster.portulan("verify", "--journal")
    assert cluster.ask("SELECT count(*) FROM accounts_signinlink WHERE used_at IS NULL") == 0


@pytest.mark.skipif(LITESTREAM is None or ON_POSTGRESQL, reason="Litestream is not on this machine")
def test_litestream_gives_back_what_was_written_a_moment_ago(
    place_in: Places, tmp_path: Path
) -> None:
    replicate, back = recipe("en/backing-up.md", "bash")
    place, replica = place_in.settled("home"), tmp_path / "replica"
    moved = {"/var/lib/portulan/": f"{place.folder}/", "file:///srv/replica": f"file://{replica}"}
    for old, new in moved.items():
        replicate, back = replicate.replace(old, new), back.replace(old, new)
    running = subprocess.Popen(replicate.split())
    try:
        time.sleep(3)
        place.run("init", "--name", "Avant", "--email", "b@bourg.example")
        time.sleep(5)
    finally:
        running.terminate()
        running.wait(30)
    for line in back.splitlines():
        if line.startswith("portulan"):
            place.run(*line.split()[1:])
        else:
            subprocess.run(line.split(), cwd=place.folder, check=True)
    assert "Avant" in place.run("organisations")
