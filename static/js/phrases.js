/* In the notes of a chart `.sleep` and a space, Tab or Enter becomes the person's own sentence. What stands in braces in it are
   fields: the first is selected, Tab and Shift-Tab walk, Esc leaves, a tap on one selects it. The boxes stay plain text areas: all is
   read from their text, so a tablet's keyboard and dictation work as ever. Phrases are fetched when a note is first entered, and
   live as long as the page. */

const FIELD = "#notes textarea, #notes input:not([type=radio], [type=checkbox], [type=hidden])";
const BEGUN = /(?:^|[\s(])\.([a-z0-9-]*)$/i;
const DONE = /(?:^|[\s(])\.([a-z][a-z0-9-]*)[ \n]$/i;
const SLOT = /\{[^{}\n]+\}/g;
const SHOWN = 6;

const url = document.querySelector("script[data-phrases]").dataset.phrases;
let asked = null; // the promise of the answer, so that it is asked for once
let known = new Map();
let walk = null; // the sentence with fields: where it starts, and how many characters of the box follow it
let writing = false;

const before = (field) => (field.selectionStart === field.selectionEnd ? field.value.slice(0, field.selectionStart) : "");
const list = (field) => document.getElementById(`${field.id}-phrases`);
const options = (field) => [...(list(field)?.children ?? [])];
const chosen = (field) => options(field).find((option) => option.ariaSelected === "true");
const status = document.createElement("p");
status.className = "visually-hidden";
status.setAttribute("role", "status");
document.body.append(status);

async function fetchPhrases() {
  const answer = await fetch(url, { headers: { Accept: "application/json" }, redirect: "error" });
  if (!answer.ok) throw new Error(answer.status);
  const { phrases } = await answer.json();
  known = new Map(phrases.map(({ key, text }) => [key, text]));
}

/* Without an answer (no network, signed out) a key stays what was typed, and the next note asks again. */
function load() {
  asked ??= fetchPhrases().catch(() => (asked = null));
  return asked;
}

/* The sentence in the place of the key: one step to undo, and an input event for the autosave. */
function expand(field, key) {
  const to = field.selectionEnd;
  const from = field.value.lastIndexOf(".", to - 1);
  const text = known.get(key);
  close(field);
  field.setSelectionRange(from, to);
  write(field, field.matches("textarea") ? text : text.replace(/\s*\n\s*/g, " "));
  walk = { field, start: from, after: field.value.length - field.selectionEnd };
  field.setSelectionRange(from, from);
  step(1);
}

function write(field, text) {
  writing = true;
  if (!document.execCommand("insertText", false, text)) {
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText", data: text }));
  }
  writing = false;
}

function slots({ field, start, after }) {
  const text = field.value.slice(start, field.value.length - after);
  return [...text.matchAll(SLOT)].map((found) => [start + found.index, start + found.index + found[0].length]);
}

/* To the next field of the sentence; after the last one to its end, and Tab is the page's again. */
function step(direction) {
  const { field, after } = walk;
  const all = slots(walk);
  const next = direction > 0 ? all.find(([from]) => from >= field.selectionEnd) : all.findLast(([, to]) => to <= field.selectionStart);
  if (next) {
    field.setSelectionRange(...next);
    status.textContent = `${field.value.slice(next[0] + 1, next[1] - 1)}. Field ${all.indexOf(next) + 1} of ${all.length}. Tab goes to the next, Escape leaves.`;
    return true;
  }
  if (direction < 0) return true; // before the first one there is nothing: Tab and Escape lead out
  walk = null;
  field.setSelectionRange(field.value.length - after, field.value.length - after);
  return true;
}

const isInside = ({ field, start, after }) => field.selectionStart >= start && field.selectionEnd <= field.value.length - after;

function close(field) {
  list(field)?.remove();
  for (const name of ["aria-controls", "aria-activedescendant", "aria-autocomplete"]) field.removeAttribute(name);
}

function show(field, begun) {
  const found = [...known].filter(([key]) => key.startsWith(begun)).slice(0, SHOWN);
  close(field);
  if (!found.length) return;
  const box = document.createElement("ul");
  box.id = `${field.id}-phrases`;
  box.className = "suggest suggest--phrases";
  box.setAttribute("role", "listbox");
  box.setAttribute("aria-label", "Phrases");
  box.append(...found.map(([key, text], place) => option(`${box.id}-${place}`, key, text)));
  field.after(box);
  field.setAttribute("aria-controls", box.id);
  field.setAttribute("aria-autocomplete", "list");
  status.textContent = `${found.length} phrase${found.length === 1 ? "" : "s"}: ${found.map(([key]) => key).join(", ")}`;
}

function option(id, key, text) {
  const item = document.createElement("li");
  Object.assign(item, { id, className: "suggest__option suggest__option--wide", ariaSelected: "false" });
  item.setAttribute("role", "option");
  item.dataset.pick = key;
  item.append(Object.assign(document.createElement("b"), { textContent: `.${key}` }), Object.assign(document.createElement("span"), { textContent: text }));
  return item;
}

function choose(field, item) {
  options(field).forEach((other) => (other.ariaSelected = String(other === item)));
  if (item) field.setAttribute("aria-activedescendant", item.id);
  else field.removeAttribute("aria-activedescendant");
}

function move(field, step) {
  const all = options(field);
  const at = all.indexOf(chosen(field)) + step;
  choose(field, all[at < -1 ? all.length - 1 : at]);
}

/* The key that Tab or Enter completes: the one chosen in the list, else the one that stands there in full. */
function completed(field) {
  const typed = BEGUN.exec(before(field))?.[1].toLowerCase();
  return chosen(field)?.dataset.pick ?? (known.has(typed) ? typed : null);
}

const KEYS = {
  Tab(field, event) {
    const key = event.shiftKey ? null : completed(field);
    if (key) expand(field, key);
    return key !== null || (walk?.field === field && step(event.shiftKey ? -1 : 1));
  },
  Enter(field) {
    const key = completed(field);
    if (key) expand(field, key);
    return key !== null;
  },
  ArrowDown: (field) => list(field) && (move(field, 1), true),
  ArrowUp: (field) => list(field) && (move(field, chosen(field) ? -1 : -2), true),
  Escape(field) {
    const open = list(field) ?? walk;
    if (list(field)) close(field);
    else walk = null;
    return open !== null;
  },
};

function press(event) {
  const field = event.target.closest?.(FIELD);
  if (!field || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  if (KEYS[event.key]?.(field, event)) {
    event.preventDefault();
    event.stopPropagation();
  }
}

async function typed(event) {
  const field = event.target.closest?.(FIELD);
  if (!field || writing) return;
  const undone = event.inputType?.startsWith("history");
  if (walk && (undone || walk.field !== field || !isInside(walk))) walk = null;
  if (undone || !(BEGUN.test(before(field)) || DONE.test(before(field)))) return close(field);
  await load();
  if (document.activeElement !== field) return;
  const key = DONE.exec(before(field))?.[1].toLowerCase();
  const whole = !event.isComposing && !event.inputType?.startsWith("delete");
  if (known.has(key) && whole) return expand(field, key);
  const begun = BEGUN.exec(before(field));
  if (begun) show(field, begun[1].toLowerCase());
  else close(field);
}

function point(event) {
  const item = event.target.closest("[role=option][data-pick]");
  const field = item && document.querySelector(`[aria-controls="${item.parentElement.id}"]`);
  if (!field?.matches(FIELD)) return;
  event.preventDefault(); // the box keeps the focus
  if (event.type === "click") expand(field, item.dataset.pick);
}

function touch(event) {
  if (walk?.field !== event.target) return;
  const at = event.target.selectionStart;
  const slot = slots(walk).find(([from, to]) => from < at && at < to);
  if (slot) event.target.setSelectionRange(...slot);
}

document.addEventListener("focusin", (event) => event.target.closest(FIELD) && load());
document.addEventListener("focusout", (event) => {
  const field = event.target.closest?.(FIELD);
  if (field) close(field);
  if (walk?.field === field) walk = null;
});
document.addEventListener("keydown", press, true);
document.addEventListener("input", typed);
document.addEventListener("mousedown", point);
document.addEventListener("click", point);
document.addEventListener("click", touch);
