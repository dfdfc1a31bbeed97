// Reads the data of the page: rows without names become objects that know their article, speaker and side.

const DATA = JSON.parse(byId("data").textContent);
// Labels with a role have it by these names; null where no label has the role.
const ROLES = DATA.roles;
const TARGETS = DATA.targets.map((target, index) => ({ ...target, index, title: capitalised(spaced(target.key)) }));
// Beside its colour each label has a shape: the outlines in `marks.js` are those of these characters.
const GLYPHS = ["▲", "▼", "◆", "●", "○", "■"];
// Any number of labels: each gets the next colour of `marks.css`, and the next shape; the one where the model abstains has its own.
const LABELS = DATA.labels.map((name, index) => {
  if (name === DATA.unknown) return { name, index, text: spaced(name), shape: null, glyph: "?", colour: "label-unknown", meaning: "the program is not sure enough of any label: it abstains" };
  const shape = index % GLYPHS.length;
  return { name, index, text: spaced(name), shape, glyph: GLYPHS[shape], colour: "label-colour-" + shape, meaning: ownValue(DATA.meanings, name) };
});
// Labels that take a stance, from yes to no, so that a change of mind is a step down or up; labels without a role follow.
const FROM_YES_TO_NO = [ROLES.favor, ROLES.conditional, ROLES.neutral, ROLES.against].flatMap((name) => LABELS.filter((label) => label.name === name));
const OTHER_STANCES = LABELS.filter((label) => label.name !== ROLES.unrelated && label.name !== DATA.unknown && !FROM_YES_TO_NO.includes(label));
const STANCES = [...FROM_YES_TO_NO, ...OTHER_STANCES];

// Texts, and where quotes are in them: most of the page, and read when the first of them is shown.
let passagesRead = null;
function passages() {
  return (passagesRead ??= JSON.parse(byId("passages").textContent));
}

const ARTICLES = DATA.articles.map((article, index) => ({ ...article, index, quotes: [] }));
// A side is a party to the conflict where the data says so; other bodies, such as an institute, are no lanes among the parties.
const SIDES = DATA.sides.map((name) => ({ holder: "side", by: DATA.parties.includes(name) ? "side" : "body", id: name, name, quotes: [], changes: [] }));
const SPEAKERS = DATA.speakers.map((speaker) => ({ aliases: [], ...speaker, holder: "speaker", by: "speaker", quotes: [], changes: [] }));

class Quote {
  constructor([offset, articleIndex, type, speakerIndex, group, stances, sideIndex], index) {
    const article = ARTICLES[articleIndex];
    this.index = index;
    this.id = article.id + "-" + offset;
    this.article = article;
    this.day = article.day;
    this.type = DATA.types[type];
    this.speaker = speakerIndex < 0 ? null : SPEAKERS[speakerIndex];
    this.rightOfTen = DATA.unsureSpeakers[index];
    this.correctedBy = DATA.correctedSpeakers[index];
    this.versions = DATA.versions[index];
    this.side = sideIndex < 0 ? null : SIDES[sideIndex];
    this.group = group;
    this.stances = TARGETS.map((_, target) => toStance(stances.slice(3 * target, 3 * target + 3), DATA.correctedStances[index]?.[target] ?? null));
    this.readSpans = this.passageText = this.wordText = this.taking = null;
  }

  get place() {
    return passages().places[this.index];
  }

  get spans() {
    return (this.readSpans ??= toSpans(this.place));
  }
}

// Quotes with the same label and percentage share their stance.
const SHARED_STANCES = new Map();
const QUOTES = DATA.quotes.map((row, index) => new Quote(row, index));
for (const quote of QUOTES) quote.article.quotes.push(quote);
// Oldest first, those without a day last; so are the quotes of each speaker and side. The quotes of an article have its day.
const BY_DAY = inDayOrder(ARTICLES).flatMap((article) => article.quotes);
for (const quote of BY_DAY) {
  quote.speaker?.quotes.push(quote);
  quote.side?.quotes.push(quote);
}
const CHANGES = DATA.changes.map(toChange);
const ARTICLE_BY_ID = new Map(ARTICLES.map((article) => [article.id, article]));
const QUOTE_BY_ID = new Map(QUOTES.map((quote) => [quote.id, quote]));
const HOLDERS = { side: new Map(SIDES.map((side) => [side.id, side])), speaker: new Map(SPEAKERS.map((speaker) => [speaker.id, speaker])) };
const GROUP_SIZES = QUOTES.reduce((sizes, { group }) => sizes.set(group, (sizes.get(group) ?? 0) + 1), new Map());

/** What an object has under a name of the data or of an address, without what every object inherits (`constructor`). */
function ownValue(object, name) {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** The text of an article, null where it is not on the page. */
function textOf(article) {
  return passages().texts[article.index];
}

/** Spans of a quote by name, as `_place` of `page_data.py` has them: in the article's text, or in a text of their own. */
function toSpans([, parts, cue, source, evidence, around]) {
  if (!parts) return {};
  const found = (evidence || []).map((numbers) => toPairs(numbers || []));
  return { parts: toPairs(parts), cue: cue || undefined, source: source || undefined, evidence: found, around: around || undefined };
}

function toPairs(numbers) {
  return Array.from({ length: numbers.length / 2 }, (_, index) => numbers.slice(2 * index, 2 * index + 2));
}

/** The label, `unknown` where the model abstains; the label that it finds most probable, and how probable in percent; who corrected the label. */
function toStance([label, predicted, certainty], correctedBy) {
  if (correctedBy) return newStance(label, predicted, certainty, correctedBy);
  const key = (label * LABELS.length + predicted) * 101 + certainty;
  if (!SHARED_STANCES.has(key)) SHARED_STANCES.set(key, newStance(label, predicted, certainty, null));
  return SHARED_STANCES.get(key);
}

function newStance(label, predicted, certainty, correctedBy) {
  const known = DATA.labels[label] !== DATA.unknown;
  // A neutral quote is about the target, but takes no stance: it has a mark, and is in no count of stances.
  const about = known && DATA.labels[label] !== ROLES.unrelated;
  // A person's label is as certain as can be; `beside` is what stands beside the label.
  const beside = correctedBy ? " (corrected)" : known ? ` ${certainty} %` : "";
  return { label: LABELS[label], predicted: LABELS[predicted], certainty, correctedBy, sureness: correctedBy ? 100 : certainty, beside, known, about, taken: about && DATA.labels[label] !== ROLES.neutral };
}

// Order, as `add_change` of `page_data.py` has it: whether the holder is a side (1) or a speaker (0); positions of the
// holder, the target, the earlier and the later quote; the probability that both are right, in percent.
function toChange([ofSide, holderIndex, target, before, after, probability]) {
  const holder = (ofSide ? SIDES : SPEAKERS)[holderIndex];
  const change = { holder, target: TARGETS[target], before: QUOTES[before], after: QUOTES[after], probability };
  holder.changes.push(change);
  return change;
}

/** Whether a quote takes a stance on any target. */
function takesStance(quote) {
  return (quote.taking ??= quote.stances.some((stance) => stance.taken));
}

/** Whether the text that shows a quote is its own: the article's is not on the page. */
function hasOwnText({ place }) {
  return typeof place[0] === "string";
}

/** The text that shows a quote: its sentences, or the excerpt where no more may be shown. A search asks this of all quotes: it reads no other span. */
function passageOf(quote) {
  const [sentences] = quote.place;
  if (hasOwnText(quote)) return { text: sentences, start: 0, end: sentences.length };
  const [start, end] = sentences;
  return { text: textOf(quote.article), start, end };
}

/** The words of a quote alone, in the text that shows it or another with the same places. */
function wordsOf(quote, text = passageOf(quote).text) {
  const [, parts] = quote.place;
  if (!parts) return text;
  return parts.length === 2 ? text.slice(parts[0], parts[1]) : wordParts(quote, text).join(" … ");
}

/** The words of each part of a quote. */
function wordParts(quote, text = passageOf(quote).text) {
  const [, parts] = quote.place;
  return parts ? toPairs(parts).map(([start, end]) => text.slice(start, end)) : [text];
}

/** Number of quotes, copies of one quote counted once. */
function countDistinct(quotes) {
  return new Set(quotes.map((quote) => quote.group)).size;
}

/** Of quotes in the order of their days, the earliest of each group of copies. */
function withoutCopies(quotes) {
  const seen = new Set();
  return quotes.filter(({ group }) => !seen.has(group) && seen.add(group));
}

/** Quotes with a day, and those without one: nobody knows where in time these belong. */
function splitByDay(quotes) {
  return [quotes.filter(({ day }) => day), quotes.filter(({ day }) => !day)];
}

/** The same quotes or articles, oldest first. */
function inDayOrder(items) {
  return [...items].sort((a, b) => compareText(a.day ?? "9999", b.day ?? "9999"));
}

function compareText(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Of quotes in the order of their days, those about a target, which have marks: with a stance, or neutral; copies once. */
function quotesOn(quotes, target) {
  return withoutCopies(quotes.filter((quote) => quote.stances[target.index].about));
}

/** Of quotes, those that take a stance on a target. */
function takingOn(quotes, target) {
  return quotes.filter((quote) => quote.stances[target.index].taken);
}

/** The state or body that a quote's lane is of, by what lanes are: a side, another body, or a speaker. */
function holderBy(quote, by) {
  const holder = by === "speaker" ? quote.speaker : quote.side;
  return holder?.by === by ? holder : null;
}

/** Whether it is as good as certain who said a quote (0.9 or more). */
function hasSureSpeaker({ speaker, rightOfTen }) {
  return speaker !== null && rightOfTen === undefined;
}
