// Selects and orders the quotes that the settings ask for.

/** Tests of one quote, made once for all of them; what `show` asks for is not among them. */
function quoteTests(settings) {
  const tests = [];
  if (settings.speaker) tests.push(speakerTest(foldCase(settings.speaker.trim())));
  if (settings.side) tests.push(valueTest(settings.side, ({ side }) => side?.name));
  if (settings.kind) tests.push(valueTest(settings.kind, ({ speaker }) => speaker?.kind));
  if (settings.type) tests.push((quote) => quote.type === settings.type);
  if (settings.source) tests.push(valueTest(settings.source, ({ article }) => article.publisher));
  if (settings.dated) tests.push(valueTest(settings.dated, ({ day }) => day));
  if (settings.from) tests.push((quote) => quote.day !== undefined && quote.day >= settings.from);
  if (settings.to) tests.push((quote) => quote.day !== undefined && quote.day <= settings.to);
  tests.push(...stanceTests(settings));
  const query = parseQuery(settings.q ?? "");
  const inWords = queryTest(query);
  if (query.all.length || query.none.length) tests.push(settings.in === "words" ? (quote) => inWords(wordTextOf(quote)) : queryTest(query, quoteHas));
  return tests;
}

// As a choice: of a label, any that takes a stance; of anything else, that it is not known.
const TILDE = "~";

/** A test whether something of a quote has a value, or is not known. */
function valueTest(value, valueOf) {
  return value === TILDE ? (quote) => (valueOf(quote) ?? null) === null : (quote) => valueOf(quote) === value;
}

/** A full name or alias selects its speakers alone, a part of a name all that have it. */
function speakerTest(name) {
  const having = (test) => new Set(SPEAKERS.filter((speaker) => namesOf(speaker).some((each) => test(foldCase(each)))));
  const exact = having((each) => each === name);
  const selected = exact.size ? exact : having((each) => each.includes(name));
  return (quote) => selected.has(quote.speaker);
}

function chosenLabels(settings) {
  return TARGETS.map((target) => settings["t." + target.key] || null);
}

/** Tests of the labels chosen for targets, and of their certainty. */
function stanceTests(settings) {
  const choices = chosenLabels(settings);
  const anyChoice = choices.some(Boolean);
  const tests = [];
  if (anyChoice) tests.push((quote) => choices.every((choice, index) => matchesChoice(quote.stances[index], choice)));
  // Certainty counts for the targets with a choice; without any choice, for the stances taken.
  const least = Number(settings.sure) || 0;
  const sure = (stance) => stance.known && stance.sureness >= least;
  if (least && anyChoice) tests.push((quote) => choices.every((choice, index) => !choice || sure(quote.stances[index])));
  if (least && !anyChoice) tests.push((quote) => quote.stances.some((stance) => stance.taken && sure(stance)));
  return tests;
}

/** Whether a label is the one chosen; with a tilde, whether it is known and another; with a tilde alone, whether it takes a stance. */
function matchesChoice({ label, known, taken }, choice) {
  if (!choice) return true;
  if (choice === TILDE) return taken;
  return choice.startsWith("~") ? known && label.name !== choice.slice(1) : label.name === choice;
}

/** Which quotes are shown where no label is chosen: by default those that take a stance. */
function shownTest(settings) {
  if (settings.show === "all" || chosenLabels(settings).some(Boolean)) return () => true;
  if (settings.show === "open") return (quote) => quote.stances.some((stance) => stance.taken || !stance.known);
  return takesStance;
}

/** The quotes to show, in the order asked for; all that match, and the number of those that are folded away. */
function selectQuotes(settings) {
  const tests = quoteTests(settings);
  const matching = sortedQuotes(settings).filter((quote) => tests.every((test) => test(quote)));
  const quotes = matching.filter(shownTest(settings));
  return { quotes, matching, folded: matching.length - quotes.length, undated: countUndated(settings) };
}

/** How many quotes a period leaves out because nobody knows their day. */
function countUndated({ from, to, ...rest }) {
  if (!from && !to) return 0;
  const tests = [...quoteTests(rest), shownTest(rest), ({ day }) => !day];
  return QUOTES.filter((quote) => tests.every((test) => test(quote))).length;
}

const SORTED = new Map();

/** All quotes in the order that settings ask for, sorted once; those without a date come last. */
function sortedQuotes(settings) {
  const order = settings.sort ?? "";
  const chosen = order === "unsure" ? chosenLabels(settings).map(Boolean) : [];
  const key = order + chosen;
  if (!SORTED.has(key)) SORTED.set(key, order === "oldest" ? BY_DAY : [...QUOTES].sort(comparison(order, chosen)));
  return SORTED.get(key);
}

function comparison(order, chosen) {
  if (order !== "unsure") return (a, b) => compareText(b.day ?? "", a.day ?? "");
  const lowest = new Map(QUOTES.map((quote) => [quote, lowestCertainty(quote, chosen)]));
  return (a, b) => lowest.get(a) - lowest.get(b);
}

/** The lowest certainty of the stances that are shown: on the targets chosen, else those that have a sign in the list, else all. */
function lowestCertainty({ stances }, chosen) {
  const shown = [stances.filter((_, index) => chosen[index]), stances.filter(({ about }) => about), stances].find(({ length }) => length);
  return Math.min(...shown.map(({ sureness }) => sureness));
}
