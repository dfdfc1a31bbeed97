"""Near-identical quotes of one speaker, the same words printed by several papers."""

from __future__ import annotations

from datasketch import MinHash, MinHashLSH

from pipeline.resolve.names import plain

# 16 bands of 4 rows: two quotes with a similarity of 0.8 share a band with a probability of 0.9998.
BANDS, ROWS = 16, 4


def group(quotes: list[tuple[str, str]], threshold: float = 0.8, min_tokens: int = 5) -> dict[str, str]:
    """Group the quotes of one speaker by their words.

    MinHash and locality-sensitive hashing propose (Broder 1997), the Jaccard similarity of the token sets decides.

    Parameters
    ----------
    quotes : list of (str, str)
        Quote id and content, in the order of the articles.
    threshold : float
        Least Jaccard similarity, 0 to 1.
    min_tokens : int
        Contents of fewer tokens stay alone: "No comment" proves nothing.

    Returns
    -------
    dict
        For each quote that has an earlier likeness the id of the earliest; the others are left out.
    """
    groups: dict[str, str] = {}
    if len(quotes) < 2:
        return groups
    index = MinHashLSH(num_perm=BANDS * ROWS, params=(BANDS, ROWS))
    firsts: list[tuple[str, frozenset[str]]] = []
    for quote_id, content in quotes:
        words = plain(content).split()
        if len(words) < min_tokens:
            continue
        tokens = frozenset(words)
        signature = MinHash(num_perm=BANDS * ROWS)
        signature.update_batch([token.encode("utf-8") for token in sorted(tokens)])
        for number in sorted(index.query(signature)):
            first, others = firsts[number]
            if len(tokens & others) / len(tokens | others) >= threshold:
                groups[quote_id] = first
                break
        else:
            index.insert(len(firsts), signature)
            firsts.append((quote_id, tokens))
    return groups
