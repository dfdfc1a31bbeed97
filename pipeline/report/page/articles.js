// The articles: a list of those that hold quotes selected, and one article with its quotes marked in the text.

const ARTICLES_A_PAGE = 50;
const CHIPS = { direct: "D", indirect: "I", mixed: "M" };

/** Articles of the quotes, in their order; with nothing filtered, those without a quote too. */
function articlesOf(quotes, filtered) {
  const counts = new Map();
  for (const quote of quotes) counts.set(quote.article, (counts.get(quote.article) ?? 0) + 1);
  if (!filtered) for (const article of ARTICLES) if (!counts.has(article)) counts.set(article, 0);
  return Array.from(counts, ([article, count]) => ({ article, count }));
}

function titleOf(article) {
  return article.title ?? "article without a title";
}

/** Publisher, author, day and address, as far as the article has them. */
function imprint(article) {
  const parts = [article.source, article.author].filter(Boolean).map((text) => bdi(text));
  parts.push(article.day ? el("time", { datetime: article.day }, article.day) : "no date");
  if (article.url && /^https?:\/\//i.test(article.url)) parts.push(el("a", { href: article.url, rel: "noreferrer noopener external" }, "at its publisher"));
  return el("p", { class: "soft" }, parts.flatMap((part, at) => (at ? [" · ", part] : [part])));
}

function articleItem({ article, count }) {
  const link = el("a", { href: toHash("article", {}, article.id) }, bdi(titleOf(article)));
  return el("li", {}, el("div", {}, link, el("span", { class: "soft" }, " · " + plural(count, "quote"))), imprint(article));
}

function showArticles(quotes, settings, filtered, go) {
  const items = articlesOf(quotes, filtered);
  showPage({ list: byId("article-list"), pager: byId("article-pager"), items, size: ARTICLES_A_PAGE, settings, draw: articleItem, go });
  return items.length;
}

/** One article: its text with every quote marked, then the quotes. */
function showArticle(id, settings) {
  const article = ARTICLE_BY_ID.get(id);
  const place = byId("view-article");
  const title = (text) => el("h1", { id: "article-title", tabindex: -1 }, text);
  if (!article) {
    place.replaceChildren(title("No such article on this page"), el("p", {}, el("a", { href: "#articles" }, "All articles")));
    return null;
  }
  const numbered = [...article.quotes].sort((a, b) => startOf(a) - startOf(b));
  const items = numbered.map((quote, at) => numberedItem(quote, at + 1));
  const heading = el("h2", {}, plural(items.length, "quote") + " of this article");
  const list = el("ol", { class: "quotes" }, items);
  place.replaceChildren(title(bdi(titleOf(article))), imprint(article), ...textNodes(article, numbered), heading, list);
  const wanted = items.find((item) => item.dataset.quote === settings.quote);
  return wanted ?? null;
}

function startOf(quote) {
  return quote.spans.parts ? quote.spans.parts[0][0] : 0;
}

function numberedItem(quote, number) {
  const item = quoteItem(quote);
  item.setAttribute("tabindex", "-1");
  item.firstElementChild.prepend(el("span", { class: "chip" }, `${number} ${CHIPS[quote.type]}`), " ");
  return item;
}

/** Legend and paragraphs, or a word on why there is no text. */
function textNodes(article, numbered) {
  if (article.withheld) return [el("p", { class: "warn" }, "The text of this article may not be passed on: below stand the first words of its quotes.")];
  if (article.text === undefined) return [el("p", { class: "soft" }, "The text is not on this page: below stand its quotes with their sentences.")];
  const numbers = new Map(numbered.map((quote, at) => [quote, at + 1]));
  const marks = numbered.flatMap(marksOf);
  const chipOf = (mark) => chipLink(article, mark.quote, numbers.get(mark.quote));
  const paragraphs = Array.from(article.text.matchAll(/[^\n]+/g), (found) => {
    const [start, end] = [found.index, found.index + found[0].length];
    const within = marks.filter((mark) => mark.start < end && mark.end > start);
    // The headline stands above already, unless a quote stands in it.
    if (!within.length && found[0] === article.title) return [];
    const cut = within.map((mark) => ({ ...mark, start: Math.max(mark.start, start) }));
    return el("p", { dir: "auto" }, marked(article.text, start, end, cut, chipOf));
  });
  return [legend(), el("div", { class: "text" }, paragraphs.flat())];
}

function chipLink(article, quote, number) {
  const name = `Quote ${number}, ${quote.type}`;
  return el("a", { class: "chip", href: toHash("article", { quote: quote.id }, article.id), "aria-label": name }, `${number} ${CHIPS[quote.type]}`);
}

function legend() {
  const entry = (type) => el("li", {}, el("mark", { class: type }, el("span", { class: "chip" }, CHIPS[type]), type));
  const speaker = el("li", {}, el("span", { class: "said-by" }, "speaker"), ", ", el("span", { class: "cue" }, "cue"));
  return el("ul", { class: "legend", "aria-label": "Marks in the text" }, DATA.types.map(entry), speaker);
}
