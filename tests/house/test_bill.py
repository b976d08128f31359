"""What each shape of the product is made of: all that it needs, with hashes and licences."""

from __future__ import annotations

from tools.bill import bill, closure, locked

DIGEST = "a" * 64
LOCK = f"django==6.1.3 \\\n    --hash=sha256:{DIGEST}\nSQL_parse==0.5 ; os_name == 'x' \\\n"


def test_a_shape_names_what_it_needs_with_its_hashes() -> None:
    found = locked(LOCK)
    assert found == {"django": ("6.1.3", [DIGEST]), "sql-parse": ("0.5", [])}
    assert closure(["django"], {"django": ["sql-parse"], "sql-parse": ["django"]}) == set(found)
    one = {"name": "django", "version": "6.1.3", "hashes": [DIGEST], "licence": "BSD-3-Clause"}
    (part,) = bill("portulan (wheel)", "1", [one])["components"]
    assert part["purl"] == "pkg:pypi/django@6.1.3"
    assert part["hashes"] == [{"alg": "SHA-256", "content": DIGEST}]
    assert part["licenses"] == [{"license": {"name": "BSD-3-Clause"}}]
