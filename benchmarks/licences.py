"""Write `docs/licences.md`: the licences of all packages pinned in the requirements files, from their metadata.

python -m benchmarks.licences

Run it after `make lock`, in an environment installed from the new pins.
"""

import csv
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import NamedTuple

from markupsafe import Markup

from benchmarks.model_files import format_files
from pipeline.core.markdown import render
from pipeline.core.storage.tables import write_text

ROOT = Path(__file__).parent.parent
PAGE, TEMPLATE = ROOT / "docs/licences.md", Path(__file__).with_name("licences.md.j2")
# Origin and licence of every file that is no code: rows with a pattern, of which the first that matches counts.
SOURCES = ROOT / "data/SOURCES.csv"
_PIN = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)(?P<rest>[^\n]*\n(?:[ \t]+--hash=[^\n]+\n?)*)")
_DIRECT = re.compile(r'^\s*"(?P<name>[A-Za-z0-9._-]+)[^"]*",?(?:\s*# (?P<why>.+))?$')
# Licence names of package metadata and their SPDX identifiers.
SPDX = {
    "3-clause bsd license": "BSD-3-Clause", "new bsd": "BSD-3-Clause", "the bsd 2-clause license": "BSD-2-Clause",
    "bsd license": "BSD", "bsd-3-clause, apache-2.0, dependency licenses": "BSD-3-Clause AND Apache-2.0",
    "apache 2": "Apache-2.0", "apache 2.0": "Apache-2.0", "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0", "apache software license": "Apache-2.0", "mit license": "MIT",
    "mit license (mit)": "MIT", "isc license": "ISC",
    "isc license (iscl)": "ISC", "gplv2 | eplv1": "GPL-2.0-only OR EPL-1.0",
    "gplv2 with linking exception": "GPL-2.0-only WITH linking exception",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0", "python software foundation license": "PSF-2.0",
    "zope public license": "ZPL-2.1",
}  # fmt: skip
PERMISSIVE = re.compile(
    r"(0BSD|Apache-2\.0|BSD(-[23]-Clause)?|CC0-1\.0|CNRI-Python|ISC|MIT(-0)?|PSF-2\.0|Unlicense|Zlib|ZPL-2\.1)\Z"
)
# Packages for other operating systems or for training, which are not installed where this page is written.
NVIDIA = "NVIDIA proprietary"
_NOT_INSTALLED = {
    NVIDIA: "cuda-bindings cuda-toolkit",
    "Apache-2.0": "cuda-pathfinder ml-dtypes onnx safetensors tokenizers transformers tzdata",
    "BSD-3-Clause": "httpx2-jsfetch mpmath networkx sympy torch",
    "MIT": "triton",
    "PSF-2.0": "pywin32",
}
NOT_INSTALLED = {name: licence for licence, names in _NOT_INSTALLED.items() for name in names.split()}
# What every user installs, and what only training the encoder needs.
PIN_FILES = ("requirements.txt", "requirements-test.txt", "requirements-train.txt")
UNKNOWN = "unknown"


class Package(NamedTuple):
    """A pinned package, its licence, and the packages that require it."""

    name: str
    licence: str
    required_by: tuple[str, ...]


def parse_pins(text: str) -> dict[str, list[tuple[str, int]]]:
    """Map each package of a requirements file to its versions and their numbers of hashes."""
    versions: dict[str, list[tuple[str, int]]] = {}
    for match in _PIN.finditer(text):
        hashes = match["rest"].count("--hash=")
        versions.setdefault(_canonical_name(match["name"]), []).append((match["version"], hashes))
    return versions


def parse_reasons(text: str) -> dict[str, str]:
    """Map each direct dependency of a `pyproject.toml`, with its extras, to the comment on its line or ''."""
    project = tomllib.loads(text)["project"]
    lists = [project["dependencies"], *project.get("optional-dependencies", {}).values()]
    wanted = {_canonical_name(re.split(r"[^A-Za-z0-9._-]", entry)[0]) for entries in lists for entry in entries}
    lines = [match for line in text.splitlines() if (match := _DIRECT.match(line))]
    reasons = {_canonical_name(line["name"]): line["why"] or "" for line in lines}
    return {name: reasons.get(name, "") for name in sorted(wanted)}


def find_licence(name: str) -> str:
    """Return the licence that an installed package states, as an SPDX expression if possible."""
    try:
        installed = distribution(name)
    except PackageNotFoundError:
        return NVIDIA if name.startswith("nvidia-") else NOT_INSTALLED.get(name, UNKNOWN)
    metadata = installed.metadata
    short = metadata.get("License") or ""
    classifiers = [c.split(" :: ")[-1] for c in metadata.get_all("Classifier", []) if c.startswith("License ::")]
    named = [_spdx(one) for one in classifiers if one != "OSI Approved"]
    first = metadata.get("License-Expression") or (
        "" if len(short) > 50 or short in ("Dual License", "UNKNOWN") else _spdx(short)
    )
    return first or " OR ".join(named) or _read_licence_file(installed) or UNKNOWN


def _spdx(text: str) -> str:
    return SPDX.get(text.strip().casefold(), text.strip())


def _read_licence_file(installed: Distribution) -> str:
    """Return the licence that the first line of a package's licence file names, or ''."""
    for path in installed.files or ():
        if "licen" in path.name.casefold() and ".dist-info" in str(path):
            first = (path.read_text().strip().splitlines() or [""])[0]
            if first.casefold() in SPDX:
                return _spdx(first)
    return ""


def is_permissive(licence: str) -> bool:
    """Return True if a licence is permissive: with OR one of its parts must be, with AND all of them."""
    bare = licence.replace("(", " ").replace(")", " ")
    if " AND " in bare:
        return all(is_permissive(part) for part in bare.split(" AND "))
    return any(PERMISSIVE.match(part.strip()) for part in bare.split(" OR "))


def list_packages(root: Path = ROOT) -> list[Package]:
    """Return all pinned packages, sorted by name."""
    pinned = parse_pins("".join((root / name).read_text(encoding="utf-8") for name in PIN_FILES))
    requirers: dict[str, set[str]] = {}
    for name in pinned:
        for needed in _requirements(name):
            requirers.setdefault(needed, set()).add(name)
    return [Package(name, find_licence(name), tuple(sorted(requirers.get(name, ())))) for name in sorted(pinned)]


def _requirements(name: str) -> Iterator[str]:
    with suppress(PackageNotFoundError):
        for line in distribution(name).requires or ():
            if "extra ==" not in line:
                yield _canonical_name(re.split(r"[^A-Za-z0-9._-]", line)[0])


def _canonical_name(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def format_page(packages: list[Package], why: Mapping[str, str]) -> str:
    """Format the page: what Parley contains, then all packages by licence, and where they come from."""
    flagged = [p for p in packages if not is_permissive(p.licence)]
    notes = {p.name: "direct" if p.name in why else ", ".join(p.required_by) for p in flagged}
    parts = {
        "sources": format_sources(read_sources()),
        "flagged": format_groups(flagged, notes),
        "permissive": format_groups([p for p in packages if is_permissive(p.licence)], {}),
        "models": format_files(),
    }
    return render(TEMPLATE, **{name: Markup(text) for name, text in parts.items()})


def format_groups(packages: list[Package], notes: Mapping[str, str]) -> str:
    """Return a line for each licence, the most frequent first, with its packages and notes."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for package in packages:
        note = f" ({notes[package.name]})" if notes.get(package.name) else ""
        groups[package.licence].append(f"{package.name}{note}")
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    return "\n".join(f"- **{licence}**: {', '.join(names)}" for licence, names in ordered)


def read_sources() -> list[dict[str, str]]:
    """Return the rows of `SOURCES`: `path` (a pattern), `what`, `origin`, `licence`."""
    with SOURCES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def format_sources(sources: list[dict[str, str]]) -> str:
    """Return what is in Parley besides code, by licence."""
    groups: dict[str, list[str]] = {}
    for row in sources:
        by_others = f": {row['origin']}" if "(" in row["origin"] else ""  # names what it comes from, with its licence
        groups.setdefault(row["licence"], []).append(f"{row['what']} (`{row['path']}`){by_others}")
    return "\n".join("\n  - ".join([f"- **{licence}**", *files]) for licence, files in groups.items())


if __name__ == "__main__":
    found = list_packages()
    write_text(PAGE, format_page(found, parse_reasons((ROOT / "pyproject.toml").read_text(encoding="utf-8"))))
    print(f"{len(found)} packages, {sum(not is_permissive(p.licence) for p in found)} not permissive: {PAGE}")
