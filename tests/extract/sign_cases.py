"""Set the signs of all cases by what the rules and the weights can do now, and list those that changed.

    python -m tests.extract.sign_cases

A sign that a case gains is a step back: look at it before it is committed.
"""

from tests.extract.test_cases import CASE_FILES, describe_errors, sign_of, without_sign

# Sign of a case by whether the rules, and rules and reader together, get it wrong.
SIGN_BY_ERRORS = {(False, False): "", (False, True): "~", (True, False): "^", (True, True): "?"}


def main() -> None:
    for path in CASE_FILES:
        lines = path.read_text(encoding="utf-8").splitlines()
        for i, line in enumerate(lines):
            if not line or line.startswith("#"):
                continue
            errors = [bool(describe_errors(path, line, read)) for read in (False, True)]
            sign = SIGN_BY_ERRORS[errors[0], errors[1]]
            if sign != sign_of(line):
                print(f"{path.stem}: {sign_of(line) or 'right'} -> {sign or 'right'}: {without_sign(line)}")
                lines[i] = f"{sign} {without_sign(line)}".lstrip()
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
