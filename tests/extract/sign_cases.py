"""Set the signs of all cases by what the rules and the weights can do now, and list those that changed.

    python -m tests.extract.sign_cases

A sign that a case gains is a step back: look at it before it is committed.
"""

from __future__ import annotations

from tests.extract.test_cases import CASES, sign, unsigned, wrong

WHO = {(False, False): "", (False, True): "~", (True, False): "^", (True, True): "?"}


def main() -> None:
    for path in sorted(CASES.glob("*.txt")):
        profile = "attribution" if path.stem.startswith("attribution") else "speech"
        rows = path.read_text(encoding="utf-8").splitlines()
        for k, line in enumerate(rows):
            if not line or line.startswith("#"):
                continue
            new = WHO[bool(wrong(profile, line)), bool(wrong(profile, line, learned=True))]
            if new != sign(line):
                print(f"{path.stem}: {sign(line) or 'right'} -> {new or 'right'}: {unsigned(line)}")
                rows[k] = f"{new} {unsigned(line)}".lstrip()
        path.write_text("\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
