"""Compare the files of models that come as packages with the hashes that others published of the originals.

python -m benchmarks.model_files [--base FOLDER]

The model that only training needs is not installed: name its folder (see CONTRIBUTING.md, "The encoder's weights").
"""

import csv
import hashlib
import sys
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import NamedTuple

import click

BASE = "all-mpnet-base-v2"


class ModelFile(NamedTuple):
    """A file of a package: its path there, its SHA-256, and of what others published the same hash; '' for nothing."""

    package: str
    path: str
    sha256: str
    same_as: str = ""


with Path(__file__).with_suffix(".csv").open(encoding="utf-8", newline="") as _file:
    FILES = [ModelFile(**row) for row in csv.DictReader(_file)]
INSTALLED, OF_BASE = ([file for file in FILES if (file.package == BASE) == is_base] for is_base in (False, True))


def format_files() -> str:
    """Return a line for each package and each original that its files were compared with."""
    groups: dict[tuple[str, str], list[str]] = {}
    for file in FILES:
        groups.setdefault((file.package, file.same_as), []).append(f"`{file.path.split('/', 1)[1]}`")
    return "\n".join(
        f"- {package}, {same or 'no hash found'}: {', '.join(files)}" for (package, same), files in groups.items()
    )


def find_changed(files: Iterable[ModelFile], read: Callable[[ModelFile], bytes]) -> Iterator[str]:
    """Yield the files whose bytes do not have the hash of the table."""
    for file in files:
        if hashlib.sha256(read(file)).hexdigest() != file.sha256:
            yield f"{file.package}: {file.path} is another file"


def read_installed(file: ModelFile) -> bytes:
    """Read a file of an installed package."""
    return Path(str(distribution(file.package).locate_file(file.path))).read_bytes()


@click.command(help=__doc__)
@click.option("--base", type=click.Path(file_okay=False, path_type=Path), help=f"The folder of {BASE}.")
def main(base: Path | None) -> None:
    """Compare the files of what is installed, and of the folder."""
    try:
        changed = list(find_changed(INSTALLED, read_installed))
    except (PackageNotFoundError, FileNotFoundError) as error:
        raise click.ClickException(f"not installed: {error}") from None
    if base:
        changed += find_changed(OF_BASE, lambda file: (base.parent / file.path).read_bytes())
    compared = len(FILES) if base else len(INSTALLED)
    click.echo("\n".join([*changed, f"{compared} files compared, {len(changed)} changed"]))
    sys.exit(bool(changed))


if __name__ == "__main__":
    main()
