/* Fields that suggest what can be typed (data-picker: where the catalogue is). Arrows walk, Enter or Tab takes one, Escape closes;
   with nothing chosen Enter sends the form, so `li4 lr3 st36 b/l` Enter needs no list. The words of the field stay its value:
   a plain field without script, and Tom Select around that same field once somebody has entered it and both files are there.
   In a field for several (data-picks="phrase") the last words are sought, and only they are replaced. */

const MOST_WORDS = 5; // in one name, as in sessions/entry.py
const SHOWN = 8;
const catalogues = new Map();
const pickers = new Map();

const fold = (text) => text.toLowerCase().normalize("NFKD").replace(/[\p{M}\p{C}'|]/gu, "").replace(/\s+/g, " ").trim();
const last = (text) => text.split(/[;,\n]/).at(-1).trimStart();

/* How well a row answers: 0 is best, -1 not at all. The names in `search` stand between bars, the code first. */
function rank(search, sought, whole) {
  const joined = sought.replaceAll(" ", "");
  const starts = [`|${sought}|`, `|${joined}|`, `|${sought}`, `|${joined}`, ` ${sought}`];
  if (search.startsWith(`|${joined}|`)) return 0;
  if (search.startsWith(`|${joined}`)) return 1;
  const at = starts.findIndex((start) => search.includes(start));
  if (at >= 0) return at + 2;
  if (!whole && sought.includes(" ")) return -1;
  return sought.split(" ").every((word) => search.includes(word)) ? 9 : -1;
}

function best(rows, sought, whole) {
  const ranked = rows.map((row) => [rank(row.search, sought, whole), row]).filter(([at]) => at >= 0);
  return ranked.sort(([one], [other]) => one - other).slice(0, SHOWN).map(([, row]) => row);
}

/* The most of the last words that mean something, and what: "li4 stomach 36" seeks "stomach 36". */
function seek({ options, sides }, typed, whole) {
  if (whole) return { tail: typed, rows: fold(typed) ? best(options, fold(typed), true) : [] };
  const words = last(typed).split(" ").slice(-MOST_WORDS);
  for (let from = 0; from < words.length; from += 1) {
    const tail = words.slice(from).join(" ");
    const sought = fold(tail);
    const rows = sought && !/\s$/.test(typed) && !sides.includes(sought) ? best(options, sought, false) : [];
    if (rows.length) return { tail, rows };
  }
  return { tail: "", rows: [] };
}

function part(tag, name, text, lang) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (lang) element.lang = lang;
  element.textContent = text;
  return element;
}

function draw(row) {
  const option = part("div", `suggest__option${row.name ? "" : " suggest__option--wide"}`, "");
  option.append(part("b", "", row.value));
  if (row.name) {
    const names = part("span", "", `${row.name} `);
    if (row.han) names.append(part("span", "suggest__han", `${row.han} `, "zh-Hant"));
    names.append(part("span", "soft small", row.more ?? ""));
    option.append(names);
  }
  option.append(part("span", "soft small", row.where));
  if (!row.name) option.append(part("span", "suggest__more", row.more));
  return option;
}

/* What makes Tom Select a field for words instead of a box of chosen items. */
function words({ catalogue, whole }) {
  const field = this.settings.controlInput;
  const replace = (name, change) => this.hook("instead", name, change);
  let found = { tail: "", rows: [] };

  const choose = (step) => {
    const all = [...this.selectable()];
    const at = all.indexOf(this.activeOption) + step;
    const next = all[at < -1 ? all.length - 1 : at];
    if (next) this.setActiveOption(next);
    else this.clearActiveOption();
  };
  const take = (option) => {
    const before = field.value.slice(0, field.value.length - found.tail.length);
    field.value = before + option.dataset.value + (whole ? "" : " ");
    this.lastValue = field.value;
    this.close();
    field.focus();
  };
  const keys = {
    ArrowDown: () => (this.isOpen ? choose(1) : this.refreshOptions()),
    ArrowUp: () => choose(this.activeOption ? -1 : -2),
    Enter: () => take(this.activeOption),
    Tab: () => take(this.activeOption),
    Escape: () => this.close(),
  };
  const close = this.close.bind(this);

  replace("inputValue", () => field.value);
  replace("search", (query) => {
    found = seek(catalogue, query, whole);
    this.dropdown.classList.toggle("suggest--han", /\p{Script=Han}/u.test(query)); // for who types characters
    return { query, tokens: [], total: found.rows.length, items: found.rows.map(({ value }) => ({ id: value, score: 1 })) };
  });
  replace("setTextboxValue", () => {});
  replace("close", () => {
    close(false);
    this.clearActiveOption();
  });
  replace("onOptionHover", () => {});
  replace("onOptionSelect", (event, option) => take(option));
  replace("onKeyPress", () => {});
  replace("onPaste", () => {});
  replace("onKeyDown", (event) => {
    const meant = { Enter: Boolean(this.activeOption), Tab: Boolean(this.activeOption), ArrowDown: true }[event.key] ?? this.isOpen;
    if (event.isComposing || !keys[event.key] || !meant) return;
    event.preventDefault();
    event.stopPropagation();
    keys[event.key]();
  });
  this.hook("after", "refreshOptions", () => this.clearActiveOption());
}

/* Around the field that is there: its id, name, label, value and place in the form stay what they are. */
function enhance(field, catalogue) {
  const whole = field.dataset.picks !== "phrase";
  const anchor = document.createElement("input");
  anchor.type = "hidden";
  field.before(anchor);
  const picker = new globalThis.TomSelect(anchor, {
    plugins: { words: { catalogue, whole } },
    controlInput: field,
    options: catalogue.options.map((row) => ({ ...row })), // it writes into them
    valueField: "value",
    labelField: "value",
    maxOptions: SHOWN,
    openOnFocus: false,
    refreshThrottle: 0,
    highlight: false,
    dropdownClass: "suggest",
    dropdownContentClass: "suggest__list",
    wrapperClass: "picker",
    controlClass: "picker__control",
    render: { option: draw, no_results: null, loading: null, not_loading: null },
  });
  field.addEventListener("mousedown", (event) => event.stopPropagation()); // else a click could not place the caret
  field.setAttribute("aria-autocomplete", "list");
  picker.dropdown_content.setAttribute("aria-label", "Suggestions"); // the field has its name to itself
  pickers.set(field, picker);
}

/* It was not there yet when the field was entered. */
function resume(picker) {
  picker.onFocus();
  picker.refreshOptions();
}

async function load(field) {
  const { picker: address, library } = field.dataset;
  if (!catalogues.has(address)) {
    const answer = await fetch(address);
    if (!answer.ok) return null;
    catalogues.set(address, await answer.json());
  }
  if (!globalThis.TomSelect) {
    await import(library);
    globalThis.TomSelect.define("words", words);
  }
  return catalogues.get(address);
}

async function enter(event) {
  const field = event.target.closest?.("[data-picker]");
  if (!field || pickers.has(field)) return;
  const catalogue = await load(field).catch(() => null); // without it the field is a field, and is tried again
  if (!catalogue || pickers.has(field) || !field.isConnected) return;
  enhance(field, catalogue);
  if (document.activeElement === field) resume(pickers.get(field));
}

/* Tom Select listens to the page as a whole: a field that a swap took away must not. */
function leave() {
  for (const [field, picker] of pickers) {
    if (field.isConnected) continue;
    picker.destroy();
    pickers.delete(field);
  }
}

document.addEventListener("focusin", enter);
document.addEventListener("htmx:afterSwap", leave);
if (document.activeElement?.matches("[data-picker]")) enter({ target: document.activeElement });
