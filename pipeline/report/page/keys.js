// Keys: / to search, Enter to the results, j and k from quote to quote, Enter to open one, Esc to close it, e and E to save, ? for help. They do nothing while somebody types.

const KEYS_BOX = byId("keys");

function isTyping(node) {
  return node.matches?.("input, select, textarea, [contenteditable]") ?? false;
}

// What `j` and `k` go to: quotes, or the speakers and articles of a list.
const STEPS = ":is(li, .half)[data-quote]:not(details:not([open]) li), ol.speakers > li, ol.articles > li";

/** Move the focus to the next or previous quote, speaker or article of the view; on a card, go to that quote. */
function stepQuote(step) {
  const view = shownView();
  const link = view.querySelector(`.steps [data-step="${step > 0 ? "next" : "previous"}"]`);
  if (link) {
    link.click();
    return;
  }
  const items = [...view.querySelectorAll(STEPS)];
  const index = items.indexOf(document.activeElement.closest?.(STEPS));
  const item = items.at(index < 0 && step < 0 ? -1 : index + step);
  if (!item || (index === 0 && step < 0)) return;
  if (item.dataset.quote) focusItem(item);
  else item.querySelector("a").focus({ preventScroll: true });
  item.scrollIntoView({ block: "nearest" });
}

/** Open the card of an item as its link does. */
function openCard(item) {
  location.hash = item.querySelector("a[href^='#quote/']")?.getAttribute("href") ?? quoteHash(QUOTE_BY_ID.get(item.dataset.quote));
}

function goToSearch() {
  const field = byId("f-q");
  if (field.offsetParent) field.select();
  else location.hash = "#quotes?focus=search";
}

/** From the search to the first of what it found. */
function goToFirstResult() {
  const first = shownView().querySelector("li[data-quote], ol > li a");
  if (first?.matches("li")) focusItem(first);
  else first?.focus();
}

function shownView() {
  return document.querySelector("main > [id^=view-]:not([hidden])");
}

const KEY_ACTIONS = {
  "/": goToSearch,
  j: () => stepQuote(1),
  k: () => stepQuote(-1),
  e: () => saveByKey("CSV"),
  E: () => saveByKey("JSON"),
  Escape: () => state.view === "quote" && closeCard(),
  "?": () => KEYS_BOX.showModal(),
};

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || KEYS_BOX.open) return;
  if (isTyping(event.target)) {
    if (event.key === "Escape") event.target.blur();
    if (event.key === "Enter" && event.target === byId("f-q")) goToFirstResult();
    return;
  }
  if (event.key === "Enter" && event.target.matches("[data-quote]")) openCard(event.target);
  const act = KEY_ACTIONS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
