"""Parley: who said what about a ceasefire or a territorial concession.

The public names are loaded when they are first used.
"""

import os
import platform
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

__version__ = "0.2.0"
__all__ = ["Extractor", "Quote", "StanceClassifier"]
_HOMES = {
    "Extractor": "pipeline.api.extractor",
    "Quote": "pipeline.core.quote",
    "StanceClassifier": "pipeline.stance.classifier",
}
_KERNELS = {"OPENBLAS_CORETYPE": "Haswell", "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR"}


def _fix_kernels() -> bool:
    """Have OpenBLAS and numpy use the kernels of one processor on all, and return whether they do.

    The stance models are fitted until the gradient is small, not to the last bit. Other kernels (sums in another order,
    another logarithm) give coefficients that differ in the third decimal, and so other labels for quotes at a
    threshold. Both variables are read when numpy is loaded. Haswell's kernels need AVX2, which x86-64 servers and
    laptops have had since about 2015; numpy has others for AVX512.
    """
    cpu = Path("/proc/cpuinfo")
    if sys.platform == "linux" and platform.machine() == "x86_64" and cpu.exists():
        if " avx2 " in cpu.read_text(encoding="utf-8", errors="replace"):
            for name, value in _KERNELS.items():
                os.environ.setdefault(name, value)
    return all(os.environ.get(name) == value for name, value in _KERNELS.items())


# Whether this machine computes as the one did whose figures are committed.
HAS_REFERENCE_KERNELS = _fix_kernels()


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'pipeline' has no attribute '{name}'")
    return getattr(import_module(_HOMES[name]), name)
