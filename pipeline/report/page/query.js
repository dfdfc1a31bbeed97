// Reads a search: words, "phrases", OR between two of them, a minus or NOT before what must not occur.

const SEARCHED = "the sentence, the speaker with aliases and role, the side, the headline and the outlet";
const SEARCHED_WORDS = "the words of the quotes alone";

/** Groups of alternatives that must all occur, words that must not, and notes on what was not understood. */
function parseQuery(text) {
  const query = { all: [], none: [], notes: [] };
  if (/[()*?~]/.test(text)) query.notes.push("Brackets and * ? ~ have no meaning here and were left out.");
  const pattern = /(-?)["“”„]([^"“”„]+)["“”„]|(-?)([^\s"“”„]+)/g;
  let or = false;
  let not = false;
  for (const [, minusPhrase, phrase, minusWord, word] of text.replace(/[()*?~]/g, " ").matchAll(pattern)) {
    if (word === "OR" && !minusWord) or = true;
    else if (word === "NOT" && !minusWord) not = true;
    else if (word !== "AND") {
      const unwanted = not || Boolean(minusPhrase || minusWord);
      const term = phrase || unwanted ? foldCase(phrase ?? word).trim() : withoutPlural(foldCase(word));
      if (term) addTerm(query, term, { or, not: unwanted });
      or = not = false;
    }
  }
  if (or) query.notes.push("OR needs a word on both sides; the last one was left out.");
  return query;
}

/** A word of five letters or more without a final s: as the beginning of words it finds the singular too. */
function withoutPlural(word) {
  return word.replace(/^(\p{L}{3,}[^s\P{L}])s$/u, "$1");
}

function addTerm(query, term, { or, not }) {
  if (not) query.none.push(term);
  else if (or && query.all.length) query.all.at(-1).push(term);
  else query.all.push([term]);
}

const LETTER = /[\p{L}\p{N}]/u;

/** Where a term stands in a text at the beginning of a word, from an offset; -1 where it does not. */
function findTerm(text, term, from = 0) {
  for (let at = text.indexOf(term, from); at >= 0; at = text.indexOf(term, at + 1)) {
    if (at === 0 || !LETTER.test(text[at - 1]) || !LETTER.test(term[0])) return at;
  }
  return -1;
}

/** A test of whatever `has` makes the test of a term for: of folded texts by default. */
function queryTest({ all, none }, has = textHas) {
  const groups = all.map((group) => group.map(has));
  const unwanted = none.map(has);
  return (item) => groups.every((tests) => tests.some((test) => test(item))) && !unwanted.some((test) => test(item));
}

function textHas(term) {
  return (text) => findTerm(text, term) >= 0;
}

/** A test whether a term stands in a quote; what many quotes share is looked through once, before. */
function quoteHas(term) {
  const having = new Set([SPEAKERS, SIDES, ARTICLES].flatMap((all) => all.filter((shared) => findTerm(sharedTextOf(shared), term) >= 0)));
  return (quote) => (having.size && (having.has(quote.speaker) || having.has(quote.side) || having.has(quote.article))) || findTerm(passageTextOf(quote), term) >= 0;
}

/** The search in words. */
function describeQuery({ all, none, notes }, searched) {
  const shown = (term) => `“${term}”`;
  const parts = all.map((group) => group.map(shown).join(" or ")).join(", and ");
  const without = none.length ? `${parts ? ", " : ""}without ${none.map(shown).join(" and ")}` : "";
  return [`Searched ${searched} for ${parts}${without} (words, or their beginnings).`, ...notes].join(" ").replace("for without", "for quotes without");
}

// Latin letters with accents, and all other scripts; a text without them need not be normalised.
const ACCENTED = /[\u00c0-\u1fff\u2c00-\uffff]/;

/** A text as a search compares it: lower case, without accents. */
function foldCase(text) {
  if (!ACCENTED.test(text)) return text.toLowerCase();
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/** All names of a speaker. */
function namesOf(speaker) {
  return [speaker.name, ...speaker.aliases];
}

/** The folded text of a speaker, side or article that a search of its quotes looks through. */
function sharedTextOf(shared) {
  const { name, aliases = [], role, title, publisher } = shared;
  return (shared.searchText ??= foldCase([name, ...aliases, role, title, publisher].filter(Boolean).join("\n")));
}

/** The text that shows a quote, folded once for all quotes in it; null where that moves the places in it. */
function foldedTextOf(quote, { text } = passageOf(quote)) {
  const owner = hasOwnText(quote) ? quote : quote.article;
  owner.folded ??= foldCase(text);
  return owner.folded.length === text.length ? owner.folded : null;
}

/** The folded sentences of a quote. */
function passageTextOf(quote) {
  return (quote.passageText ??= foldPassage(quote, passageOf(quote)));
}

function foldPassage(quote, passage) {
  const folded = foldedTextOf(quote, passage);
  return folded === null ? foldCase(passage.text.slice(passage.start, passage.end)) : folded.slice(passage.start, passage.end);
}

/** The folded words of a quote alone, for a search that asks for these. */
function wordTextOf(quote) {
  return (quote.wordText ??= foldWords(quote, foldedTextOf(quote)));
}

function foldWords(quote, folded) {
  return folded === null ? foldCase(wordsOf(quote)) : wordsOf(quote, folded);
}

// How long (in milliseconds) the preparation of the search may keep the page from anything else.
const PREPARING = 10;

/** Fold the texts in the background, so that the first search is as quick as the next; it does itself what is left. */
function prepareSearch(from = 0) {
  const end = performance.now() + PREPARING;
  let index = from;
  for (; index < QUOTES.length && performance.now() < end; index += 1) {
    passageTextOf(QUOTES[index]);
    wordTextOf(QUOTES[index]);
  }
  if (index < QUOTES.length) setTimeout(prepareSearch, 0, index);
}

// Other speakers are described, not named: a phrase that has the words of a search is nobody that it asks for.
const NAMED_KINDS = ["person", "organisation", "country"];

/** Named speakers with a name or alias that matches a search, those with most stances first. */
function peopleFound(query) {
  if (!query.all.length) return [];
  const test = queryTest(query);
  const found = SPEAKERS.filter((speaker) => NAMED_KINDS.includes(speaker.kind) && test((speaker.nameText ??= foldCase(namesOf(speaker).join("\n")))));
  return found.map((speaker) => ({ speaker, stances: countDistinct(speaker.quotes.filter(takesStance)) })).sort((a, b) => b.stances - a.stances);
}

/** Where no name has all words of a search: the speakers whose names have most of them. */
function peopleNear({ all }) {
  const found = new Map();
  for (const group of all) {
    for (const person of peopleFound({ all: [group], none: [] })) found.set(person.speaker, { ...person, words: (found.get(person.speaker)?.words ?? 0) + 1 });
  }
  const most = Math.max(...Array.from(found.values(), ({ words }) => words));
  return [...found.values()].filter(({ words }) => words === most).sort((a, b) => b.stances - a.stances);
}
