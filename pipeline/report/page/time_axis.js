// The time axis of all pictures: the days that it spans, the place of a day on it, and its lines and texts.

const DAY_NUMBERS = new Map();
const MARGIN = 12;
// Room (in pixels) at an end of the axis for the marks of what lies outside.
const GUTTER = 40;
// A few articles, at most this share or one of four, lie outside where they would make the axis this many times as long.
const OUTSIDE_SHARE = 0.05;
const STRETCHED = 5;
// A shorter time (in days) is not worth a break in the axis.
const SHORT_TIME = 30;

function dayNumber(day) {
  if (!DAY_NUMBERS.has(day)) DAY_NUMBERS.set(day, Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1, Number(day.slice(8, 10))) / 86_400_000);
  return DAY_NUMBERS.get(day);
}

// The days of articles with a quote about a target: an old article without one would only push these together.
const DAYS = ARTICLES.filter(({ day, quotes }) => day && quotes.some(({ stances }) => stances.some(({ about }) => about))).map(({ day }) => dayNumber(day)).sort((a, b) => a - b);
const [FIRST_DAY, LAST_DAY] = axisSpan(DAYS);
const EARLIER = DAYS.length > 0 && DAYS[0] < FIRST_DAY;
const LATER = DAYS.length > 0 && DAYS.at(-1) > LAST_DAY;

/** First and last day of the axis, of sorted days: all of them, or the time of most where a few lie far off. */
function axisSpan(days) {
  const [first, last] = [days[0], days.at(-1)];
  const most = days.length < 4 ? days.length : days.length - Math.max(1, Math.floor(days.length * OUTSIDE_SHARE));
  let [from, to] = [first, last];
  for (let at = 0; at + most <= days.length; at += 1) if (days[at + most - 1] - days[at] < to - from) [from, to] = [days[at], days[at + most - 1]];
  if (!(last - first > STRETCHED * Math.max(to - from, SHORT_TIME))) return [first, last];
  // Those that are left out, but near, are no reason to break the axis.
  const near = Math.max(to - from, SHORT_TIME) / 4;
  const inside = days.filter((day) => day >= from - near && day <= to + near);
  return [inside[0], inside.at(-1)];
}

/** The place of a day; days outside the axis have theirs beyond its ends. */
function dayX(day, width) {
  const number = dayNumber(day);
  if (number < FIRST_DAY) return GUTTER / 2;
  if (number > LAST_DAY) return width - GUTTER / 2;
  const start = MARGIN + (EARLIER ? GUTTER : 0);
  const end = width - MARGIN - (LATER ? GUTTER : 0);
  return start + ((number - FIRST_DAY) / Math.max(1, LAST_DAY - FIRST_DAY)) * (end - start);
}

/** Which of some quotes have their marks beyond the ends of the axis; empty where none has. */
function outsideText(quotes) {
  const numbers = quotes.filter(({ day }) => day).map(({ day }) => dayNumber(day));
  const entry = (number, words) => (number ? `${plural(number, "quote")} ${words}` : null);
  const parts = [entry(numbers.filter((each) => each < FIRST_DAY).length, `from long before, at the left edge`), entry(numbers.filter((each) => each > LAST_DAY).length, "from long after, at the right edge")].filter(Boolean);
  return parts.length ? `Not to scale: ${parts.join("; ")}.` : "";
}

/** Where the axis has a line: each January, or each month of a short time. */
function tickDays() {
  if (!DAYS.length) return [];
  const [first, last] = [FIRST_DAY, LAST_DAY].map((day) => new Date(day * 86_400_000));
  const months = [];
  for (let month = first.getUTCFullYear() * 12 + first.getUTCMonth(); month <= last.getUTCFullYear() * 12 + last.getUTCMonth(); month += 1) months.push(month);
  const step = [1, 2, 3, 6, 12, 24, 60].find((size) => months.length / size <= 7) ?? 120;
  return months.filter((month) => month % step === 0).map((month) => `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, "0")}-01`).filter((day) => dayNumber(day) >= FIRST_DAY);
}

const TICK_DAYS = tickDays();

function tickLines(width, height) {
  const ends = [EARLIER ? GUTTER : null, LATER ? width - GUTTER : null].filter((x) => x !== null);
  const line = (x, name) => svgElement("line", { class: name, x1: x, x2: x, y1: 0, y2: height });
  return [TICK_DAYS.map((day) => line(dayX(day, width), "tick")), ends.map((x) => line(x, "break"))];
}

/** A year, or a month; the first text of an axis has the year in any case. */
function tickText(day, index) {
  const [year, month] = day.split("-");
  if (month === "01") return year;
  return MONTH_NAMES[Number(month) - 1].slice(0, 3) + (index ? "" : " " + year);
}

/** The first and the last day of the axis as texts at its ends. */
function endTexts(width) {
  const text = (number, anchor) => svgElement("text", { x: dayX(isoDay(number), width), y: 12, "text-anchor": anchor }, shortDay(isoDay(number)));
  return FIRST_DAY === LAST_DAY ? [text(FIRST_DAY, "start")] : [text(FIRST_DAY, "start"), text(LAST_DAY, "end")];
}

function isoDay(number) {
  return new Date(number * 86_400_000).toISOString().slice(0, 10);
}

function axisNode(width) {
  const end = width - 24 - (LATER ? GUTTER : 0);
  const texts = TICK_DAYS.filter((day) => dayX(day, width) < end).map((day, index) => svgElement("text", { x: dayX(day, width) + 3, y: 12 }, tickText(day, index)));
  // A short time has no two lines with a text: its ends say when it was.
  if (texts.length < 2 && DAYS.length) texts.splice(0, 1, ...endTexts(width));
  if (EARLIER) texts.push(svgElement("text", { x: 0, y: 12 }, "earlier"));
  if (LATER) texts.push(svgElement("text", { x: width - GUTTER + 3, y: 12 }, "later"));
  return svgElement("svg", { class: "axis", width, height: 18, viewBox: `0 0 ${width} 18`, "aria-hidden": "true" }, tickLines(width, 18), texts);
}
