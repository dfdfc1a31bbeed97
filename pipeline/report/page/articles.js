// Shows the articles that have selected quotes as a list, and one article with its quotes marked in the text.

const ARTICLES_PER_PAGE = 50;
const TYPE_LETTERS = { direct: "D", indirect: "I", mixed: "M" };

/** Articles of the quotes, in their order; with nothing filtered, those without a quote too. */
function articlesOf(quotes, filtered) {
  const counts = new Map();
  for (const quote of quotes) counts.set(quote.article, (counts.get(quote.article) ?? 0) + 1);
  if (!filtered) for (const article of ARTICLES) if (!counts.has(article)) counts.set(article, 0);
  return Array.from(counts, ([article, count]) => ({ article, count }));
}

/** Publisher, author, day and address, as far as the article has them. */
function imprint(article) {
  const parts = [article.publisher, article.author].filter(Boolean).map((text) => isolated(text));
  parts.push(dayNode(article));
  if (article.url && /^https?:\/\//i.test(article.url)) parts.push(element("a", { href: article.url, rel: "noreferrer noopener external" }, "at its publisher"));
  return element("p", { class: "soft" }, parts.flatMap((part, index) => (index ? [" · ", part] : [part])));
}

function articleItem({ article, count }) {
  const link = element("a", { href: toHash("article", {}, article.id) }, isolated(titleOf(article)));
  return element("li", {}, element("div", {}, link, element("span", { class: "soft" }, " · " + plural(count, "quote"))), imprint(article));
}

/** Show a page of articles; returns the number of all of them. */
function showArticles(quotes, settings, filtered, turnTo) {
  const items = articlesOf(quotes, filtered);
  showPage({ list: byId("article-list"), pager: byId("article-pager"), items, size: ARTICLES_PER_PAGE, settings, draw: articleItem, turnTo });
  return items.length;
}

/** Show one article, its text with every quote marked, then the quotes; returns the item of the quote asked for. */
function showArticle(id, settings) {
  const article = ARTICLE_BY_ID.get(id);
  const place = byId("view-article");
  const heading = (text) => element("h1", { id: "article-title", tabindex: -1 }, text);
  if (!article) {
    place.replaceChildren(heading("No such article on this page"), element("p", {}, element("a", { href: "#articles" }, "All articles")));
    return null;
  }
  const quotes = [...article.quotes].sort((a, b) => startOf(a) - startOf(b));
  const items = quotes.map((quote, index) => numberedItem(quote, index + 1));
  const count = element("h2", {}, plural(items.length, "quote") + " of this article");
  const list = element("ol", { class: "quotes" }, items);
  place.replaceChildren(heading(isolated(titleOf(article))), imprint(article), ...textNodes(article, quotes), count, list);
  return items.find((item) => item.dataset.quote === settings.quote) ?? null;
}

function startOf(quote) {
  return quote.spans.parts ? quote.spans.parts[0][0] : 0;
}

function numberedItem(quote, number) {
  const item = quoteItem(quote);
  item.setAttribute("tabindex", "-1");
  item.firstElementChild.prepend(element("span", { class: "chip" }, chipText(quote, number)), " ");
  return item;
}

/** Number of a quote in its article, and the letter of its type. */
function chipText(quote, number) {
  return `${number} ${TYPE_LETTERS[quote.type]}`;
}

/** Legend and paragraphs, or a sentence that says why there is no text. */
function textNodes(article, quotes) {
  if (article.withheld) return [element("p", { class: "warn" }, "The text of this article may not be passed on: below are the first words of its quotes.")];
  if (article.text === undefined) return [element("p", { class: "soft" }, "The text is not on this page: below are its quotes with their sentences.")];
  const numbers = new Map(quotes.map((quote, index) => [quote, index + 1]));
  const marks = quotes.flatMap(marksOf);
  const chipOf = (mark) => chipLink(article, mark.quote, numbers.get(mark.quote));
  const paragraphs = Array.from(article.text.matchAll(/[^\n]+/g), (match) => {
    const [start, end] = [match.index, match.index + match[0].length];
    const inside = marks.filter((mark) => mark.start < end && mark.end > start);
    // The headline is the heading already; it is repeated only where a quote is in it.
    if (!inside.length && match[0] === article.title) return [];
    const cut = inside.map((mark) => ({ ...mark, start: Math.max(mark.start, start) }));
    return element("p", { dir: "auto" }, markedText(article.text, start, end, cut, chipOf));
  });
  return [legend(), element("div", { class: "text" }, paragraphs.flat())];
}

function chipLink(article, quote, number) {
  const name = `Quote ${number}, ${quote.type}`;
  return element("a", { class: "chip", href: toHash("article", { quote: quote.id }, article.id), "aria-label": name }, chipText(quote, number));
}

function legend() {
  const entry = (type) => element("li", {}, element("mark", { class: type }, element("span", { class: "chip" }, TYPE_LETTERS[type]), type));
  const speaker = element("li", {}, element("span", { class: "said-by" }, "speaker"), ", ", element("span", { class: "cue" }, "cue"));
  return element("ul", { class: "legend", "aria-label": "Marks in the text" }, DATA.types.map(entry), speaker);
}
