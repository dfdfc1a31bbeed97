"""Run one stage of `dvc.yaml`: `python -m pipeline.stage NAME [TARGET]`, from the project's root."""

import os
import sys
import traceback
from importlib import import_module
from pathlib import Path

from pipeline.core import paths
from pipeline.core.errors import INTERRUPTED, ParleyError, describe_fault, error_for_user

MODULES = {
    "code": "pipeline.project.dvc_file",
    "inputs": "pipeline.ingest.input_files",
    "ingest": "pipeline.ingest.run",
    "parse": "pipeline.parse.run",
    "extract": "pipeline.extract.run",
    "read": "pipeline.reader.run",
    "resolve": "pipeline.resolve.run",
    "train": "pipeline.stance.stage_train",
    "label": "pipeline.stance.stage_label",
    "behaviours": "pipeline.stance.stage_behaviours",
    "positions": "pipeline.positions.run",
    "evaluate": "pipeline.evaluate.run",
    "publish": "pipeline.publish.run",
    "report": "pipeline.report.run",
}


def main(arguments: list[str]) -> int:
    """Run the stage named first; its `run(root, *rest)` returns counts, which are printed in one line."""
    name, *rest = arguments or [""]
    if name not in MODULES:
        print(f"usage: python -m pipeline.stage {{{','.join(MODULES)}}} [TARGET]", file=sys.stderr)
        return 2
    own = Path.cwd() / "pipeline/stage.py"
    if own.is_file() and not own.samefile(__file__):  # DVC would note down the hashes of code that did not run
        told = f"the installed code is that of another folder ({Path(__file__).parent.parent})"
        print(f"{name}: {told}\n  → run `pip install --no-deps -e .` here, as `make repro` does", file=sys.stderr)
        return 1
    try:
        return _run(name, rest)
    except KeyboardInterrupt:
        print(f"{name}: interrupted; finished work is kept, and the next run goes on from there", file=sys.stderr)
        return INTERRUPTED


def _run(name: str, rest: list[str]) -> int:
    from pipeline.core.storage.atomic_files import clean_up, remove

    # Whatever the user's mask says, nobody else gets the right to write.
    os.umask(os.umask(0o077) | 0o002)
    # One BLAS thread: small matrices gain nothing from more, and CPU time doubles.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    root, running = Path.cwd(), [name, *rest]
    try:
        clean_up(root)
        members = [rest]
        if name == "train" and not rest:  # in one process: imports take as long as a fold
            from pipeline.core.targets import load_targets

            members = [[target] for target in load_targets(root / paths.CONFIGS)]
            for path in (root / paths.MODELS).glob("[!.]*"):
                if [path.name.partition(".")[0]] not in members:  # of a target that is gone
                    remove(path)
        for member in members:
            running = [name, *member]
            counts = import_module(MODULES[name]).run(root, *member)
            figures = ", ".join(f"{what} {number}" for what, number in counts.items())
            print(f"{' '.join(running)}: {figures}", flush=True)
    except Exception as error:
        told = error_for_user(error)
        if told is None:
            traceback.print_exc()
            what, why = "an error of Parley itself, in work on all articles", describe_fault(error)
            fix = "please report this and the lines above it, and try without the articles that were added last"
            told = ParleyError(what, why=why, fix=f"{fix}; finished work is kept")
        print(f"{' '.join(running)}: {told}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
