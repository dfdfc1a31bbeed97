// The card of one quote: its words, who said it, its stances with their evidence, its paragraph, and what else the speaker said.

// The quotes that the reader came from, to go on to the next.
const READING = { quotes: [], hash: "#overview", state: null, place: null };

function showCard(id, settings) {
  const place = byId("view-quote");
  const quote = QUOTE_BY_ID.get(id);
  const title = (text) => element("h1", { id: "quote-title", tabindex: -1, class: quote ? "hide-visually" : null }, text);
  if (!quote) {
    place.replaceChildren(title("No such quote on this page"), element("p", {}, element("a", { href: "#quotes" }, "All quotes")));
    return;
  }
  const who = quote.speaker?.name ?? "Speaker not known";
  const asked = TARGETS.find(({ key }) => key === settings.on) ?? null;
  const targets = targetsOf(quote, asked);
  place.replaceChildren(title(`${who}, ${longDay(quote.day)}`), cardSteps(quote, asked), element("article", { class: "card" }, cardWords(quote), cardFacts(quote, targets)), ...targets.map((target) => beforeAndAfter(quote, target)));
  for (const target of targets) fillBeforeAndAfter(quote, target);
}

/** Targets: first the one that the card was opened for, then those on which the quote takes a stance. */
function targetsOf(quote, asked) {
  const rank = (target) => (target === asked ? 0 : quote.stances[target.index].about ? 1 : 2);
  return [...TARGETS].sort((a, b) => rank(a) - rank(b));
}

/** Links to the quotes beside it in the list that it was opened from. */
function cardSteps(quote, asked) {
  const index = READING.quotes.indexOf(quote);
  const back = element("a", { href: READING.hash }, READING.hash.startsWith("#overview") ? "Positions" : READING.hash.startsWith("#article/") ? "Back to the article" : "Back to the list");
  back.addEventListener("click", (event) => event.ctrlKey || event.metaKey || event.shiftKey || (event.preventDefault(), closeCard()));
  if (index < 0) return element("nav", { class: "steps", "aria-label": "Quotes of the list" }, back);
  const step = (to, text, name) => (READING.quotes[to] ? element("a", { href: quoteHash(READING.quotes[to], asked), "data-step": name }, text) : element("span", { class: "soft" }, text));
  return element("nav", { class: "steps", "aria-label": "Quotes of the list" }, back, step(index - 1, "← Previous", "previous"), element("span", { class: "soft" }, `${grouped(index + 1)} of ${grouped(READING.quotes.length)}`), step(index + 1, "Next →", "next"));
}

function cardWords(quote) {
  const { article, spans } = quote;
  const around = spans.around && element("details", { class: "around", open: !NARROW.matches }, element("summary", {}, "The paragraph"), element("p", { class: "passage", dir: "auto" }, passageNodes(quote, spans.around)));
  const withheld = article.withheld ? element("p", { class: "soft" }, `Only the first words: ${article.licence ? "the text" : "the licence of the text is not stated, so it"} may not be passed on.`) : null;
  return element(
    "div",
    { class: "card-words" },
    element("blockquote", {}, passageNode(quote)),
    element("p", { class: "by" }, "— ", speakerNode(quote)),
    speakerNote(quote),
    element("p", { class: "soft" }, joined([article.publisher ? isolated(article.publisher) : "outlet not known", dayNode(quote.day), isolated(titleOf(article))], " · "), article.invented ? element("span", { class: "badge" }, "invented") : null),
    withheld,
    versionNote(quote),
    typeNote(quote),
    cardActions(quote),
    correctionForm(quote),
    around,
  );
}

/** Who corrected the speaker, or how often one like this is right where that is not often; nothing where it is. */
function speakerNote({ correctedBy, rightOfTen }) {
  if (correctedBy) return element("p", { class: "soft speaker-note" }, "Speaker corrected by ", isolated(correctedBy));
  return rightOfTen === undefined ? null : element("p", { class: "soft speaker-note" }, `Speaker: about ${rightOfTen} of 10 like this are right`);
}

/** In how many versions of its article the words stand, or that the newest lacks them; nothing where there is one alone. */
function versionNote({ article, versions }) {
  if (versions === undefined) return null;
  return element("p", { class: "soft version-note" }, versions ? `In ${plural(versions, "version")} of the article` : ["Not in the ", newestLink(article), " of the article"]);
}

function newestLink({ newest }) {
  return ARTICLE_BY_ID.has(newest) ? element("a", { href: toHash("article", {}, newest) }, "newest version") : "newest version";
}

function cardActions(quote) {
  const { article } = quote;
  const open = element("a", { class: "button", href: toHash("article", { quote: quote.id }, article.id) }, "Open the article");
  const web = webAddress(article) ? element("a", { class: "button quiet", href: article.url, rel: "noreferrer noopener external" }, "Original article") : null;
  const link = button("Copy link", () => copyText(location.href.replace(/#.*/, "") + quoteHash(quote), "The link is copied." + linkNote()));
  const cite = button("Copy citation", () => copyText(citationOf(quote), "The citation is copied."));
  return element("p", { class: "actions" }, open, web, link, cite);
}

/** Where a link leads nobody else: to a file of this machine. */
function linkNote() {
  return location.protocol === "file:" ? " It leads to a file on this computer: for others put the page on a site, or send them the file, and what follows # after its name." : "";
}

function webAddress(article) {
  return article.url && /^https?:\/\//i.test(article.url) ? article.url : null;
}

/** What the program says of the quote: a stance for each target, with the words that show it. */
function cardFacts(quote, targets) {
  return element("div", { class: "card-facts" }, targets.map((target) => stanceFact(quote, target)));
}

function stanceFact(quote, target) {
  const stance = quote.stances[target.index];
  const { text } = passageOf(quote);
  const evidence = evidenceOf(quote, [target]);
  const [inside, around] = [true, false].map((wanted) => evidence.filter((mark) => isInQuote(quote, mark) === wanted));
  const words = (title, marks) => (marks.length ? element("p", { class: "soft" }, title, joined(marks.map((mark) => element("em", { class: "evidence " + mark.label.colour }, text.slice(mark.start, mark.end))), ", ")) : null);
  const meaning = stance.known ? stance.label.meaning : `the program is not sure enough of any stance, so it abstains; it finds ${stance.predicted.text} most probable, with ${stance.certainty} %`;
  return element(
    "section",
    { class: "fact" },
    element("h2", {}, target.title),
    element("p", { class: "soft" }, target.question),
    element("p", { class: stance.about ? "big-sign" : null }, labelSign(stance.label, stance.beside)),
    element("p", { class: "soft" }, capitalised(meaning ?? ""), certaintyNote(stance)),
    words("Words that show it: ", inside),
    words(inside.length ? "From the sentence around it: " : "Words that show it, from the sentence around the quote: ", around),
    stance.about && !stance.correctedBy && ownValue(target.rates, stance.label.name) ? element("p", { class: "soft" }, ownValue(target.rates, stance.label.name)) : null,
  );
}

/** Who corrected a stance, or how probable the program finds it. */
function certaintyNote({ known, correctedBy, predicted, certainty }) {
  if (correctedBy) return [". Corrected by ", isolated(correctedBy), `; the program finds ${predicted.text} most probable, with ${certainty} %.`];
  return known ? `. The program gives this a probability of ${certainty} %.` : ".";
}

/** The type of a quote, in words. */
function typeNote({ type }) {
  return element("p", { class: "soft" }, `${capitalised(type)} quote: ${DATA.typeMeanings[type]}`);
}

/** A place for the speaker's lane on a target, with the stances before and after this quote. */
function beforeAndAfter(quote, target) {
  return element("section", { class: "beside", id: "beside-" + target.index, hidden: true });
}

function fillBeforeAndAfter(quote, target) {
  const { speaker } = quote;
  const place = byId("beside-" + target.index);
  if (!speaker) return;
  const own = quotesOn(speaker.quotes.filter((each) => each.group !== quote.group || each === quote), target);
  const others = own.filter((each) => each !== quote);
  if (!others.length) return;
  place.hidden = false;
  const [dated, undated] = quote.day ? splitByDay(others) : [[], others];
  const before = dated.filter(({ day }) => day <= quote.day);
  const after = dated.filter(({ day }) => day > quote.day);
  const strip = own.some((each) => each.day) ? element("div", { class: "lane-chart wide-strip" }) : null;
  const group = (title, list) => (list.length ? element("div", {}, element("h3", {}, title), element("ol", { class: "quotes" }, list.map(quoteItem))) : element("div", {}, element("h3", {}, title), element("p", { class: "soft" }, "Nothing on this page.")));
  addContent(place, {}, [
    element("h2", {}, `${target.title}: what `, isolated(speaker.name), quote.day ? " said before and after" : " also said"),
    strip,
    quote.day ? element("div", { class: "columns" }, group(before.some(({ day }) => day === quote.day) ? "Before, or on the same day" : "Before", before.slice(-3).reverse()), group("After", after.slice(0, 3))) : null,
    undated.length ? group(quote.day ? "Without a date: before or after is not known" : "This quote has no date: before or after is not known", undated.slice(0, 3)) : null,
    others.length > Math.min(3, before.length) + Math.min(3, after.length) + Math.min(3, undated.length) ? element("p", {}, element("a", { class: "more", href: holderHash(speaker) }, `All ${others.length + 1} quotes about it of `, isolated(speaker.name))) : null,
  ]);
  if (strip) fillStrip(strip, own, target, speaker, quote);
}

/** A strip of one lane, as wide as its place, with its axis. */
function fillStrip(strip, quotes, target, holder, current = null) {
  const width = Math.max(200, strip.clientWidth || 600);
  strip.append(stripNode(quotes, target, holder, width, current), axisNode(width));
  attachLane(strip);
}
