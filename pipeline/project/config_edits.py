"""Change values of a YAML file without losing its comments."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

from pipeline.core.errors import ConfigError

_STYLE: dict[str, Any] = {"sort_keys": False, "allow_unicode": True, "width": 1 << 30}


def set_values(text: str, values: Mapping[str, Any]) -> str:
    """Return a YAML mapping with other values for some of its keys.

    Raises
    ------
    ConfigError
        When the text has no such key.

    Examples
    --------
    >>> set_values("# Where\\ninput: data/raw\\nlist:\\n  - 1\\n# Next\\nlast: 2\\n", {"input": "a", "list": []})
    '# Where\\ninput: a\\nlist: []\\n# Next\\nlast: 2\\n'
    """
    for key, value in values.items():
        # YAML reads the line break U+0085 as a space unless it is escaped.
        style = {**_STYLE, "allow_unicode": r"\x85" not in repr(value)}
        written = yaml.safe_dump({key: value}, default_flow_style=_is_flat(value) or None, **style)
        written = written.strip().removeprefix("{").removesuffix("}") if _is_flat(value) else written.strip()
        # The key's line, and the lines below it that are indented or items of a list.
        block = re.search(rf"^{re.escape(key)}:.*\n(?:[ \t-].*\n)*", text, re.MULTILINE)
        if not block:
            raise ConfigError(f"no key `{key}` to change")
        text = f"{text[: block.start()]}{written}\n{text[block.end() :]}"
    return text


def _is_flat(value: Any) -> bool:
    """Whether a value is written on one line."""
    return not isinstance(value, dict | list) or not value
