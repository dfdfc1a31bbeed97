// A quote as a text names its source. Quotation marks stand only around words that the speaker said: where the paper tells in
// its own words what somebody said, there are none, or else the speaker would have said what only the paper wrote.

// By the mark that opens, those that close it, the usual one first.
const CLOSING_MARKS = { "“": "”", "„": "”“", "«": "»", "»": "«»", "‘": "’", '"': '"', "'": "'" };
const OPENING_MARKS = { "”": "“", "»": "«", '"': '"' };
// Words that begin with an apostrophe, which is no mark.
const ELIDED = /^['‘](tis|twas|em|cause|til|till|bout|round|n|\d+s?)(?![\p{L}\p{N}])/iu;
const REPORTED = { direct: "", indirect: " (reported speech).", mixed: " (partly reported speech)." };

/** A text in marks of its own; those in it become single. */
function inMarks(text) {
  return `“${text.replace(/[“„]/g, "‘").replace(/”/g, "’")}”`;
}

/** Whether a mark that can open or close (`"`) opens at a place: it stands before a word, and after none. */
function opensAt(text, at) {
  return !/[\p{L}\p{N}.,;:!?…]/u.test(text[at - 1] ?? "") && /\S/.test(text[at + 1] ?? "");
}

/** Whether a mark stands inside a word. */
function isApostrophe(text, at) {
  return /['’]/.test(text[at]) && /\p{L}/u.test(text[at - 1] ?? "") && /\p{L}/u.test(text[at + 1] ?? "");
}

/** Between two places, whether each mark of the pair that begins with `opening` opens (true) or closes. */
function marksWithin(text, opening, start, end) {
  const closing = CLOSING_MARKS[opening];
  const places = Array.from({ length: Math.max(0, end - start) }, (_, index) => start + index);
  const marks = places.filter((at) => (text[at] === opening || closing.includes(text[at])) && !isApostrophe(text, at));
  return marks.map((at) => text[at] === opening && (!closing.includes(opening) || opensAt(text, at)));
}

/** Whether the mark before these ones is still open after the last of them. */
function staysOpen(marks) {
  let open = 1;
  return marks.every((opens) => (open += opens ? 1 : -1) > 0);
}

/** Whether the first and the last mark of a text are a pair: none closes the first before another one opens. */
function isEnclosed(text) {
  const last = text.length - 1;
  if (last < 1 || !CLOSING_MARKS[text[0]]?.includes(text[last])) return false;
  const marks = marksWithin(text, text[0], 1, last);
  return staysOpen(marks.slice(0, marks.lastIndexOf(true) + 1));
}

/** Whether more marks of the pair that begins with `opening` close than open. */
function lacksOpening(text, opening) {
  const marks = marksWithin(text, opening, 0, text.length);
  return marks.filter((opens) => !opens).length > marks.filter((opens) => opens).length;
}

/** Words of direct speech in the marks that they have in the article. A first or last mark without a partner gets it; else both are new. */
function withMarks(words) {
  // An excerpt may end after its mark; so may a sentence.
  const text = words.replace(/[\s.,;:!?…]+$/, "");
  const [closing, opening] = [CLOSING_MARKS[text[0]]?.[0], OPENING_MARKS[text.at(-1)]];
  const lacksLast = closing && !ELIDED.test(text) && staysOpen(marksWithin(text, text[0], 1, text.length));
  const lacksFirst = opening && lacksOpening(text, opening);
  // Two that lack each other are of different kinds, as papers have them too.
  if (isEnclosed(text) || (lacksFirst && lacksLast)) return words;
  if (lacksLast) return words + closing;
  return lacksFirst ? opening + words : inMarks(words);
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
