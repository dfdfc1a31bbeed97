// A quote as a text names its source. Quotation marks stand only around words that the speaker said: where the paper tells in
// its own words what somebody said, there are none, or else the speaker would have said what only the paper wrote.

const CLOSING_MARKS = { "“": "”", "„": "”", "«": "»", "‘": "’", '"': '"', "'": "'" };
const SINGLE_OPENING = "‘'";
const REPORTED = { direct: "", indirect: " (reported speech).", mixed: " (partly reported speech)." };

/** A text in marks of its own; those in it become single. */
function inMarks(text) {
  return `“${text.replace(/[“„]/g, "‘").replace(/”/g, "’")}”`;
}

/** Words of direct speech in the marks that they have in the article; those that lack one, or both, get it. */
function withMarks(words) {
  const closing = CLOSING_MARKS[words[0]];
  const count = (pattern) => (words.match(pattern) ?? []).length;
  // An excerpt may end before its mark.
  const isClosed = (SINGLE_OPENING.includes(words[0]) ? /[”“»"’']$/ : /[”“»"]$/).test(words.slice(1).replace(/ ?…$/, ""));
  if (closing) return isClosed ? words : words + closing;
  if (words.endsWith("”") && count(/”/g) > count(/[“„]/g)) return "“" + words;
  if (words.endsWith('"') && count(/"/g) % 2) return '"' + words;
  return inMarks(words);
}

/** What somebody said: direct speech in quotation marks, other speech with the marks of the article alone. */
function citedWords(parts, type) {
  return parts.map((part) => (type === "direct" ? withMarks(part) : part)).join(" … ") + REPORTED[type];
}

/** The headline of an article, or which one it is. */
function citedTitle({ title, opening }) {
  if (title) return inMarks(title);
  return opening ? `an article without a title that begins: ${opening} …` : "an article without a title";
}

function citationOf(quote) {
  const { speaker, side, article } = quote;
  const details = joined([speaker?.role, side && side.name !== speaker?.name ? side.name : null], ", ").join("");
  const who = (speaker?.name ?? "Speaker not known") + (details ? ` (${details})` : "");
  const where = [article.publisher, citedTitle(article), longDay(quote.day), webAddress(article)].filter(Boolean).join(", ");
  const invented = article.invented ? " Invented: from the sample of Parley, nobody said it." : "";
  return `${who}: ${citedWords(wordParts(quote), quote.type)} ${where}. Quote ${quote.id}.${invented}`;
}
