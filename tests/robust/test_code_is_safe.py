"""Nothing in `pipeline/` executes its input, runs a shell or opens a connection: checked in the source code."""

import ast
from collections.abc import Iterator

import pytest

from pipeline.core.code_hash import ROOT

SOURCES = sorted((ROOT / "pipeline").rglob("*.py"))
# Formats that run code when they are read, and ways to a shell or a network.
MODULES = {
    "cloudpickle", "cPickle", "dill", "jsonpickle", "joblib", "marshal", "pickle", "shelve", "torch",
    "pty", "subprocess",
    "aiohttp", "ftplib", "http.client", "httpx", "requests", "smtplib", "socket", "telnetlib", "urllib.request",
    "xmlrpc",
}  # fmt: skip
NAMES = {"eval", "exec", "compile", "__import__", "input"}
CALLS = {
    "os.system", "os.popen", "os.execv", "os.spawnl", "os.chmod", "tempfile.mktemp", "pandas.read_pickle",
    "pd.read_pickle", "yaml.unsafe_load", "yaml.full_load", "yaml.load_all", "yaml.unsafe_load_all",
    "spacy.util.load_model_from_init_py",
}  # fmt: skip
SAFE_LOADERS = {"yaml.SafeLoader", "yaml.CSafeLoader"}
# The module that reads and writes the card of a local folder, and the classes that it does so with, without a network.
CARD = "pipeline/publish/dataset_card.py"
CARD_CLASSES = {"huggingface_hub.DatasetCard", "huggingface_hub.DatasetCardData"}
# The module that uploads, for `parley push`, and the one that loads models, with a list of trusted types.
PUSH, STORAGE = "pipeline/publish/hub_upload.py", "pipeline/stance/model_file.py"


def dotted_name(node: ast.AST) -> str:
    """Return `a.b.c` for a chain of names and attributes, else ""."""
    if isinstance(node, ast.Name):
        return node.id
    before = dotted_name(node.value) if isinstance(node, ast.Attribute) else ""
    return f"{before}.{node.attr}" if before else ""


def unsafe_code(code: str, path: str = "") -> Iterator[str]:
    """Yield the unsafe imports and calls of a module's source."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            base = getattr(node, "module", None) or ""
            names = {f"{base}.{alias.name}".strip(".") for alias in node.names} | {base}
            on_hub = path == PUSH or (path == CARD and names <= {base, *CARD_CLASSES})
            bad = MODULES if on_hub else MODULES | {"huggingface_hub"}
            yield from (f"import {name}" for name in names if any(f"{name}.".startswith(f"{each}.") for each in bad))
        elif isinstance(node, ast.Call):
            name, given = dotted_name(node.func), {keyword.arg: keyword.value for keyword in node.keywords}
            loader = given.get("Loader") or (node.args[1] if len(node.args) > 1 else None)
            pickled = given.get("allow_pickle")
            if (
                name in NAMES | CALLS
                or (name == "yaml.load" and (loader is None or dotted_name(loader) not in SAFE_LOADERS))
                or (name in ("np.load", "numpy.load") and getattr(pickled, "value", None) is not False)
                or (name.startswith("skops.io.load") and path != STORAGE)
                or {"shell", "trust_remote_code"} & given.keys()
            ):
                yield f"{name}({', '.join(map(str, given))})"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_executes_its_input(path):
    assert list(unsafe_code(path.read_text(encoding="utf-8"), str(path.relative_to(ROOT)))) == []


UNSAFE = (
    "import pickle", "from pickle import loads", "from urllib import request", "from urllib.request import urlopen",
    "def f():\n    import subprocess", "import huggingface_hub", "from huggingface_hub import DatasetCard",
    "from huggingface_hub import DatasetCard, HfApi", "yaml.load(text)", "yaml.load(text, yaml.Loader)",
    "yaml.load(text, Loader=yaml.UnsafeLoader)", "eval(text)", "compile(text)", "np.load(file)",
    "np.load(file, allow_pickle=True)", "import torch", "run('ls', shell=True)",
    "load_dataset(x, trust_remote_code=True)", "skops.io.loads(data)", "os.system('ls')",
)  # fmt: skip
SAFE = (
    "from os import path", "import urllib.parse", "yaml.load(text, yaml.CSafeLoader)", "yaml.safe_load(text)",
    "re.compile(text)", "np.load(file, allow_pickle=False)", "torch.load(file)",
)  # fmt: skip


@pytest.mark.parametrize(("code", "found"), [(code, code in UNSAFE) for code in (*UNSAFE, *SAFE)])
def test_unsafe_code_is_detected(code, found):
    assert bool(list(unsafe_code(code))) == found


def test_models_are_loaded_with_explicit_trusted_types():
    """Every load of a model names its trusted types, without wildcards or builtins."""
    from pipeline.stance.model_file import TRUSTED

    calls = [n for n in ast.walk(ast.parse((ROOT / STORAGE).read_text("utf-8"))) if isinstance(n, ast.Call)]
    loads = [node for node in calls if dotted_name(node.func) == "skops.io.loads"]
    assert loads
    assert all([k.arg for k in node.keywords] == ["trusted"] for node in loads)
    assert all(name.startswith(("pipeline.stance.", "sklearn.calibration.")) for name in TRUSTED)
