// Shows quotes as items of a list: stance, words, speaker, outlet and day.

const QUOTES_PER_PAGE = 25;
const QUOTES_ON_PAPER = 300;

/** The stances that a quote takes, and where it is neutral, as signs. */
function stanceTags(quote) {
  const shown = TARGETS.filter((target) => quote.stances[target.index].about);
  const tag = (target) => {
    const stance = quote.stances[target.index];
    return element("li", {}, element("span", { class: "soft" }, target.title + ": "), labelSign(stance.label, stance.beside));
  };
  if (!shown.length) return element("p", { class: "tags soft" }, quote.stances.every((stance) => stance.known) ? "about something else" : "no stance that the program is sure of");
  return element("ul", { class: "tags", "aria-label": "Stance" }, shown.map(tag));
}

/** The article of a quote, with its outlet, its day, and the number of copies of the quote. */
function sourceLine(quote) {
  const { article } = quote;
  const copies = GROUP_SIZES.get(quote.group) - 1;
  const link = element("a", { href: toHash("article", { quote: quote.id }, article.id) }, isolated(titleOf(article)));
  const parts = [article.publisher ? isolated(article.publisher) : null, dayNode(quote.day), link, copies ? `${plural(copies, "copy", "copies")} elsewhere` : null];
  return element("p", { class: "soft source" }, joined(parts, " · "));
}

/** The headline of an article, or its first words. */
function titleOf({ title, opening }) {
  return title ?? (opening ? `No title: ${opening} …` : "article without a title");
}

/** One quote as an item of a list; its heading link opens its card. */
function quoteItem(quote) {
  const words = passageNode(quote);
  const open = element("a", { class: "open", href: quoteHash(quote), "aria-label": "Open this quote" }, "Open");
  return element("li", { class: "quote", "data-quote": quote.id }, stanceTags(quote), words, element("p", { class: "by" }, speakerNode(quote), element("span", { class: "soft" }, " · " + quote.type)), sourceLine(quote), open);
}

/** Show the list of quotes; on paper a page has more of them than on the screen. */
function showQuotes(quotes, settings, turnTo, size = QUOTES_PER_PAGE) {
  showPage({ list: byId("quote-list"), pager: byId("quote-pager"), items: quotes, size, settings, draw: quoteItem, turnTo });
}
