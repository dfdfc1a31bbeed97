// The form of the filters: what it holds, what it can offer, and what was found.

const FORM = byId("filter");

/** Names of the filters, as the form has them. */
function filterNames() {
  return Array.from(FORM.elements, (field) => field.name).filter(Boolean);
}

function readForm() {
  return Object.fromEntries(filterNames().map((name) => [name, FORM.elements[name].value]));
}

function writeForm(settings) {
  if (FILTERED.includes(state.view)) fillChoices();
  for (const name of filterNames()) FORM.elements[name].value = settings[name] ?? "";
}

/** Filters of settings alone, without page and quote, for links from view to view. */
function filtersOf(settings) {
  return Object.fromEntries(filterNames().map((name) => [name, settings[name] ?? ""]));
}

function isFiltered(settings) {
  return Object.entries(filtersOf(settings)).some(([name, value]) => value !== "" && name !== "sort" && name !== "in");
}

const PEOPLE_SHOWN = 5;
let choicesFilled = false;

/** Fill in the outlets, sides and speakers that can be chosen, once. */
function fillChoices() {
  if (choicesFilled) return;
  choicesFilled = true;
  const names = (values) => [...new Set(values.filter(Boolean))].sort((a, b) => a.localeCompare(b, "en"));
  const option = (value) => element("option", { value }, value);
  FORM.elements.source.append(...names(ARTICLES.map((article) => article.publisher)).map(option));
  FORM.elements.side.append(...names(SIDES.map((side) => side.name)).map(option));
  byId("speaker-names").append(...names(SPEAKERS.map((speaker) => speaker.name)).map((value) => element("option", { value })));
}

/** Say what was searched and found: numbers, filters in words, the search, what is folded away, and people. */
function showFound({ quotes, matching, folded, undated }, settings, more) {
  byId("count").replaceChildren(element("strong", {}, countLine(quotes) + more));
  showActive(settings);
  byId("export").replaceChildren(...exportButtons(quotes, matching));
  const query = parseQuery(settings.q ?? "");
  const searched = query.all.length || query.none.length || query.notes.length;
  byId("searched").replaceChildren(...(searched ? searchedNodes(query, quotes, settings) : []));
  byId("undated").textContent = undated ? `${plural(undated, "quote")} without a date ${undated === 1 ? "matches" : "match"} too, but ${undated === 1 ? "is" : "are"} not counted: nobody knows whether ${undated === 1 ? "it is" : "they are"} of this time.` : "";
  byId("shares").replaceChildren(...TARGETS.map((target) => element("li", {}, shareSentence(matching, target, settings))));
  byId("folded").replaceChildren(...foldedNodes(quotes, folded, settings), ...eitherNodes(matching, query, settings));
  byId("people").replaceChildren(...peopleNodes(query));
}

function countLine(quotes) {
  const distinct = countDistinct(quotes);
  const copies = distinct < quotes.length ? ` (${grouped(distinct)} with copies counted once)` : "";
  return `${grouped(quotes.length)} of ${plural(QUOTES.length, "quote")}${copies}`;
}

/** The search in words, and how many of the quotes have its words themselves. */
function searchedNodes(query, quotes, settings) {
  if (settings.in === "words") return [describeQuery(query, SEARCHED_WORDS)];
  const matches = queryTest(query);
  const exact = quotes.filter((quote) => matches(wordTextOf(quote))).length;
  const link = element("a", { href: toHash("quotes", { ...settings, in: "words", page: "" }) }, "show these alone");
  return [describeQuery(query, SEARCHED), exact < quotes.length ? ` In the words of the quote: ${grouped(exact)} of ${grouped(quotes.length)}` : null, exact && exact < quotes.length ? [" (", link, ")"] : null, exact < quotes.length ? "." : null].flat().filter(Boolean);
}

/** The settings that count in this view, in words, because the form may be closed and is not printed; and a button that clears them. */
function showActive(settings) {
  const active = Object.entries(filtersOf(settings)).filter(([name, value]) => value !== "" && !FORM.elements[name].closest(".list-only[hidden]"));
  const entry = ([name, value]) => [element("span", { class: "soft" }, FORM.elements[name].labels[0].textContent, ": "), isolated(valueText(name, value))];
  const clear = button("Clear filters", () => (FORM.reset(), focusItem(byId("count"))), { class: "quiet no-print" });
  byId("active").hidden = !active.length;
  byId("active").replaceChildren(element("b", {}, "Filtered: "), ...joined(active.map(entry), "; ").flat(), " ", clear);
}

function valueText(name, value) {
  const { options } = FORM.elements[name];
  const option = options && Array.from(options).find((choice) => choice.value === value);
  return option ? option.textContent : value;
}

/** A sentence where nothing is found, and the way to what is folded away. */
function foldedNodes(quotes, folded, settings) {
  const nodes = [];
  if (!quotes.length) nodes.push(folded ? "No quote that takes a stance matches. " : "No quote matches: take a filter or a word away. ");
  if (!folded) return nodes;
  const all = element("a", { href: toHash("quotes", { ...settings, show: "all", page: "" }) }, quotes.length ? `${plural(folded, "more quote")}` : plural(folded, "quote"));
  return [...nodes, all, folded === 1 ? " matches, in which the program finds no stance or is not sure of one." : " match, in which the program finds no stance or is not sure of one."];
}

/** Where no quote has all words: the way to those that have one of them. */
function eitherNodes(matching, { all }, settings) {
  if (matching.length || all.length < 2) return [];
  const q = all.flat().map((term) => (/\s/.test(term) ? `"${term}"` : term)).join(" OR ");
  return [" ", element("a", { href: toHash("quotes", { ...settings, q, page: "" }) }, `Search for ${q}`)];
}

/** Links to the speakers whose names have the words of a search, else to those that have one of them. */
function peopleNodes(query) {
  const people = peopleFound(query);
  if (people.length) return ["Speakers of that name: ", ...peopleLinks(people)];
  const near = peopleNear(query);
  return near.length ? ["Speakers with a word of the search in their name: ", ...peopleLinks(near)] : [];
}

function peopleLinks(people) {
  const entry = ({ speaker, stances }) => element("span", { class: "person-link" }, element("a", { href: holderHash(speaker) }, isolated(speaker.name)), element("span", { class: "soft" }, ` (${plural(stances, "quote")} with a stance in all)`));
  return joined(people.slice(0, PEOPLE_SHOWN).map(entry), ", ");
}

/** Open or close the fields below the search. */
function setUpFilterButton() {
  const node = byId("more-filters");
  const show = (open) => {
    node.setAttribute("aria-expanded", String(open));
    byId("filter-fields").hidden = !open;
  };
  node.addEventListener("click", () => show(node.getAttribute("aria-expanded") !== "true"));
  show(!NARROW.matches);
}
