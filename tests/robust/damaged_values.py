"""Replace one value of nested mappings and lists, as YAML and JSON have them."""

import copy
from collections.abc import Iterator
from typing import Any

Place = tuple[Any, ...]


def places(node: Any, depth: int, place: Place = ()) -> Iterator[Place]:
    """Yield where a value can be replaced: the whole, each key, the first item of each list, and what is in them."""
    yield place
    keys = list(node) if isinstance(node, dict) else [0] if isinstance(node, list) and node else []
    for key in keys if depth else ():
        yield from places(node[key], depth - 1, (*place, key))


def replaced(node: Any, place: Place, value: Any) -> Any:
    """Return a copy with another value in one place."""
    if not place:
        return value
    changed = copy.copy(node)
    changed[place[0]] = replaced(node[place[0]], place[1:], value)
    return changed
