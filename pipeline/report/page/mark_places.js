// Where the marks of a lane are. A finger needs more room than a pointer: marks stand further apart then, none beside another.

const RADIUS = 5;
const STEP = 8;
// A lane has cells of this width (in pixels): more than three marks of one stance in a cell become one with their number, which fills it.
const CELL = 18;
// In a lane with more stances than this all marks of a stance in a cell of this width become one, whose area says how many.
const FULL_LANE = 150;
const FULL_CELL = 9;
// Marks of one stance overlap at most so far that their middles are this far apart.
const APART = 0.9 * RADIUS;
const MOST_BESIDE = 3;
// Width and height (in pixels) of what a finger hits; marks nearer than this become one with their number.
const FINGER = 24;
const TOUCHED = matchMedia("(max-width: 48rem), (pointer: coarse)");

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
  const full = quotes.length > FULL_LANE;
  const cell = touched ? FINGER : full ? FULL_CELL : CELL;
  const bins = new Map();
  for (const quote of quotes) {
    if (!quote.day) continue;
    const { label } = quote.stances[target.index];
    const number = Math.floor(dayX(quote.day, width) / cell);
    const key = number + " " + label.index;
    if (!bins.has(key)) bins.set(key, { number, label, quotes: [] });
    bins.get(key).quotes.push(quote);
  }
  const most = Math.max(...Array.from(bins.values(), (bin) => bin.quotes.length));
  const marks = [...bins.values()].flatMap(({ number, label, quotes: beside }) => {
    const middle = Math.min((number + 0.5) * cell, width - cell / 2);
    if (full) return [{ x: middle, label, quotes: beside, radius: Math.max(1.5, (cell / 2 + 0.5) * Math.sqrt(beside.length / most)) }];
    if (touched || beside.length > MOST_BESIDE) return [{ x: middle, label, quotes: beside, radius: beside.length > 1 ? RADIUS + (touched ? 5 : 3) : RADIUS }];
    return besideMarks(beside, label, width);
  });
  return marks.sort((a, b) => compareText(a.quotes[0].day, b.quotes[0].day));
}

/** A mark for each quote of a cell, on its day as far as the one before leaves room. */
function besideMarks(quotes, label, width) {
  let last = -Infinity;
  return quotes.map((quote) => {
    last = Math.max(dayX(quote.day, width), last + APART);
    return { x: last, label, quotes: [quote], radius: RADIUS };
  });
}
