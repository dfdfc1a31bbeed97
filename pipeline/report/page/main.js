// Connects address, form and views: the address says what is shown, the form writes the address.

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
function currentFilters() {
  return Object.fromEntries(filterNames().map((name) => [name, state.settings[name] ?? ""]));
}

/** Show what the state says; returns the element that should have the focus after a change of view. */
function showState() {
  const filtered = FILTERED.includes(state.view);
  for (const view of VIEWS) byId("view-" + view).hidden = view !== state.view;
  byId("filters").hidden = !filtered;
  for (const link of document.querySelectorAll("nav a")) {
    const current = link.dataset.view === state.view || (link.dataset.view === "articles" && state.view === "article");
    if (current) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
    const settings = FILTERED.includes(link.dataset.view) ? currentFilters() : {};
    link.setAttribute("href", toHash(link.dataset.view, settings));
  }
  const wanted = state.view === "article" ? showArticle(state.id, state.settings) : null;
  if (filtered) showFiltered();
  const heading = document.querySelector(`#view-${state.view} h1`);
  document.title = state.view === "overview" ? TITLE : `${heading.textContent} – ${TITLE}`;
  return wanted ?? heading;
}

/** Show a view of the quotes that the filters select. */
function showFiltered() {
  const settings = state.settings;
  const sort = state.view === "sides" ? "oldest" : settings.sort;
  const quotes = selectQuotes({ ...settings, sort });
  const turnTo = (page) => changeSettings({ page: page > 1 ? page : "" }, true);
  let more = "";
  if (state.view === "quotes") showQuotes(quotes, settings, turnTo);
  if (state.view === "sides") showCrossTable(quotes, settings, (change) => changeSettings(change, false));
  if (state.view === "speakers") more = ", " + plural(showSpeakers(quotes, settings, turnTo), "speaker");
  if (state.view === "articles") more = ", " + plural(showArticles(quotes, settings, isFiltered(), turnTo), "article");
  byId("count").replaceChildren(element("strong", {}, countLine(quotes) + more), ...filterSummary());
}

function isFiltered() {
  return Object.entries(currentFilters()).some(([name, value]) => value !== "" && name !== "sort");
}

/** The filters in words, because the form may be closed and is not printed. */
function filterSummary() {
  const active = Object.entries(currentFilters()).filter(([, value]) => value !== "");
  if (!active.length) return [];
  return [" – ", active.map(([name, value]) => [FORM.elements[name].labels[0].textContent, ": ", isolated(valueText(name, value))]).map((part, index) => (index ? ["; ", part] : [part]))].flat(4);
}

function valueText(name, value) {
  const { options } = FORM.elements[name];
  const option = options && Array.from(options).find((choice) => choice.value === value);
  return option ? option.textContent : value;
}

function countLine(quotes) {
  const distinct = countDistinct(quotes);
  const copies = distinct < quotes.length ? ` (${distinct.toLocaleString("en")} with copies counted once)` : "";
  return `${quotes.length.toLocaleString("en")} of ${plural(QUOTES.length, "quote")}${copies}`;
}

/** Change some settings and leave the rest; with `newEntry` the browser's history gets an entry to go back to. */
function changeSettings(change, newEntry) {
  const settings = { ...state.settings, ...change };
  const hash = toHash(state.view, settings, state.id);
  if (newEntry) {
    location.hash = hash;
    return;
  }
  state = { ...state, settings };
  showState();
  // While somebody types, the address is written only at a pause: browsers refuse too many changes of it.
  clearTimeout(hashTimer);
  hashTimer = setTimeout(() => history.replaceState(null, "", hash), 250);
}

function followHash() {
  clearTimeout(hashTimer);
  state = readHash(location.hash);
  writeForm(state.settings);
  const target = showState();
  if (target.matches("li")) revealItem(target);
  else {
    target.focus({ preventScroll: true });
    scrollTo(0, 0);
  }
}

/** Scroll to a quote that the address asks for, and move the focus of the keyboard to it. */
function revealItem(item) {
  item.focus({ preventScroll: true });
  item.scrollIntoView({ block: "center" });
}

/** Fill in the publishers and speakers that can be chosen. */
function fillChoices() {
  const names = (values) => [...new Set(values.filter(Boolean))].sort((a, b) => a.localeCompare(b, "en"));
  const option = (value) => element("option", { value }, value);
  FORM.elements.source.append(...names(ARTICLES.map((article) => article.publisher)).map(option));
  byId("speaker-names").append(...names(SPEAKERS.map((speaker) => speaker.name)).map((value) => element("option", { value })));
}

const THEMES = ["", "light", "dark"];

function setUpTheme() {
  const button = byId("theme");
  const root = document.documentElement;
  const apply = (theme) => {
    root.dataset.theme = theme;
    button.textContent = "Theme: " + (theme || "system");
  };
  apply(storedTheme());
  button.hidden = false;
  button.addEventListener("click", () => {
    const next = THEMES[(THEMES.indexOf(root.dataset.theme) + 1) % THEMES.length];
    apply(next);
    storeTheme(next);
  });
}

// A browser may refuse storage to a file; the choice then lasts until the page is closed.
function storedTheme() {
  try {
    const theme = localStorage.getItem("theme");
    return THEMES.includes(theme) ? theme : "";
  } catch {
    return "";
  }
}

function storeTheme(theme) {
  try {
    localStorage.setItem("theme", theme);
  } catch {
    // The browser refuses: see above.
  }
}

/** On paper there is no next page: show some hundred quotes while the page is printed. */
function setUpPrint() {
  addEventListener("beforeprint", () => {
    if (state.view === "quotes") showQuotes(selectQuotes(state.settings), { ...state.settings, page: "" }, () => {}, QUOTES_ON_PAPER);
  });
  addEventListener("afterprint", () => showState());
}

FORM.addEventListener("input", () => changeSettings({ ...readForm(), page: "" }, false));
FORM.addEventListener("submit", (event) => event.preventDefault());
FORM.addEventListener("reset", () => setTimeout(() => changeSettings({ ...readForm(), page: "" }, false)));
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
const first = showState();
if (first.matches("li")) revealItem(first);
setTimeout(prepareSearch, 200);
