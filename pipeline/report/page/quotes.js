// Shows a quote: who, how and when; its sentence with the spans marked; its labels; its article.

const QUOTES_PER_PAGE = 25;
const QUOTES_ON_PAPER = 300;

/** Text from start to end, cut at the marks; marks that overlap an earlier one are left out. */
function markedText(text, start, end, marks, chipOf = () => null) {
  const nodes = [];
  let position = start;
  for (const mark of [...marks].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const to = Math.min(mark.end, end);
    if (mark.start < position || mark.start >= to) continue;
    nodes.push(text.slice(position, mark.start), markNode(mark, text.slice(mark.start, to), chipOf(mark)));
    position = to;
  }
  nodes.push(text.slice(position, end));
  return nodes;
}

function markNode(mark, text, chip) {
  if (mark.kind === "content") return element("mark", { class: mark.quote.type }, chip, text);
  return element("span", { class: mark.kind === "cue" ? "cue" : "said-by" }, text);
}

/** The sentence of a quote, marked. */
function passageNode(quote) {
  const { text, start, end } = passageOf(quote);
  const marks = marksOf(quote);
  return element("p", { class: "passage", dir: "auto" }, marks.length ? markedText(text, start, end, marks) : element("mark", { class: quote.type }, text));
}

/** Labels of a quote toward each target, with shape, word and certainty; an unknown one opens to what is most probable. */
function stanceTags(quote) {
  const tag = (stance, index) => {
    const glyph = element("span", { class: "glyph " + stance.label.colour, "aria-hidden": "true" }, stance.label.glyph);
    const words = [spaced(TARGETS[index].key) + ": ", glyph, " " + stanceText(stance)];
    if (stance.known) return element("li", {}, words);
    return element("li", { class: "unknown" }, element("details", {}, element("summary", {}, words), predictedText(stance)));
  };
  return element("ul", { class: "tags", "aria-label": "Labels" }, quote.stances.map(tag));
}

function speakerNode(quote) {
  if (!quote.speaker) return element("span", { class: "who" }, "speaker not known");
  return element("a", { class: "who", href: toHash("quotes", { speaker: quote.speaker.name }) }, isolated(quote.speaker.name));
}

/** The article of a quote, with its publisher, its day, and the number of copies of the quote. */
function articleNode(quote) {
  const { article } = quote;
  const copies = GROUP_SIZES.get(quote.group) - 1;
  return element(
    "p",
    { class: "soft" },
    element("a", { href: toHash("article", { quote: quote.id }, article.id) }, isolated(titleOf(article))),
    article.publisher ? [", ", isolated(article.publisher)] : null,
    ", ",
    dayNode(article),
    copies ? `; the same in ${plural(copies, "more quote")}` : null,
  );
}

function titleOf(article) {
  return article.title ?? "article without a title";
}

function dayNode(article) {
  return article.day ? element("time", { datetime: article.day }, article.day) : "no date";
}

const GROUP_SIZES = QUOTES.reduce((sizes, { group }) => sizes.set(group, (sizes.get(group) ?? 0) + 1), new Map());

/** One quote as an item of a list. */
function quoteItem(quote) {
  const kind = quote.speaker ? ` (${quote.speaker.kind})` : "";
  const head = element("p", {}, speakerNode(quote), element("span", { class: "soft" }, `${kind} · ${quote.type}`));
  return element("li", { "data-quote": quote.id }, head, passageNode(quote), stanceTags(quote), articleNode(quote));
}

/** Show the list of quotes; on paper a page has more of them than on the screen. */
function showQuotes(quotes, settings, turnTo, size = QUOTES_PER_PAGE) {
  showPage({ list: byId("quote-list"), pager: byId("quote-pager"), items: quotes, size, settings, draw: quoteItem, turnTo });
}
