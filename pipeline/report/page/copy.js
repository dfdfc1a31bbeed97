// Copies a text to the clipboard, and says what happened.

let sayTimer = 0;

/** Show a sentence for a moment, also to screen readers. */
function say(text) {
  const place = byId("said");
  place.textContent = text;
  place.hidden = false;
  clearTimeout(sayTimer);
  sayTimer = setTimeout(() => (place.hidden = true), 4000);
}

async function copyText(text, done) {
  try {
    await navigator.clipboard.writeText(text);
    say(done);
  } catch {
    // A browser may refuse this to a file: the text is selected instead, to be copied by hand.
    const field = element("textarea", { class: "copy-field", "aria-label": "Text to copy", readonly: true }, text);
    document.body.append(field);
    field.select();
    const copied = document.execCommand("copy");
    if (copied) field.remove();
    else field.addEventListener("blur", () => field.remove());
    say(copied ? done : "The browser does not let this page copy: press Ctrl+C.");
  }
}
