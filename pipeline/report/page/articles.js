// Shows the articles that have selected quotes as a list, and one article with its quotes marked and named in the margin.

const ARTICLES_PER_PAGE = 50;

/** Articles of the quotes, in their order; with nothing filtered, then the others too, the newest first. */
function articlesOf(quotes, filtered) {
  const counts = new Map();
  for (const quote of quotes) counts.set(quote.article, (counts.get(quote.article) ?? 0) + 1);
  const others = filtered ? [] : ARTICLES.filter((article) => !counts.has(article));
  others.sort((a, b) => String(b.day ?? "").localeCompare(String(a.day ?? "")));
  for (const article of others) counts.set(article, 0);
  return Array.from(counts, ([article, count]) => ({ article, count }));
}

/** Outlet, author, day and address, as far as the article has them; `whole`, also the licence of its text. */
function imprint(article, whole = false) {
  const parts = [article.publisher, article.author].filter(Boolean).map((text) => isolated(text));
  parts.push(dayNode(article.day));
  if (webAddress(article)) parts.push(element("a", { href: article.url, rel: "noreferrer noopener external" }, "original article"));
  if (isOld(article)) parts.push(element("span", {}, "not the ", newestLink(article)));
  if (whole) parts.push(article.licence ? `licence of the text: ${article.licence}` : "the licence of the text is not stated");
  return element("p", { class: "soft" }, joined(parts, " · "), article.invented ? element("span", { class: "badge" }, "invented") : null);
}

/** Whether there is a newer version of an article, which shows the quotes that both have. */
function isOld({ id, newest }) {
  return newest !== undefined && newest !== id;
}

function articleItem({ article, count }) {
  const link = element("a", { href: toHash("article", {}, article.id) }, isolated(titleOf(article)));
  return element("li", {}, element("div", {}, link, element("span", { class: "soft" }, " · " + shareOfQuotes(count, article.quotes?.length ?? 0))), imprint(article));
}

/** Show a page of articles; returns the number of all of them. */
function showArticles(quotes, settings, filtered, turnTo) {
  const items = articlesOf(quotes, filtered);
  showPage({ list: byId("article-list"), pager: byId("article-pager"), items, size: ARTICLES_PER_PAGE, settings, draw: articleItem, turnTo });
  return items.length;
}

/** Show one article; returns the mark or item of the quote asked for. */
function showArticle(id, settings) {
  const article = ARTICLE_BY_ID.get(id);
  const place = byId("view-article");
  const heading = (text) => element("h1", { id: "article-title", tabindex: -1 }, text);
  if (!article) {
    place.replaceChildren(heading("No such article on this page"), element("p", {}, element("a", { href: "#articles" }, "All articles")));
    return null;
  }
  const quotes = quotesInOrder(article);
  const chosen = quotes.find((quote) => quote.id === settings.quote) ?? null;
  place.replaceChildren(heading(isolated(article.title ?? capitalised(titleOf(article)))), imprint(article, true), articleSteps(article, quotes, chosen), ...bodyOf(article, quotes, chosen));
  return chosen && (place.querySelector("mark.chosen") ?? place.querySelector(`li[data-quote="${CSS.escape(chosen.id)}"]`));
}

/** The quotes of an article in the order of its text. */
function quotesInOrder(article) {
  return [...(article?.quotes ?? [])].sort((a, b) => startOf(a) - startOf(b));
}

function startOf(quote) {
  return quote.spans.parts ? quote.spans.parts[0][0] : 0;
}

/** Links to the quote before and after, which stay on the screen. */
function articleSteps(article, quotes, chosen) {
  if (!quotes.length) return element("p", { class: "soft" }, isOld(article) ? "The newest version has all of its quotes." : "No quote was found in this article.");
  const index = quotes.indexOf(chosen);
  const to = (position) => toHash("article", { quote: quotes[position].id }, article.id);
  const step = (position, text, name) => (quotes[position] ? element("a", { href: to(position), "data-step": name }, text) : element("span", { class: "soft" }, text));
  const at = index < 0 ? plural(quotes.length, "quote") : `Quote ${index + 1} of ${quotes.length}`;
  const card = chosen ? element("a", { href: quoteHash(chosen) }, "Open this quote") : null;
  return element("nav", { class: "steps sticky", "aria-label": "Quotes of the article" }, step(index < 0 ? -1 : index - 1, "← Previous", "previous"), element("span", {}, at), step(index + 1, "Next →", "next"), card);
}

/** Paragraphs with the margin, or a sentence that says why there is no text, and the quotes. */
function bodyOf(article, quotes, chosen) {
  const why = article.withheld ? `${article.licence ? "The text of this article" : "The licence of this text is not stated, so it"} may not be passed on: below are the first words of its quotes.` : "The text is not on this page: below are its quotes with their sentences.";
  const text = textOf(article);
  if (text === null) return [element("p", { class: article.withheld ? "warn" : "soft" }, why), element("ol", { class: "quotes" }, quotes.map(quoteItem))];
  const numbers = new Map(quotes.map((quote, index) => [quote, index + 1]));
  const marks = quotes.flatMap(marksOf);
  const rows = Array.from(text.matchAll(/[^\n]+/g), (match) => {
    const [start, end] = [match.index, match.index + match[0].length];
    const inside = marks.filter((mark) => mark.start < end && mark.end > start).map((mark) => ({ ...mark, start: Math.max(mark.start, start) }));
    // The headline is the heading already; it is repeated only where a quote is in it.
    if (!inside.length && match[0] === article.title) return null;
    return paragraphRow(text, [start, end], inside, numbers, chosen);
  });
  return [articleLegend(), element("div", { class: "text" }, rows.filter(Boolean))];
}

function paragraphRow(text, [start, end], marks, numbers, chosen) {
  const begun = marks.filter((mark) => mark.kind === "content" && mark.first).map((mark) => mark.quote);
  const nodeOf = (mark, from, to) => articleMark(mark, from, to, text, numbers, chosen);
  const words = element("p", { dir: "auto" }, markedText(text, start, end, marks, nodeOf));
  return element("div", { class: "row" }, words, element("ul", { class: "margin" }, [...new Set(begun)].map((quote) => marginNote(quote, numbers.get(quote), chosen))));
}

function articleMark(mark, from, to, text, numbers, chosen) {
  const { quote, kind } = mark;
  if (kind !== "content") return element("span", { class: kind === "cue" ? "cue" : "said-by" }, text.slice(from, to));
  const taken = quote.stances.find((stance) => stance.about);
  const classes = [quote.type, taken ? "taken " + taken.label.colour : "", quote === chosen ? "chosen" : ""];
  const chip = mark.first && from === mark.start ? element("a", { class: "chip", href: toHash("article", { quote: quote.id }, quote.article.id), "aria-label": `Quote ${numbers.get(quote)}, ${quote.type}` }, numbers.get(quote) + (taken ? " " + taken.label.glyph : "")) : null;
  return element("mark", { class: classes.filter(Boolean).join(" "), tabindex: quote === chosen ? -1 : null, "data-quote": quote === chosen ? quote.id : null }, chip, withEvidence(quote, text, from, to));
}

/** Who says a quote, and its stances, beside its paragraph. */
function marginNote(quote, number, chosen) {
  const signs = TARGETS.filter((target) => quote.stances[target.index].about).map((target) => element("span", { class: "margin-sign" }, labelSign(quote.stances[target.index].label), element("span", { class: "soft" }, ` (${spaced(target.key)})`)));
  const name = quote.speaker ? isolated(quote.speaker.name) : "speaker not known";
  return element("li", { class: quote === chosen ? "chosen" : null, "data-quote": quote.id }, element("a", { class: "chip", href: quoteHash(quote), "aria-label": `Card of quote ${number}` }, String(number)), " ", quote.speaker ? element("a", { class: "who", href: holderHash(quote.speaker) }, name) : name, signs);
}

function articleLegend() {
  const type = (name) => element("li", {}, element("mark", { class: name }, name), element("span", { class: "soft" }, " " + DATA.typeMeanings[name]));
  const stance = element("li", {}, STANCES.map((label) => [element("mark", { class: "taken " + label.colour }, label.glyph + " " + label.text), " "]));
  const speaker = element("li", {}, element("span", { class: "said-by" }, "speaker"), ", ", element("span", { class: "cue" }, "cue"), element("span", { class: "soft" }, " the words that report"));
  return element("details", { class: "article-legend" }, element("summary", {}, "What the marks mean"), element("ul", { class: "legend", "aria-label": "Marks in the text" }, stance, DATA.types.map(type), speaker));
}
