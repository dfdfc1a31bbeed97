// Connects address, form and views: the address says what is shown, the form writes the address.

const TITLE = document.title;
let state = readHash(location.hash);
let hashTimer = 0;
// Whether the page is being opened, with no place to go back to.
let starting = history.state === null;

const turnTo = (page) => changeSettings({ page: page > 1 ? page : "" }, true);

/** What draws each view; those of READING return the quotes to step through. */
const DRAW = {
  overview: ({ settings }) => read(showOverview(settings)),
  quote: ({ id, settings }) => showCard(id, settings),
  speaker: ({ id }) => read(showHolder("speaker", id)),
  side: ({ id }) => read(showHolder("side", id)),
  compare: ({ settings }) => {
    const field = document.activeElement?.closest?.("#compare-form select")?.id;
    read(showCompare(settings, (change) => changeSettings(change, true)));
    return field && byId(field);
  },
  changes: ({ settings }) => read(showChanges(settings, turnTo)),
  article: ({ id, settings }) => {
    // Who reads a list goes on in it after a look into an article.
    if (/^#articles?\b/.test(READING.hash)) read(quotesInOrder(ARTICLE_BY_ID.get(id)));
    return showArticle(id, settings);
  },
  reports: () => null,
};

/** Remember the quotes of a list, for the steps on their cards; on a card itself, where its list was stays. */
function read(quotes) {
  READING.quotes = quotes;
  if (state.view !== "quote") Object.assign(READING, { state, hash: location.hash || "#overview" });
}

/** Show what the state says; returns the element that should have the focus after a change of view. */
function showState() {
  const filtered = FILTERED.includes(state.view);
  hideTip();
  for (const view of VIEWS) byId("view-" + view).hidden = view !== state.view;
  byId("filters").hidden = !filtered;
  markNavigation();
  const wanted = filtered ? showFiltered() : DRAW[state.view](state);
  const heading = document.querySelector(`#view-${state.view} h1`);
  document.title = state.view === "overview" ? TITLE : `${heading.textContent} – ${TITLE}`;
  return wanted ?? heading;
}

function markNavigation() {
  for (const link of document.querySelectorAll("nav a[data-view]")) {
    const current = link.dataset.view === (PARENTS[state.view] ?? state.view);
    if (current) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
    const settings = FILTERED.includes(link.dataset.view) && FILTERED.includes(state.view) ? filtersOf(state.settings) : {};
    link.setAttribute("href", toHash(link.dataset.view, settings));
  }
}

/** Show a view of the quotes that the filters select. */
function showFiltered() {
  const { settings, view } = state;
  // Counts are of all quotes that match: without those that take no stance nobody could say which share is withheld.
  const found = selectQuotes(view === "counts" ? { ...settings, show: "all" } : settings);
  for (const field of FORM.querySelectorAll(".list-only")) field.hidden = view === "counts";
  let more = "";
  if (view === "quotes") showQuotes(found.quotes, settings, turnTo);
  if (view === "speakers") more = ", " + plural(showSpeakers(found.quotes, settings, turnTo), "speaker");
  if (view === "articles") more = ", " + plural(showArticles(found.quotes, settings, isFiltered(settings), turnTo), "article");
  if (view === "counts") more = ", " + plural(showCounts(found.quotes, settings, turnTo), "row");
  showFound(found, settings, more);
  highlightWords(byId("view-" + view), parseQuery(settings.q ?? ""));
  read(found.quotes);
  return settings.focus === "search" ? byId("f-q") : null;
}

/** Change some settings and leave the rest; with `newEntry` the browser's history gets an entry to go back to. */
function changeSettings(change, newEntry) {
  const { focus, ...settings } = { ...state.settings, ...change };
  const hash = toHash(state.view, settings, state.id);
  if (newEntry) {
    location.hash = hash;
    return;
  }
  state = { ...state, settings };
  showState();
  READING.hash = hash;
  // While somebody types, the address is written only at a pause: browsers refuse too many changes of it.
  clearTimeout(hashTimer);
  hashTimer = setTimeout(() => history.replaceState(history.state, "", hash), 250);
}

// Where the reader was before the card that is being closed.
let closing = null;

/** Back from a card to where its list was, and to its quote in a list or its mark in a picture. */
function closeCard() {
  const { place } = READING;
  closing = place && { top: place.top, quote: place.quote && state.id, link: location.hash };
  location.hash = READING.hash;
}

/** Show the address's view; an entry of the history that was left before is shown as it was left. */
function followAddress(place) {
  clearTimeout(hashTimer);
  const next = readHash(location.hash);
  if (READING.state === state) READING.place = placeNow();
  state = next;
  writeForm(state.settings);
  const target = showState();
  const from = place ?? closing;
  closing = null;
  if (restorePlace(from, target)) return;
  if (target.matches("mark, li")) revealItem(target);
  else {
    target.focus({ preventScroll: true });
    if (!target.matches("input, select")) scrollTo({ top: 0, behavior: "instant" });
  }
}

/** Scroll to a quote that the address asks for, and move the focus of the keyboard to it. */
function revealItem(item) {
  focusItem(item);
  item.scrollIntoView({ block: "center", behavior: "instant" });
}

/** On paper there is no next page: show some hundred quotes while the page is printed. */
function setUpPrint() {
  addEventListener("beforeprint", () => {
    if (state.view === "quotes") showQuotes(selectQuotes(state.settings).quotes, { ...state.settings, page: "" }, () => {}, QUOTES_ON_PAPER);
  });
  addEventListener("afterprint", () => showState());
}

/** Pictures are drawn for the width of their place: draw them again when it changes. */
function setUpResize() {
  let [timer, width] = [0, innerWidth];
  addEventListener("resize", () => {
    clearTimeout(timer);
    if (innerWidth === width) return;
    timer = setTimeout(() => {
      width = innerWidth;
      showState();
    }, 150);
  });
}

FORM.addEventListener("input", () => changeSettings({ ...readForm(), page: "" }, false));
FORM.addEventListener("submit", (event) => event.preventDefault());
FORM.addEventListener("reset", () => setTimeout(() => changeSettings({ ...readForm(), page: "" }, false)));
// These lead to a place of what is shown: their hash is no address of a view.
for (const link of document.querySelectorAll("a.within")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    document.querySelector(link.getAttribute("href")).focus();
  });
}
byId("keys-button").addEventListener("click", () => KEYS_BOX.showModal());
byId("search-button").addEventListener("click", goToSearch);
byId("keys-button").hidden = byId("search-button").hidden = false;
for (const node of document.querySelectorAll(".needs-script")) node.hidden = false;
addEventListener("popstate", (event) => followAddress(event.state));
setUpFilterButton();
setUpWords();
setUpCorrected();
setUpTheme();
setUpPrint();
setUpResize();
writeForm(state.settings);
const first = showState();
starting = false;
if (!restorePlace(history.state) && first.matches("mark, li, input")) revealItem(first);
// The first screen is drawn in turns, and comes first.
setTimeout(prepareSearch, state.view === "overview" ? 200 : 0);
