"""Python imports this as it starts, if the folder is in its path: a stage then records the project's files it opens."""

import atexit
import json
import os
import sys


def _record(stage: str) -> None:
    """Write, when the process ends, which files below the current folder were opened or imported."""
    root, opened = os.getcwd() + os.sep, set()

    def hook(event: str, arguments: tuple) -> None:
        if event == "open" and isinstance(arguments[0], str):
            path = os.path.abspath(arguments[0])
            if path.startswith(root):
                opened.add(path[len(root) :])

    def write() -> None:
        files = {getattr(module, "__file__", None) or "" for module in list(sys.modules.values())}
        imported = {path[len(root) :] for path in files if path.startswith(f"{root}pipeline{os.sep}")}
        with open(os.path.join(os.environ["TESTS_RECORDS"], f"{stage}.json"), "w") as file:
            json.dump(sorted(opened | imported), file)

    sys.addaudithook(hook)
    atexit.register(write)


if "pipeline.stage" in sys.orig_argv:
    _record(sys.orig_argv[sys.orig_argv.index("pipeline.stage") + 1])
