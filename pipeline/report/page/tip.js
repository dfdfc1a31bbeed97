// A small box beside what the pointer or the keyboard is on: the quote of a mark, or what a word means.

const TIP = byId("tip");

/** Show nodes beside an element. */
function showTip(anchor, ...nodes) {
  TIP.replaceChildren(...nodes.flat().filter(Boolean));
  TIP.hidden = false;
  const box = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = TIP;
  const left = Math.max(8, Math.min(box.left + box.width / 2 - width / 2, document.documentElement.clientWidth - width - 8));
  const above = box.top - height - 8;
  TIP.style.setProperty("left", left + "px");
  TIP.style.setProperty("top", (above > 4 ? above : box.bottom + 8) + "px");
}

function hideTip() {
  TIP.hidden = true;
}

/** What the box says of a quote. */
function tipOfQuote(quote, target) {
  const stance = quote.stances[target.index];
  return [
    element("p", { class: "tip-head" }, labelSign(stance.label, stance.beside), element("span", { class: "soft" }, shortDay(quote.day))),
    element("div", { class: "tip-words" }, passageNode(quote)),
    element("p", { class: "soft" }, joined([quote.speaker ? isolated(quote.speaker.name) : "speaker not known", quote.article.publisher ? isolated(quote.article.publisher) : null], ", ")),
  ];
}

/** Show the box while the pointer or the focus is on an element of `place` for which `nodesOf` gives something. */
function attachTips(place, nodesOf) {
  const show = (event) => {
    const anchor = event.target.closest?.("[data-tip]");
    if (!anchor || !place.contains(anchor)) return hideTip();
    showTip(anchor, nodesOf(anchor));
    // A screen reader reads the box after the name of what has the focus.
    anchor.setAttribute("aria-describedby", TIP.id);
  };
  place.addEventListener("pointerover", show);
  place.addEventListener("focusin", show);
  place.addEventListener("pointerleave", hideTip);
  place.addEventListener("focusout", hideTip);
}

addEventListener("scroll", hideTip, { passive: true });
addEventListener("keydown", (event) => event.key === "Escape" && hideTip());
