"""Licences of all that is pinned in `requirements.txt`, from installed metadata: `python -m benchmarks.licences`.

Writes `docs/licences.md`. Run it after `make lock`, in the environment that was made of the new pins.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import NamedTuple

from pipeline.core.storage.tables import write_text

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs/licences.md"
_PIN = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)(?P<rest>[^\n]*\n(?:[ \t]+--hash=[^\n]+\n?)*)")
_DIRECT = re.compile(r'^\s*"(?P<name>[A-Za-z0-9._-]+)[^"]*",?(?:\s*# (?P<why>.+))?$')
# As metadata writes them, and as SPDX does.
SPDX = {
    "apache 2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd license": "BSD",
    "new bsd": "BSD-3-Clause",
    "the bsd 2-clause license": "BSD-2-Clause",
    "mit license": "MIT",
    "mit license (mit)": "MIT",
    "isc license": "ISC",
    "isc license (iscl)": "ISC",
    "gplv2 | eplv1": "GPL-2.0-only OR EPL-1.0",
    "gplv2 with linking exception": "GPL-2.0-only WITH linking exception",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "python software foundation license": "PSF-2.0",
    "zope public license": "ZPL-2.1",
}
PERMISSIVE = re.compile(
    r"(0BSD|Apache-2\.0|BSD(-[23]-Clause)?|CC0-1\.0|CNRI-Python|ISC|MIT(-0)?|PSF-2\.0|Unlicense|Zlib|ZPL-2\.1)\Z"
)
# Only for other systems, so not installed where this page is made.
ELSEWHERE = {"httpx2-jsfetch": "BSD-3-Clause", "pywin32": "PSF-2.0", "tzdata": "Apache-2.0"}
UNKNOWN = "unknown"


class Package(NamedTuple):
    """A pinned package: its versions (more than one where they differ by Python), licence, and who asks for it."""

    name: str
    versions: tuple[str, ...]
    licence: str
    asked_by: tuple[str, ...]


def pins(text: str) -> dict[str, list[tuple[str, int]]]:
    """For each name in a requirements file, its versions and how many hashes each has."""
    found: dict[str, list[tuple[str, int]]] = {}
    for match in _PIN.finditer(text):
        found.setdefault(_plain(match["name"]), []).append((match["version"], match["rest"].count("--hash=")))
    return found


def reasons(text: str) -> dict[str, str]:
    """For each direct dependency of a `pyproject.toml`, extras too, the comment on its line; empty where is none."""
    project = tomllib.loads(text)["project"]
    lists = [project["dependencies"], *project.get("optional-dependencies", {}).values()]
    wanted = {_plain(re.split(r"[^A-Za-z0-9._-]", entry)[0]) for entries in lists for entry in entries}
    lines = [match for line in text.splitlines() if (match := _DIRECT.match(line))]
    return dict.fromkeys(sorted(wanted), "") | {
        _plain(line["name"]): line["why"] or "" for line in lines if _plain(line["name"]) in wanted
    }


def licence_of(name: str) -> str:
    """The licence that an installed package states: an SPDX expression where it can be told."""
    try:
        found = distribution(name)
    except PackageNotFoundError:
        return ELSEWHERE.get(name, UNKNOWN)
    said = found.metadata
    short = said.get("License") or ""
    classifiers = [c.split(" :: ")[-1] for c in said.get_all("Classifier", []) if c.startswith("License ::")]
    named = [_spdx(one) for one in classifiers if one != "OSI Approved"]
    first = said.get("License-Expression") or ("" if len(short) > 40 or short == "Dual License" else _spdx(short))
    return first or " OR ".join(named) or _of_file(found) or UNKNOWN


def _spdx(text: str) -> str:
    return SPDX.get(text.strip().casefold(), text.strip())


def _of_file(found: Distribution) -> str:
    """The licence whose name is the first line of the package's licence file."""
    for path in found.files or ():
        if "licen" in path.name.casefold() and ".dist-info" in str(path):
            first = (path.read_text().strip().splitlines() or [""])[0]
            if first.casefold() in SPDX:
                return _spdx(first)
    return ""


def is_permissive(licence: str) -> bool:
    """True where everything is permissive that must be kept: of licences joined by OR one, of those by AND each."""
    bare = licence.replace("(", " ").replace(")", " ")
    if " AND " in bare:
        return all(is_permissive(part) for part in bare.split(" AND "))
    return any(PERMISSIVE.match(part.strip()) for part in bare.split(" OR "))


def packages(root: Path = ROOT) -> list[Package]:
    """All pinned packages, sorted by name."""
    pinned = pins((root / "requirements.txt").read_text(encoding="utf-8"))
    askers: dict[str, set[str]] = {}
    for name in pinned:
        for needed in _needs(name):
            askers.setdefault(needed, set()).add(name)
    return [
        Package(n, tuple(v for v, _ in pinned[n]), licence_of(n), tuple(sorted(askers.get(n, ()))))
        for n in sorted(pinned)
    ]


def _needs(name: str) -> Iterator[str]:
    try:
        needed = distribution(name).requires or []
    except PackageNotFoundError:
        return
    for line in needed:
        if "extra ==" not in line:
            yield _plain(re.split(r"[^A-Za-z0-9._-]", line)[0])


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def page(found: list[Package], why: Mapping[str, str]) -> str:
    """The page: what is not permissive, the direct dependencies with their reasons, all others."""
    flagged = [p for p in found if not is_permissive(p.licence)]
    lines = [
        "# Licences of what Parley needs",
        "",
        "Generated by `python -m benchmarks.licences` from the metadata of the packages pinned in `requirements.txt`:",
        "the packages' own statements, not legal advice. Parley imports the packages and contains none of their code.",
        "",
        "## Not permissive, without a permissive alternative",
        "",
        "MPL-2.0 and EPL apply to changes of the package itself, GPL to every work that contains the package and is",
        "passed on.",
        "",
        "| package | version | licence | direct, or required by |",
        "|---|---|---|---|",
    ]
    lines += [f"{_row(p)} {'direct' if p.name in why else ', '.join(p.asked_by)} |" for p in flagged]
    lines += ["", "## Direct dependencies", "", "| package | version | licence | why |", "|---|---|---|---|"]
    lines += [f"{_row(p)} {why[p.name]} |" for p in found if p.name in why]
    lines += ["", "## Indirect dependencies", "", "| package | version | licence | required by |", "|---|---|---|---|"]
    lines += [f"{_row(p)} {', '.join(p.asked_by)} |" for p in found if p.name not in why]
    return "\n".join(lines) + "\n"


def _row(package: Package) -> str:
    return f"| {package.name} | {', '.join(package.versions)} | {package.licence} |"


if __name__ == "__main__":
    every = packages()
    write_text(PAGE, page(every, reasons((ROOT / "pyproject.toml").read_text(encoding="utf-8"))))
    print(f"{len(every)} packages, {sum(not is_permissive(p.licence) for p in every)} not permissive: {PAGE}")
