// What marks of a lane do: show their quote, open it, and lead to the next by the arrows.

// A click this near to a mark (in pixels) is meant for it.
const REACH = 18;

function tipOfMark(mark) {
  const [target, id] = mark.dataset.tip.split(" ");
  return id ? tipOfQuote(QUOTE_BY_ID.get(id), TARGETS[target]) : [element("p", {}, `${mark.getAttribute("aria-label")}: click for the list`)];
}

function attachLane(chart) {
  attachLaneKeys(chart);
  attachLaneClicks(chart);
  attachTips(chart, tipOfMark);
}

const ARROWS = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: "down", ArrowUp: "up", Home: "first", End: "last" };

/** One mark of a chart can be reached with Tab, the others from it with the arrows. */
function attachLaneKeys(chart) {
  chart.querySelector(".mark")?.setAttribute("tabindex", "0");
  chart.addEventListener("keydown", (event) => {
    const move = ARROWS[event.key];
    const mark = event.target.closest(".mark");
    if (!move || !mark) return;
    event.preventDefault();
    const next = nextMark(mark, move);
    if (!next) return;
    mark.setAttribute("tabindex", "-1");
    next.setAttribute("tabindex", "0");
    next.focus();
  });
}

/** A click on a mark, or near it, opens it; its card then steps through the quotes of its lane. */
function attachLaneClicks(chart) {
  chart.addEventListener("click", (event) => {
    const strip = event.target.closest("svg.strip");
    if (!strip) return;
    const mark = event.target.closest(".mark");
    if (mark) read(STRIP_QUOTES.get(strip));
    else nearestMark(strip, event)?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
  });
}

function nearestMark(strip, { clientX, clientY }) {
  const distance = (mark) => {
    const box = mark.getBoundingClientRect();
    return Math.hypot(box.x + box.width / 2 - clientX, box.y + box.height / 2 - clientY);
  };
  const near = [...strip.querySelectorAll(".mark")].map((mark) => ({ mark, far: distance(mark) })).filter(({ far }) => far <= REACH);
  return near.sort((a, b) => a.far - b.far)[0]?.mark;
}

function nextMark(mark, move) {
  const strip = mark.closest("svg");
  const marks = [...strip.querySelectorAll(".mark")];
  if (move === "first" || move === "last") return marks.at(move === "first" ? 0 : -1);
  if (typeof move === "number") return marks[marks.indexOf(mark) + move];
  const strips = [...strip.closest(".lane-chart").querySelectorAll(".strip")].filter((each) => each.querySelector(".mark"));
  const other = strips[strips.indexOf(strip) + (move === "down" ? 1 : -1)];
  const { x } = mark.getBBox();
  return other && [...other.querySelectorAll(".mark")].sort((a, b) => Math.abs(a.getBBox().x - x) - Math.abs(b.getBBox().x - x))[0];
}
