"""Split the text of a page that came without its paragraphs, as scrapers that join all text of a page write it."""

import re

# A paragraph of news has 20 to 80 words; the text of a whole page in one line has hundreds.
MAX_PARAGRAPH_WORDS, MIN_PARAGRAPH_WORDS = 250, 50
# What ends a sentence, or a text above other things (`___`).
_SENTENCE_END = re.compile(r"(?:(?P<word>\w{1,20}|\))[.!?…]{1,3}[\"”’'»]{0,2}|(?<= )_{3,9}) (?=[\"“‘'«(]?[^\W\d_a-z])")
# A credit that stands after a caption: `(MNA Photo/Radu Pell, File)`.
_CREDIT = re.compile(r"\([A-Z][^().]{1,70}\) ?(?=[\"“‘'«]?[^\W\d_a-z]|$)")
_MARKS = re.compile(
    r"(?P<open>[“«]|(?<!\S)\"(?=\S))|(?P<shut>[”»\"])|(?P<open_single>(?<!\S)['‘](?=\w))|(?P<shut_single>['’](?!\w))"
)
MAX_ABBREVIATION = 4  # characters of `Gen.`, `Sept.`; a name so short ends no paragraph


def split_dump(line: str) -> list[str]:
    """Return the paragraphs of a line that is far longer than one; any other line as it is.

    They end with a sentence outside of quotations. A sentence with a credit after it is one of its own.
    """
    if line.count(" ") < MAX_PARAGRAPH_WORDS:
        return [line]
    parts = list[str]()
    start = sentence = read = words = 0
    is_open = {"": False, "single": False}
    for match in _SENTENCE_END.finditer(line):
        end = match.end()
        for mark in _MARKS.finditer(line, read, end):
            does, _, kind = (mark.lastgroup or "").partition("_")
            is_open[kind] = does == "open"
        words, read = words + line.count(" ", read, end), end
        if words > MAX_PARAGRAPH_WORDS:  # a mark that nothing closes
            is_open = dict.fromkeys(is_open, False)
        word, credit = match["word"] or "", _CREDIT.match(line, end)
        if any(is_open.values()) or (not credit and word[:1].isupper() and len(word) <= MAX_ABBREVIATION):
            continue
        if credit:
            parts += [line[start:sentence], line[sentence : credit.end()]]
            start, words = credit.end(), 0
        elif words >= MIN_PARAGRAPH_WORDS and line[end] not in "\"“‘'«":
            parts.append(line[start:end])
            start, words = end, 0
        sentence = max(start, end)
    return [part for part in map(str.strip, [*parts, line[start:]]) if part]
