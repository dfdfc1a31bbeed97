// Marks the words of the search in the quotes shown, without a change of their elements.

// Words of the page itself: no search looks through them.
const UNSEARCHED = ".tags, .open, .pager, .tallies";

/** Highlight every place below a node where a word of the search stands. */
function highlightWords(place, query) {
  if (!CSS.highlights) return;
  const ranges = [];
  const terms = query.all.flat();
  const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
  while (terms.length && walker.nextNode()) if (!walker.currentNode.parentElement.closest(UNSEARCHED)) ranges.push(...rangesOf(walker.currentNode, terms));
  CSS.highlights.set("found", new Highlight(...ranges));
}

function rangesOf(node, terms) {
  const folded = foldCase(node.data);
  // Without accents a text may be shorter: then the places are not known.
  if (folded.length !== node.data.length) return [];
  return terms.flatMap((term) => {
    const ranges = [];
    for (let at = findTerm(folded, term); at >= 0; at = findTerm(folded, term, at + term.length)) {
      const range = new Range();
      range.setStart(node, at);
      range.setEnd(node, at + term.length);
      ranges.push(range);
    }
    return ranges;
  });
}
