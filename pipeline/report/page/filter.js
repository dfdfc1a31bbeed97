// Which quotes the settings ask for.

/** A test of one quote, made once for all of them. */
function matcher(settings) {
  const tests = [];
  const needles = termsOf(settings.q ?? "");
  if (settings.speaker) tests.push(bySpeaker(fold(settings.speaker.trim())));
  if (settings.kind) tests.push((quote) => quote.speaker !== null && quote.speaker.kind === settings.kind);
  if (settings.type) tests.push((quote) => quote.type === settings.type);
  if (settings.source) tests.push((quote) => quote.article.source === settings.source);
  if (settings.from) tests.push((quote) => quote.article.day !== undefined && quote.article.day >= settings.from);
  if (settings.to) tests.push((quote) => quote.article.day !== undefined && quote.article.day <= settings.to);
  tests.push(...byStance(settings));
  if (needles.length) tests.push((quote) => needles.every((needle) => searchable(quote).includes(needle)));
  return (quote) => tests.every((test) => test(quote));
}

/** Words of a search, and phrases in quotation marks. */
function termsOf(query) {
  return Array.from(query.matchAll(/["“”„]([^"“”„]+)["“”„]|([^\s"“”„]+)/g), (found) => fold(found[1] ?? found[2]).trim()).filter(Boolean);
}

/** A full name finds its speaker alone, a part of a name all that have it. */
function bySpeaker(name) {
  const exact = new Set(SPEAKERS.filter((speaker) => fold(speaker.name) === name));
  const found = exact.size ? exact : new Set(SPEAKERS.filter((speaker) => fold(speaker.name).includes(name)));
  return (quote) => found.has(quote.speaker);
}

/** Labels wanted of targets, and how certain these are to be. */
function byStance(settings) {
  const wanted = TARGETS.map((target) => settings["t." + target.key] || null);
  const tests = [];
  if (wanted.some(Boolean)) tests.push((quote) => wanted.every((label, at) => isWanted(quote.stances[at].label, label)));
  const counted = (at) => !wanted.some(Boolean) || wanted[at];
  const every = (holds) => (quote) => quote.stances.every((stance, at) => !counted(at) || holds(stance));
  if (settings.sure === "kept") tests.push(every((stance) => !stance.abstained));
  else if (Number(settings.sure)) tests.push(every((stance) => stance.sure >= Number(settings.sure)));
  return tests;
}

/** A label as chosen: any, this one, or with a tilde all but this one. */
function isWanted(label, choice) {
  if (!choice) return true;
  return choice.startsWith("~") ? label !== choice.slice(1) : label === choice;
}

/** The quotes that match, in the order asked for; those without a date come last. */
function select(settings) {
  return ordered(settings.sort ?? "").filter(matcher(settings));
}

const ORDERS = new Map();

/** All quotes in an order, sorted once. */
function ordered(sort) {
  if (!ORDERS.has(sort)) ORDERS.set(sort, [...QUOTES].sort(orderOf(sort)));
  return ORDERS.get(sort);
}

function orderOf(sort) {
  const day = (quote, none) => quote.article.day ?? none;
  const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
  if (sort === "unsure") return (a, b) => leastSure(a) - leastSure(b);
  if (sort === "oldest") return (a, b) => compare(day(a, "9999"), day(b, "9999"));
  return (a, b) => compare(day(b, ""), day(a, ""));
}

function leastSure(quote) {
  return Math.min(...quote.stances.map((stance) => stance.sure));
}

/** Number of quotes, copies of one quote counted once. */
function distinct(quotes) {
  return new Set(quotes.map((quote) => quote.group)).size;
}
