// The signs of the page: a stance with its shape and colour, a side with its colour, and quotes marked in a text.

/** Outline of a mark: the shapes of GLYPHS, in their order. */
function outline(shape, x, y, r) {
  const corners = [
    [[0, -r], [r, r * 0.8], [-r, r * 0.8]],
    [[0, r], [r, -r * 0.8], [-r, -r * 0.8]],
    [[0, -r], [r, 0], [0, r], [-r, 0]],
  ][shape];
  if (corners) return "M" + corners.map(([dx, dy]) => `${round(x + dx)},${round(y + dy)}`).join("L") + "Z";
  if (shape === 5) return `M${round(x - r)},${round(y - r)}h${2 * r}v${2 * r}h${-2 * r}Z`;
  return `M${round(x - r)},${round(y)}a${r},${r} 0 1,0 ${2 * r},0a${r},${r} 0 1,0 ${-2 * r},0Z`;
}

function round(number) {
  return Math.round(number * 10) / 10;
}

/** The shape of a label, in its colour. */
function glyphNode(label) {
  return element("span", { class: "glyph " + label.colour, "aria-hidden": "true" }, label.glyph);
}

/** A label as a sign: shape and word. */
function labelSign(label, more = "") {
  return element("span", { class: "sign " + label.colour, title: label.meaning || null }, glyphNode(label), " ", label.text, more);
}

/** A number of quotes with a label, as a sign: shape and number. */
function countSign(label, number) {
  return element("span", { class: "sign " + label.colour, role: "img", title: label.text, "aria-label": `${number} ${label.text}` }, glyphNode(label), " ", grouped(number));
}

/** Show the shape of each label where the page explains the words. */
function setUpWords() {
  for (const node of document.querySelectorAll("dt[data-label]")) node.prepend(glyphNode(LABELS.find(({ name }) => name === node.dataset.label)), " ");
}

const SIDE_COLOURS = 8;
// The sides with most quotes come first, so that these have different colours.
const SIDE_RANKS = new Map([...SIDES].sort((a, b) => b.quotes.length - a.quotes.length).map((side, rank) => [side, rank]));

/** A side, in one of the colours of sides. */
function sideNode(side, link = true) {
  if (!side) return null;
  const colour = "side side-" + (SIDE_RANKS.get(side) % SIDE_COLOURS);
  return element(link ? "a" : "span", { class: colour, href: link ? holderHash(side) : null }, isolated(side.name));
}

/** A speaker as a link, with role and side. */
function speakerNode(quote) {
  const { speaker, side } = quote;
  if (!speaker) return [element("span", { class: "who" }, "speaker not known"), side ? [" ", sideNode(side)] : null];
  const role = speaker.role ? element("span", { class: "soft" }, isolated(speaker.role)) : null;
  const name = element("a", { class: "who", href: holderHash(speaker) }, isolated(speaker.name));
  return [name, role ? [", ", role] : null, side && side.name !== speaker.name ? [" ", sideNode(side)] : null];
}

/** Text from start to end, cut at the marks; marks that overlap an earlier one are left out. */
function markedText(text, start, end, marks, nodeOf, betweenOf = (from, to) => text.slice(from, to)) {
  const nodes = [];
  let position = start;
  for (const mark of [...marks].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const from = Math.max(mark.start, position);
    const to = Math.min(mark.end, end);
    if (mark.start < position || from >= to) continue;
    nodes.push(betweenOf(position, from), nodeOf(mark, from, to));
    position = to;
  }
  nodes.push(betweenOf(position, end));
  return nodes;
}

/** Spans of a quote with their kind. */
function marksOf(quote) {
  const { parts = [], cue, source } = quote.spans;
  const marks = parts.map(([start, end], index) => ({ start, end, kind: "content", quote, first: index === 0 }));
  if (cue) marks.push({ start: cue[0], end: cue[1], kind: "cue", quote });
  if (source) marks.push({ start: source[0], end: source[1], kind: "source", quote });
  return marks;
}

/** The words that show a quote's stances, or its stance on one target. */
function evidenceOf(quote, targets = TARGETS) {
  const { evidence = [] } = quote.spans;
  return targets.flatMap((target) => (evidence[target.index] ?? []).map(([start, end]) => ({ start, end, label: quote.stances[target.index].label })));
}

/** Whether a span is in the words of a quote, not only in the sentence around them. */
function isInQuote(quote, { start, end }) {
  return quote.spans.parts.some(([from, to]) => start >= from && end <= to);
}

/** The text of a span with the evidence in it underlined, where it is not in the words of the quote more lightly. */
function withEvidence(quote, text, start, end) {
  const nodeOf = (mark, from, to) => element("em", { class: `evidence ${mark.label.colour}${isInQuote(quote, mark) ? "" : " outside"}` }, text.slice(from, to));
  return markedText(text, start, end, evidenceOf(quote), nodeOf);
}

/** Text around a quote: its words in full ink, the rest softer, cue and source as such, evidence underlined. */
function passageNodes(quote, [start, end]) {
  const { text } = passageOf(quote);
  if (!quote.spans.parts) return [element("mark", { class: quote.type }, text)];
  const shown = (from, to) => withEvidence(quote, text, from, to);
  const kinds = { cue: "cue", source: "said-by" };
  const nodeOf = ({ kind }, from, to) => (kind === "content" ? element("mark", { class: quote.type }, shown(from, to)) : element("span", { class: kinds[kind] }, shown(from, to)));
  return markedText(text, start, end, marksOf(quote), nodeOf, shown);
}

/** The sentences of a quote, marked. */
function passageNode(quote) {
  const { start, end } = passageOf(quote);
  return element("p", { class: "passage", dir: "auto" }, passageNodes(quote, [start, end]));
}
