// A quote as one reads it: who, how and when; its sentence with the marks; its labels; its article.

const QUOTES_A_PAGE = 25;
const QUOTES_ON_PAPER = 300;

/** Text from start to end, cut at the marks; marks that overlap an earlier one are left out. */
function marked(text, start, end, marks, chipOf = () => null) {
  const nodes = [];
  let at = start;
  for (const mark of [...marks].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const to = Math.min(mark.end, end);
    if (mark.start < at || mark.start >= to) continue;
    nodes.push(text.slice(at, mark.start), markNode(mark, text.slice(mark.start, to), chipOf(mark)));
    at = to;
  }
  nodes.push(text.slice(at, end));
  return nodes;
}

function markNode(mark, text, chip) {
  if (mark.kind === "content") return el("mark", { class: mark.quote.type }, chip, text);
  return el("span", { class: mark.kind === "cue" ? "cue" : "said-by" }, text);
}

/** The sentence of a quote, marked. */
function passageNode(quote) {
  const { text, start, end } = shownIn(quote);
  const marks = marksOf(quote);
  return el("p", { class: "passage", dir: "auto" }, marks.length ? marked(text, start, end, marks) : el("mark", { class: quote.type }, text));
}

/** Labels of a quote toward each target, with shape, word and certainty. */
function tags(quote) {
  const tag = (stance, at) =>
    el(
      "li",
      { class: stance.abstained ? "abstained" : null },
      words(TARGETS[at].key) + ": ",
      el("span", { class: "glyph s" + (stance.at % GLYPHS.length), "aria-hidden": "true" }, GLYPHS[stance.at % GLYPHS.length]),
      ` ${words(stance.label)} ${stance.sure} %` + (stance.abstained ? " (abstained)" : ""),
    );
  return el("ul", { class: "tags", "aria-label": "Labels" }, quote.stances.map(tag));
}

function speakerNode(quote) {
  if (!quote.speaker) return el("span", { class: "who" }, "speaker not known");
  return el("a", { class: "who", href: toHash("quotes", { speaker: quote.speaker.name }) }, bdi(quote.speaker.name));
}

/** Where a quote stands: its article on this page, and the publisher's page. */
function articleNode(quote) {
  const { article } = quote;
  const name = article.title ?? "article without a title";
  const copies = GROUP_SIZES.get(quote.group) - 1;
  return el(
    "p",
    { class: "soft" },
    el("a", { href: toHash("article", { quote: quote.id }, article.id) }, bdi(name)),
    article.source ? [", ", bdi(article.source)] : null,
    ", ",
    article.day ? el("time", { datetime: article.day }, article.day) : "no date",
    copies ? `; the same in ${plural(copies, "more quote")}` : null,
  );
}

const GROUP_SIZES = QUOTES.reduce((sizes, { group }) => sizes.set(group, (sizes.get(group) ?? 0) + 1), new Map());

/** One quote as an item of a list. */
function quoteItem(quote) {
  const kind = quote.speaker ? ` (${quote.speaker.kind})` : "";
  const head = el("p", {}, speakerNode(quote), el("span", { class: "soft" }, `${kind} · ${quote.type}`));
  return el("li", { "data-quote": quote.id }, head, passageNode(quote), tags(quote), articleNode(quote));
}

/** The list of quotes; on paper more of them than on the screen. */
function showQuotes(quotes, settings, go, size = QUOTES_A_PAGE) {
  showPage({ list: byId("quote-list"), pager: byId("quote-pager"), items: quotes, size, settings, draw: quoteItem, go });
}
