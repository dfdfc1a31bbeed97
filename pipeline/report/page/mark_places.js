// Where the marks of a lane are. A finger needs more room than a pointer: marks stand further apart then, none beside another.

const RADIUS = 5;
const STEP = 8;
const MARGIN = 12;
// Marks of one stance this near to each other (in pixels) stand side by side; more than three become one with their number.
const NEAR = 9;
// In a lane with more stances than this all marks of a stance near to each other become one, whose area says how many.
const FULL_LANE = 150;
const MOST_BESIDE = 3;
// Width and height (in pixels) of what a finger hits; marks nearer than this become one with their number.
const FINGER = 24;
const TOUCHED = matchMedia("(max-width: 48rem), (pointer: coarse)");

function dayX(day, width) {
  return MARGIN + ((dayNumber(day) - FIRST_DAY) / Math.max(1, LAST_DAY - FIRST_DAY)) * (width - 2 * MARGIN);
}

function stanceY(label, touched) {
  const row = STANCES.indexOf(label);
  return touched ? (row + 0.5) * FINGER : 4 + RADIUS + row * STEP;
}

function laneHeight(touched) {
  const rows = Math.max(2, STANCES.length);
  return touched ? rows * FINGER : 2 * RADIUS + STEP * (rows - 1) + 8;
}

/** Marks of a lane in the order of days: each has its place and the quotes that it stands for. */
function placeMarks(quotes, target, width, touched) {
  const near = touched ? FINGER : NEAR;
  const bins = new Map();
  for (const quote of quotes) {
    if (!quote.day) continue;
    const { label } = quote.stances[target.index];
    const x = dayX(quote.day, width);
    const key = Math.floor(x / near) + " " + label.index;
    if (!bins.has(key)) bins.set(key, { x, label, quotes: [] });
    bins.get(key).quotes.push(quote);
  }
  const full = quotes.length > FULL_LANE;
  const most = Math.max(...Array.from(bins.values(), (bin) => bin.quotes.length));
  const marks = [...bins.values()].flatMap(({ x, label, quotes: beside }) => {
    const middle = Math.min((Math.floor(x / near) + 0.5) * near, width - near / 2);
    if (full) return [{ x: middle, label, quotes: beside, radius: Math.max(1.5, (near / 2 + 0.5) * Math.sqrt(beside.length / most)) }];
    if (touched || beside.length > MOST_BESIDE) return [{ x: touched ? middle : x, label, quotes: beside, radius: beside.length > 1 ? RADIUS + (touched ? 5 : 3) : RADIUS }];
    return beside.map((quote, index) => ({ x: x + index * 0.9 * RADIUS, label, quotes: [quote], radius: RADIUS }));
  });
  return marks.sort((a, b) => compareText(a.quotes[0].day, b.quotes[0].day));
}
