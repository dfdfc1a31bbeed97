// Wiring: the address says what is shown, the form writes the address.

const FORM = byId("filter");
const TITLE = document.title;
let state = readHash(location.hash);
let hashTimer = 0;

/** Names of the filters, as the form has them. */
function filterNames() {
  return Array.from(FORM.elements, (field) => field.name).filter(Boolean);
}

function readForm() {
  return Object.fromEntries(filterNames().map((name) => [name, FORM.elements[name].value]));
}

function writeForm(settings) {
  for (const name of filterNames()) FORM.elements[name].value = settings[name] ?? "";
}

/** Filters of the state, without page and quote, for links from view to view. */
function filters() {
  return Object.fromEntries(filterNames().map((name) => [name, state.settings[name] ?? ""]));
}

/** Show what the state says; gives the element that should have the focus after a change of view. */
function show() {
  const filtered = FILTERED.includes(state.view);
  for (const view of VIEWS) byId("view-" + view).hidden = view !== state.view;
  byId("filters").hidden = !filtered;
  for (const link of document.querySelectorAll("nav a")) {
    const here = link.dataset.view === state.view || (link.dataset.view === "articles" && state.view === "article");
    if (here) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
    const kept = FILTERED.includes(link.dataset.view) ? filters() : {};
    link.setAttribute("href", toHash(link.dataset.view, kept));
  }
  const wanted = state.view === "article" ? showArticle(state.id, state.settings) : null;
  if (filtered) showFiltered();
  const heading = document.querySelector(`#view-${state.view} h1`);
  document.title = state.view === "overview" ? TITLE : `${heading.textContent} – ${TITLE}`;
  return wanted ?? heading;
}

/** The views that the filters rule. */
function showFiltered() {
  const settings = state.settings;
  const sort = state.view === "sides" ? "oldest" : settings.sort;
  const quotes = select({ ...settings, sort });
  const turn = (page) => go({ page: page > 1 ? page : "" }, true);
  let more = "";
  if (state.view === "quotes") showQuotes(quotes, settings, turn);
  if (state.view === "sides") showSides(quotes, settings, (change) => go(change, false));
  if (state.view === "speakers") more = ", " + plural(showSpeakers(quotes, settings, turn), "speaker");
  if (state.view === "articles") more = ", " + plural(showArticles(quotes, settings, isFiltered(), turn), "article");
  byId("count").replaceChildren(el("strong", {}, countLine(quotes) + more), ...asked());
}

function isFiltered() {
  return Object.entries(filters()).some(([name, value]) => value !== "" && name !== "sort");
}

/** What is filtered by, in words: the form may be closed, and is not printed. */
function asked() {
  const set = Object.entries(filters()).filter(([, value]) => value !== "");
  if (!set.length) return [];
  return [" – ", set.map(([name, value]) => [FORM.elements[name].labels[0].textContent, ": ", bdi(valueName(name, value))]).map((part, at) => (at ? ["; ", part] : [part]))].flat(4);
}

function valueName(name, value) {
  const { options } = FORM.elements[name];
  const option = options && Array.from(options).find((one) => one.value === value);
  return option ? option.textContent : value;
}

function countLine(quotes) {
  const once = distinct(quotes);
  const copies = once < quotes.length ? ` (${once.toLocaleString("en")} with copies counted once)` : "";
  return `${quotes.length.toLocaleString("en")} of ${plural(QUOTES.length, "quote")}${copies}`;
}

/** Change some settings, keep the rest; a step that one may want to go back from gets its own place in the history. */
function go(change, step) {
  const settings = { ...state.settings, ...change };
  const hash = toHash(state.view, settings, state.id);
  if (step) {
    location.hash = hash;
    return;
  }
  state = { ...state, settings };
  show();
  // Typing writes the address once it rests: browsers refuse too many changes of it.
  clearTimeout(hashTimer);
  hashTimer = setTimeout(() => history.replaceState(null, "", hash), 250);
}

function followHash() {
  clearTimeout(hashTimer);
  state = readHash(location.hash);
  writeForm(state.settings);
  const target = show();
  if (target.matches("li")) reveal(target);
  else {
    target.focus({ preventScroll: true });
    scrollTo(0, 0);
  }
}

/** A quote that the address asks for: in sight, and where the keyboard goes on. */
function reveal(item) {
  item.focus({ preventScroll: true });
  item.scrollIntoView({ block: "center" });
}

/** Sources and speakers, as the data has them. */
function fillChoices() {
  const names = (values) => [...new Set(values.filter(Boolean))].sort((a, b) => a.localeCompare(b, "en"));
  const option = (value) => el("option", { value }, value);
  FORM.elements.source.append(...names(ARTICLES.map((article) => article.source)).map(option));
  byId("speaker-names").append(...names(SPEAKERS.map((speaker) => speaker.name)).map((value) => el("option", { value })));
}

const THEMES = ["", "light", "dark"];

function setUpTheme() {
  const button = byId("theme");
  const root = document.documentElement;
  const apply = (theme) => {
    root.dataset.theme = theme;
    button.textContent = "Theme: " + (theme || "system");
  };
  apply(remembered());
  button.hidden = false;
  button.addEventListener("click", () => {
    const next = THEMES[(THEMES.indexOf(root.dataset.theme) + 1) % THEMES.length];
    apply(next);
    remember(next);
  });
}

// A browser may refuse storage to a file: then the choice lasts as long as the page.
function remembered() {
  try {
    const theme = localStorage.getItem("theme");
    return THEMES.includes(theme) ? theme : "";
  } catch {
    return "";
  }
}

function remember(theme) {
  try {
    localStorage.setItem("theme", theme);
  } catch {
    // Nothing to do: see above.
  }
}

/** On paper there is no next page: the first hundreds of quotes are printed at once. */
function setUpPrint() {
  const again = (size) => () => {
    if (state.view === "quotes") showQuotes(select(state.settings), size ? { ...state.settings, page: "" } : state.settings, () => {}, size);
  };
  addEventListener("beforeprint", again(QUOTES_ON_PAPER));
  addEventListener("afterprint", () => show());
}

FORM.addEventListener("input", () => go({ ...readForm(), page: "" }, false));
FORM.addEventListener("submit", (event) => event.preventDefault());
FORM.addEventListener("reset", () => setTimeout(() => go({ ...readForm(), page: "" }, false)));
byId("skip").addEventListener("click", (event) => {
  event.preventDefault();
  byId("main").focus();
});
addEventListener("hashchange", followHash);
if (matchMedia("(max-width: 40rem)").matches) byId("filter-box").open = false;
fillChoices();
setUpTheme();
setUpPrint();
writeForm(state.settings);
const first = show();
if (first.matches("li")) reveal(first);
setTimeout(warmUp, 200);
