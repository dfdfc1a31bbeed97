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
      const term = foldCase(phrase ?? word).trim();
      if (term) addTerm(query, term, { or, not: not || Boolean(minusPhrase || minusWord) });
      or = not = false;
    }
  }
  if (or) query.notes.push("OR needs a word on both sides; the last one was left out.");
  return query;
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

/** A test of a folded text. */
function queryTest({ all, none }) {
  const has = (text) => (term) => findTerm(text, term) >= 0;
  return (text) => all.every((group) => group.some(has(text))) && !none.some(has(text));
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

/** All text of a quote that a search looks through. */
function searchTextOf(quote) {
  if (quote.searchText === null) {
    const { text, start, end } = passageOf(quote);
    const { speaker, side, article } = quote;
    // What many quotes share is folded once.
    const who = speaker ? (speaker.searchText ??= foldCase([...namesOf(speaker), speaker.role ?? ""].join("\n"))) : "";
    const where = (article.searchText ??= foldCase([article.title ?? "", article.publisher ?? ""].join("\n")));
    const whose = side ? (side.searchText ??= foldCase(side.name)) : "";
    quote.searchText = [foldCase(text.slice(start, end)), who, whose, where].join("\n");
  }
  return quote.searchText;
}

/** The words of a quote alone, for a search that asks for these. */
function wordTextOf(quote) {
  return (quote.wordText ??= foldCase(wordsOf(quote)));
}

/** Prepare the texts in the background, so that the first search is as quick as the next. */
function prepareSearch(from = 0) {
  const to = Math.min(from + 1000, QUOTES.length);
  for (let index = from; index < to; index += 1) {
    searchTextOf(QUOTES[index]);
    wordTextOf(QUOTES[index]);
  }
  if (to < QUOTES.length) setTimeout(prepareSearch, 0, to);
}

/** Speakers with a name or alias that matches a search, those with most stances first. */
function peopleFound(query) {
  if (!query.all.length) return [];
  const test = queryTest(query);
  const found = SPEAKERS.filter((speaker) => test((speaker.nameText ??= foldCase(namesOf(speaker).join("\n")))));
  return found.map((speaker) => ({ speaker, stances: countDistinct(speaker.quotes.filter(takesStance)) })).sort((a, b) => b.stances - a.stances);
}
