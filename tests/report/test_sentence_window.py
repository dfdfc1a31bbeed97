"""The sentences that are shown around a quote."""

import pytest

from pipeline.core.language import load_language
from pipeline.report.sentence_window import abbreviations_of, find_window

SENTENCES = [
    ("Rain fell. “We stay,” said Thorne. All left.", ["We stay", "said"], "“We stay,” said Thorne."),
    ("He spoke. “Go!” he said. “Now.” It rained.", ["Go!", "Now."], "“Go!” he said. “Now.”"),
    # A rank or an initial is no end of a sentence.
    ("Snow. Then Gen. B. J. Ostrander said it held.", ["said", "it held"], "Then Gen. B. J. Ostrander said it held."),
    ("Snow fell. On Jan. 17 she said it held.", ["it held"], "On Jan. 17 she said it held."),
    ("Snow fell. In Sept. 2031 she said it held. All left.", ["it held"], "In Sept. 2031 she said it held."),
    ("The crew of No. 17 said it held. 12 left.", ["it held"], "The crew of No. 17 said it held."),
    # A short word before a number is none either.
    ("Renn said no. 17 boats sank in May. 12 men died.", ["boats sank"], "17 boats sank in May."),
    ("She sat. 5 said it held.", ["it held"], "5 said it held."),
    ("It was settled. 17 said it held.", ["it held"], "17 said it held."),
    ("At 3.5 per cent, said Tarr, it rose. Good.", ["it rose"], "At 3.5 per cent, said Tarr, it rose."),
    ("One.\n\nTwo, she said.", ["she said"], "Two, she said."),
    ("No end here at all", ["end"], "No end here at all"),
]


@pytest.mark.parametrize(("text", "held", "expected"), SENTENCES)
def test_window(text, held, expected):
    spans = [(text.index(words), text.index(words) + len(words)) for words in held]
    start, end = find_window(text, (0, len(text)), spans, abbreviations_of(load_language("en")))
    assert text[start:end] == expected


def test_a_source_outside_of_the_paragraph_does_not_widen_the_window():
    text = "Thorne spoke. It rained.\nWe stay. We go."
    assert find_window(text, (25, 40), [(25, 33), (0, 6)]) == (25, 33)
