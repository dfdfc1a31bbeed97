// Reads the data of the page: rows without names become objects that know their article and speaker.

const DATA = JSON.parse(byId("data").textContent);
const TARGETS = DATA.targets;
// Labels with a role have it by these names; null where no label has the role.
const ROLES = DATA.roles;
// Beside its colour each label has a shape: the outlines in `timeline.js` are those of these characters.
const GLYPHS = ["▲", "▼", "◆", "●", "○", "■"];
// Any number of labels: each gets the next colour of `components.css`, and the next shape; the one where the model abstains has its own.
const LABELS = DATA.labels.map((name, index) => {
  if (name === DATA.unknown) return { name, index, text: spaced(name), shape: null, glyph: "?", colour: "label-unknown" };
  const shape = index % GLYPHS.length;
  return { name, index, text: spaced(name), shape, glyph: GLYPHS[shape], colour: "label-colour-" + shape };
});

const ARTICLES = DATA.articles.map((article) => ({ ...article, quotes: [] }));
const SPEAKERS = DATA.speakers.map((speaker) => ({ ...speaker, quotes: [] }));
const QUOTES = DATA.quotes.map(toQuote);
const ARTICLE_BY_ID = new Map(ARTICLES.map((article) => [article.id, article]));

function toQuote([offset, articleIndex, type, speakerIndex, group, stances, spans]) {
  const article = ARTICLES[articleIndex];
  const quote = {
    id: article.id + "-" + offset,
    article,
    type: DATA.types[type],
    speaker: speakerIndex < 0 ? null : SPEAKERS[speakerIndex],
    group,
    stances: TARGETS.map((_, index) => toStance(...stances.slice(3 * index, 3 * index + 3))),
    spans,
    searchText: null,
  };
  article.quotes.push(quote);
  if (quote.speaker) quote.speaker.quotes.push(quote);
  return quote;
}

/** The label, `unknown` where the model abstains; the label that it finds most probable, and how probable in percent. */
function toStance(label, predicted, certainty) {
  return { label: LABELS[label], predicted: LABELS[predicted], certainty, known: DATA.labels[label] !== DATA.unknown };
}

/** A stance in words. */
function stanceText({ label, certainty, known }) {
  return known ? `${label.text} ${certainty} %` : label.text;
}

/** In words, what the model finds most probable where it abstains. */
function predictedText({ predicted, certainty }) {
  return `not sure enough; most probable: ${predicted.text} ${certainty} %`;
}

/** The text that shows a quote: its sentences, or the excerpt where no more may be shown. */
function passageOf({ spans, article }) {
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

// Latin letters with accents, and all other scripts; a text without them need not be normalised.
const ACCENTED = /[\u00c0-\u1fff\u2c00-\uffff]/;

/** A text as a search compares it: lower case, without accents. */
function foldCase(text) {
  if (!ACCENTED.test(text)) return text.toLowerCase();
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/** All text of a quote that a search looks through. */
function searchTextOf(quote) {
  if (quote.searchText === null) {
    const { text, start, end } = passageOf(quote);
    const { title = "", publisher = "" } = quote.article;
    quote.searchText = foldCase([text.slice(start, end), quote.speaker ? quote.speaker.name : "", title, publisher].join("\n"));
  }
  return quote.searchText;
}

/** Prepare the texts in the background, so that the first search is as quick as the next. */
function prepareSearch(from = 0) {
  const to = Math.min(from + 1000, QUOTES.length);
  for (let index = from; index < to; index += 1) searchTextOf(QUOTES[index]);
  if (to < QUOTES.length) setTimeout(prepareSearch, 0, to);
}
