"""Every dependency is pinned with a hash, has a reason, and its licence is in docs/licences.md."""

import re

import pytest

from benchmarks.licences import PAGE, PIN_FILES, ROOT, UNKNOWN, format_page, is_permissive, parse_pins, parse_reasons
from benchmarks.licences import Package as P

PINS = parse_pins("".join((ROOT / name).read_text(encoding="utf-8") for name in PIN_FILES))
REASONS = parse_reasons((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", REASONS)
def test_a_direct_dependency_is_pinned_by_hash_and_has_a_reason(name):
    assert name in PINS, "run `make lock`"
    assert REASONS[name], "say in pyproject.toml what it is for"


@pytest.mark.parametrize("name", PINS)
def test_every_pin_has_hashes_and_a_licence_on_the_page(name):
    assert all(hashes for _, hashes in PINS[name])
    versions = "/".join(dict.fromkeys(version for version, _ in PINS[name]))
    row = rf"^- \*\*(.+?)\*\*:.*? {re.escape(name)} {re.escape(versions)}(?:,| \(|$)"
    rows = re.findall(row, PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(rows) == 1, "run `python -m benchmarks.licences`"
    assert rows != [UNKNOWN]


@pytest.mark.parametrize(
    ("licence", "permissive"),
    [
        ("MIT", True),
        ("BSD", True),
        ("Apache-2.0 OR GPL-2.0-or-later", True),
        ("Apache-2.0 AND MIT", True),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", False),
        ("MPL-2.0", False),
        ("GPL-3.0-or-later", False),
        ("EPL-2.0 OR GPL-2.0-or-later", False),
        ("LGPL-2.1-or-later", False),
        ("MIT with a clause of ours", False),
        (UNKNOWN, False),
    ],
)
def test_is_permissive(licence, permissive):
    assert is_permissive(licence) == permissive


def test_parse_pins_and_reasons():
    text = "numpy==2.4 ; python_version < '3.12' \\\n    --hash=sha256:a \\\n    --hash=sha256:b\n"
    text += "numpy==2.5\nA_b==1 \\\n    --hash=x:y\n"
    assert parse_pins(text) == {"numpy": [("2.4", 2), ("2.5", 0)], "a-b": [("1", 1)]}
    project = '[project]\ndependencies = [\n    "A_b>=1",  # to count\n    "c",\n]\n'
    project += '[other]\nx = [\n    "d",  # no\n]\n'
    assert parse_reasons(project) == {"a-b": "to count", "c": ""}


def test_licences_that_are_not_permissive_come_first():
    text = format_page([P("a", ("1",), "MIT", ()), P("b", ("2",), "GPL-3.0-only", ("a",))], {"a": "to count"})
    assert text.index("- **GPL-3.0-only**: b 2 (a)\n") < text.index("- **MIT**: a 1\n")
