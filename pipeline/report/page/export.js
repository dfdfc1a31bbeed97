// Saves the filtered quotes as a file: CSV for spreadsheets, JSON for programs.

// What spreadsheets may take for a formula, full-width forms included.
const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/;

/** A quote as a flat record, with the names that its values have in the dataset. */
function recordOf(quote) {
  const { article, speaker, side } = quote;
  const { text, start, end } = passageOf(quote);
  const record = { quote_id: quote.id, published_at: quote.day ?? "", article_source: article.publisher ?? "", article_title: article.title ?? "", article_url: article.url ?? "", speaker: speaker?.name ?? "", role: speaker?.role ?? "", side: side?.name ?? "", type: quote.type, content: wordsOf(quote), sentence: text.slice(start, end), invented: Boolean(article.invented) };
  for (const target of TARGETS) {
    const stance = quote.stances[target.index];
    record[target.key] = stance.label.name;
    record[target.key + "_predicted_label"] = stance.predicted.name;
    record[target.key + "_probability"] = stance.certainty / 100;
    record[target.key + "_corrected_by"] = stance.correctedBy ?? "";
    record[target.key + "_evidence_words"] = evidenceOf(quote, [target]).map((mark) => text.slice(mark.start, mark.end)).join(" | ");
  }
  return record;
}

/** A cell of a CSV file that no spreadsheet runs as a formula. */
function csvCell(value) {
  const text = typeof value === "string" && FORMULA.test(value) ? "'" + value : String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function toCsv(quotes) {
  const records = quotes.map(recordOf);
  const header = Object.keys(records[0] ?? {});
  return "\ufeff" + [header, ...records.map((record) => Object.values(record))].map((row) => row.map(csvCell).join(",")).join("\r\n") + "\r\n";
}

function saveFile(name, type, text) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  element("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
  say(`Saved as ${name}.`);
}

/** Buttons that save quotes, with their number. */
function saveButtons(quotes, words, more = "") {
  if (!quotes.length) return [];
  const csv = button("CSV" + more, () => saveFile("quotes.csv", "text/csv;charset=utf-8", toCsv(quotes)), { class: "quiet" });
  const json = button("JSON" + more, () => saveFile("quotes.json", "application/json", JSON.stringify(quotes.map(recordOf), null, 1)), { class: "quiet" });
  return [element("span", { class: "save" }, element("span", { class: "soft" }, words), csv, " ", json)];
}

/** Buttons that save the quotes of the list on all its pages; where some are folded away, also all that match. */
function exportButtons(quotes, matching) {
  const shown = saveButtons(quotes, `Save ${quotes.length === 1 ? "this" : "these"} ${plural(quotes.length, "quote")}: `);
  return matching.length === quotes.length ? shown : [...shown, ...saveButtons(matching, `or all ${plural(matching.length, "quote")} that match: `, " of all")];
}

/** Press the button of the list that saves all its quotes in a format; says so where there is no list. */
function saveByKey(format) {
  const node = FILTERED.includes(state.view) && [...byId("export").querySelectorAll("button")].find(({ textContent }) => textContent === format);
  if (node) node.click();
  else say("There is no list to save here: open Quotes.");
}
