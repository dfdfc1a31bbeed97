// Keys: / to search, Enter to the results, j and k from quote to quote, Enter to open one, Esc to close it, e and E to save, ? for help. They do nothing while somebody types.

const KEYS_BOX = byId("keys");

function isTyping(node) {
  return node.matches?.("input, select, textarea, [contenteditable]") ?? false;
}

/** Move the focus to the next or previous quote of the view; on a card, go to that quote. */
function stepQuote(step) {
  const view = shownView();
  const link = view.querySelector(`.steps [data-step="${step > 0 ? "next" : "previous"}"]`);
  if (link) {
    link.click();
    return;
  }
  const items = [...view.querySelectorAll("li[data-quote]:not(details:not([open]) li)")];
  const index = items.indexOf(document.activeElement.closest?.("li[data-quote]"));
  const item = items[index < 0 ? (step > 0 ? 0 : -1) : index + step];
  if (!item) return;
  focusItem(item);
  item.scrollIntoView({ block: "nearest" });
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
  if (event.key === "Enter" && event.target.matches("[data-quote]")) location.hash = quoteHash(QUOTE_BY_ID.get(event.target.dataset.quote));
  const act = KEY_ACTIONS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
