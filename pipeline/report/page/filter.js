// Selects and orders the quotes that the settings ask for.

/** A test of one quote, made once for all of them. */
function quoteTest(settings) {
  const tests = [];
  const terms = searchTerms(settings.q ?? "");
  if (settings.speaker) tests.push(speakerTest(foldCase(settings.speaker.trim())));
  if (settings.kind) tests.push((quote) => quote.speaker !== null && quote.speaker.kind === settings.kind);
  if (settings.type) tests.push((quote) => quote.type === settings.type);
  if (settings.source) tests.push((quote) => quote.article.publisher === settings.source);
  if (settings.from) tests.push((quote) => quote.article.day !== undefined && quote.article.day >= settings.from);
  if (settings.to) tests.push((quote) => quote.article.day !== undefined && quote.article.day <= settings.to);
  tests.push(...stanceTests(settings));
  if (terms.length) tests.push((quote) => terms.every((term) => searchTextOf(quote).includes(term)));
  return (quote) => tests.every((test) => test(quote));
}

/** Words of a search, and phrases in quotation marks. */
function searchTerms(query) {
  const matches = query.matchAll(/["“”„]([^"“”„]+)["“”„]|([^\s"“”„]+)/g);
  return Array.from(matches, (match) => foldCase(match[1] ?? match[2]).trim()).filter(Boolean);
}

/** A full name selects its speaker alone, a part of a name all that have it. */
function speakerTest(name) {
  const exact = new Set(SPEAKERS.filter((speaker) => foldCase(speaker.name) === name));
  const selected = exact.size ? exact : new Set(SPEAKERS.filter((speaker) => foldCase(speaker.name).includes(name)));
  return (quote) => selected.has(quote.speaker);
}

/** Tests of the labels chosen for targets, and of their certainty. */
function stanceTests(settings) {
  const choices = TARGETS.map((target) => settings["t." + target.key] || null);
  const anyChoice = choices.some(Boolean);
  const tests = [];
  if (anyChoice) tests.push((quote) => choices.every((choice, index) => matchesChoice(quote.stances[index], choice)));
  // Certainty counts for the targets with a choice; without any choice, for all.
  const counts = (index) => !anyChoice || choices[index];
  const every = (test) => (quote) => quote.stances.every((stance, index) => !counts(index) || test(stance));
  if (settings.sure === "kept") tests.push(every((stance) => stance.known));
  else if (Number(settings.sure)) tests.push(every((stance) => stance.known && stance.certainty >= Number(settings.sure)));
  return tests;
}

/** Whether a label is the one chosen; with a tilde, whether it is known and another. */
function matchesChoice({ label, known }, choice) {
  if (!choice) return true;
  return choice.startsWith("~") ? known && label.name !== choice.slice(1) : label.name === choice;
}

/** The quotes that match, in the order asked for; those without a date come last. */
function selectQuotes(settings) {
  return sortedQuotes(settings.sort ?? "").filter(quoteTest(settings));
}

const SORTED = new Map();

/** All quotes in an order, sorted once. */
function sortedQuotes(order) {
  if (!SORTED.has(order)) SORTED.set(order, [...QUOTES].sort(comparison(order)));
  return SORTED.get(order);
}

function comparison(order) {
  const day = (quote, none) => quote.article.day ?? none;
  const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
  if (order === "unsure") return (a, b) => lowestCertainty(a) - lowestCertainty(b);
  if (order === "oldest") return (a, b) => compare(day(a, "9999"), day(b, "9999"));
  return (a, b) => compare(day(b, ""), day(a, ""));
}

function lowestCertainty(quote) {
  return Math.min(...quote.stances.map((stance) => stance.certainty));
}

/** Number of quotes, copies of one quote counted once. */
function countDistinct(quotes) {
  return new Set(quotes.map((quote) => quote.group)).size;
}
