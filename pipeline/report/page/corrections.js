// Corrections by hand: a form on each card gives rows of configs/corrections.csv; a button saves all that were made here.

const CORRECTION_COLUMNS = ["quote", "name", "speaker", "kind", "target", "label", "by", "note"];
// Rows made since the page was opened, by what they correct: a later one counts.
const MADE = new Map();
let lastBy = "";

function correctionLine(row) {
  return CORRECTION_COLUMNS.map((name) => csvCell(row[name] ?? "")).join(",");
}

/** A form behind a button: the right speaker, and the right stance toward each target; what is left as it is gives no row. */
function correctionForm(quote) {
  const labelled = (text, field) => element("label", {}, text, field);
  const name = quote.speaker?.name ?? "";
  const speaker = element("input", { list: "speaker-names", value: name, autocomplete: "off" });
  const options = LABELS.filter((label) => label.name !== DATA.unknown).map((label) => [label.name, label.text]);
  const select = (stance) => element("select", {}, [["", `as it is: ${stance.label.text}`], ...options].map(([value, text]) => element("option", { value }, text)));
  const choices = TARGETS.map((target) => ({ target, field: select(quote.stances[target.index]) }));
  const by = element("input", { required: true, value: lastBy, autocomplete: "name" });
  const note = element("input", { autocomplete: "off" });
  const made = element("div", { class: "made", role: "status" });
  const fields = [labelled("Speaker (empty: nobody)", speaker), ...choices.map(({ target, field }) => labelled(`Stance: ${target.title}`, field)), labelled("Who says so (is published)", by), labelled("Note", note)];
  const form = element("form", { "aria-label": "Correct this quote" }, fields, element("button", {}, "Add correction"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    lastBy = by.value.trim();
    const rest = { quote: quote.id, by: lastBy, note: note.value.trim() };
    const changed = speaker.value.trim() === name ? [] : [{ ...rest, speaker: speaker.value.trim() }];
    keepCorrections([...changed, ...choices.filter(({ field }) => field.value).map(({ target, field }) => ({ ...rest, target: target.key, label: field.value }))], made);
  });
  const node = element("details", { class: "correct no-print" }, element("summary", {}, "Correct speaker or stance"), form, made);
  node.addEventListener("toggle", fillChoices, { once: true });
  return node;
}

/** Keep rows for the file, and show them to be copied. */
function keepCorrections(rows, place) {
  if (!rows.length || !lastBy) {
    say(lastBy ? "Nothing is changed in this form." : "Say who corrects it.");
    return;
  }
  for (const row of rows) MADE.set(JSON.stringify([row.quote, row.target]), row);
  const text = rows.map(correctionLine).join("\n");
  place.replaceChildren(element("p", { class: "soft" }, `${plural(rows.length, "row")} for configs/corrections.csv:`), element("pre", { tabindex: 0 }, text), button("Copy", () => copyText(text, "Copied.")), element("p", {}, nextSteps()));
  byId("corrections-made").replaceChildren(...nextSteps());
  byId("corrections-made").hidden = false;
}

/** What to do with the corrections: the page itself does not change. */
function nextSteps() {
  const lines = [CORRECTION_COLUMNS.join(","), ...Array.from(MADE.values(), correctionLine)];
  const save = button(`Save ${plural(MADE.size, "correction")} as a file`, () => saveFile("corrections.csv", "text/csv;charset=utf-8", lines.join("\r\n") + "\r\n"));
  const code = (text) => element("code", {}, text);
  return [save, element("span", { class: "soft" }, " Corrections are lost when this page is closed. With the file, in the folder of the project, run ", code("parley correct corrections.csv"), ", then ", code("dvc repro"), ": the next page has them.")];
}

/** Say on the first screen what was corrected in the data, and by whom. */
function setUpCorrected() {
  const speakers = Object.values(DATA.correctedSpeakers);
  const stances = Object.values(DATA.correctedStances).flat().filter(Boolean);
  const counts = new Map();
  for (const who of [...speakers, ...stances]) counts.set(who, (counts.get(who) ?? 0) + 1);
  const people = [...counts].sort((a, b) => b[1] - a[1] || compareText(a[0], b[0])).map(([who, number]) => [isolated(who), ` ${grouped(number)}`]);
  const what = joined([speakers.length ? plural(speakers.length, "speaker") : null, stances.length ? plural(stances.length, "stance") : null], " and ");
  byId("corrected").hidden = !people.length;
  byId("corrected").replaceChildren("Corrected by hand: ", ...what, " (", ...joined(people, ", ").flat(), ").");
}
