// The data of the page, read once: rows without names become objects that know their article and speaker.

const DATA = JSON.parse(byId("data").textContent);
const TARGETS = DATA.targets;
const LABELS = DATA.labels;
// A shape beside each label, so that colour is never alone.
const GLYPHS = ["▲", "▼", "◆", "●", "○", "■"];

const ARTICLES = DATA.articles.map((article) => ({ ...article, quotes: [] }));
const SPEAKERS = DATA.speakers.map((speaker) => ({ ...speaker, quotes: [] }));
const QUOTES = DATA.quotes.map(toQuote);
const ARTICLE_BY_ID = new Map(ARTICLES.map((article) => [article.id, article]));

function toQuote([place, articleAt, type, speakerAt, group, stances, spans]) {
  const article = ARTICLES[articleAt];
  const quote = {
    id: article.id + "-" + place,
    article,
    type: DATA.types[type],
    speaker: speakerAt < 0 ? null : SPEAKERS[speakerAt],
    group,
    stances: TARGETS.map((target, at) => toStance(stances[2 * at], stances[2 * at + 1])),
    spans,
    folded: null,
  };
  article.quotes.push(quote);
  if (quote.speaker) quote.speaker.quotes.push(quote);
  return quote;
}

/** Label by its place, certainty in percent; a certainty below zero says that the model abstained. */
function toStance(label, certainty) {
  const abstained = certainty < 0;
  return { label: LABELS[label], at: label, sure: Math.abs(certainty), abstained };
}

/** Where a quote is shown: in its sentences, or the excerpt where no more may be. */
function shownIn({ spans, article }) {
  const text = spans.excerpt ?? spans.text ?? article.text;
  const [start, end] = spans.in ?? [0, text.length];
  return { text, start, end };
}

/** Spans of a quote with their kind, in the order of the text. */
function marksOf(quote) {
  const { parts = [], cue, source } = quote.spans;
  const marks = parts.map(([start, end]) => ({ start, end, kind: "content", quote }));
  if (cue) marks.push({ start: cue[0], end: cue[1], kind: "cue", quote });
  if (source) marks.push({ start: source[0], end: source[1], kind: "source", quote });
  return marks;
}

// Latin letters with accents, and all other scripts: what is not among them needs no taking apart.
const ACCENTED = /[\u00c0-\u1fff\u2c00-\uffff]/;

/** Letters that a search compares: small, without accents. */
function fold(text) {
  if (!ACCENTED.test(text)) return text.toLowerCase();
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/** All that a search looks through of a quote. */
function searchable(quote) {
  if (quote.folded === null) {
    const { text, start, end } = shownIn(quote);
    const { title = "", source = "" } = quote.article;
    quote.folded = fold([text.slice(start, end), quote.speaker ? quote.speaker.name : "", title, source].join("\n"));
  }
  return quote.folded;
}

/** Fold the texts while nobody waits, so that the first search is as quick as the next. */
function warmUp(from = 0) {
  const to = Math.min(from + 1000, QUOTES.length);
  for (let at = from; at < to; at += 1) searchable(QUOTES[at]);
  if (to < QUOTES.length) setTimeout(warmUp, 0, to);
}
