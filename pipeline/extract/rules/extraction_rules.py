"""Registry of the extraction rules: each is registered where it is defined, with an example, and can be switched off.

`python -m benchmarks.ablate extraction` switches them off one at a time and prints what each earns.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, cast

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class ExtractionRule:
    """One rule: what it finds in an example, its place in the table, its function, and whether it finds contents.

    Of the rules for contents the first by `order` that finds one for a cue counts.
    """

    name: str
    order: int
    example: str
    apply: Callable[..., Any]
    is_content: bool


RULES: dict[str, ExtractionRule] = {}
switched_off: set[str] = set()


def extraction_rule(
    name: str, order: int, example: str, *, off: Callable[..., Any] = lambda *_: None, is_content: bool = False
) -> Callable[[Function], Function]:
    """Register a rule; while it is switched off, it returns what `off` returns for its arguments."""

    def register(function: Function) -> Function:
        if name in RULES or any(rule.order == order for rule in RULES.values()):
            raise ValueError(f"two rules of the name {name} or the order {order}")

        @wraps(function)
        def apply(*arguments: Any) -> Any:
            return off(*arguments) if name in switched_off else function(*arguments)

        RULES[name] = ExtractionRule(name, order, example, apply, is_content)
        return cast(Function, apply)

    return register


def nothing(*_: Any) -> list[Any]:
    """Return no parts: what a rule for contents returns while it is switched off."""
    return []


def never(*_: Any) -> bool:
    """Return False: what a test returns while it is switched off."""
    return False
