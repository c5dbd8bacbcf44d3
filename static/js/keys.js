/* Keyboard: search, go to, rows, and whatever the page declares with data-key. Single keys never act inside fields and can be
   switched off (WCAG 2.1.4); the choice is kept on this device. */

const FIELD = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]";
const OFF = "deqi-keys";
const shown = (element) => element.checkVisibility?.() ?? element.offsetParent !== null;
const all = (selector, root = document) => [...root.querySelectorAll(selector)].filter(shown);
let goingUntil = 0;

const off = () => localStorage.getItem(OFF) === "off";
const current = () => document.activeElement?.closest("[data-row]") ?? document.querySelector("[data-row].is-current");

function spell(event) {
  const digit = event.altKey && event.code.startsWith("Digit") ? event.code.slice(5) : event.key;
  return (event.ctrlKey || event.metaKey ? "Ctrl+" : "") + (event.altKey ? "Alt+" : "") + digit;
}

function act(element) {
  if (!element) return false;
  if (element.matches(FIELD)) element.focus();
  else element.click();
  return true;
}

function declared(keys) {
  const found = all("[data-key]").filter((element) => element.dataset.key.toLowerCase().split(" ").includes(keys.toLowerCase()));
  const row = current();
  const inRow = row && found.find((element) => row.contains(element));
  const free = found.filter((element) => !element.closest("[data-row]"));
  // an open dialog comes first; of several toasts the newest is undone
  return inRow ?? free.find((element) => element.closest("dialog[open]")) ?? (keys === "z" ? free.at(-1) : free[0]) ?? (found.length === 1 ? found[0] : null);
}

function walk(step) {
  const rows = all("[data-row]");
  if (!rows.length) return false;
  const at = rows.indexOf(current());
  const next = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + step, 0), rows.length - 1)];
  rows.forEach((row) => row.classList.toggle("is-current", row === next));
  if (!next.hasAttribute("tabindex")) next.tabIndex = -1;
  next.focus();
  return true;
}

const open = (row) => row && row === document.activeElement && act(row.querySelector("a[data-open]") ?? row.querySelector("a[href]"));
const list = () => document.getElementById("keys")?.showModal() ?? true;

function press(event) {
  if (event.defaultPrevented || event.isComposing || event.repeat && !"jk".includes(event.key)) return;
  const keys = spell(event);
  const plain = !keys.includes("+") || keys === "+";
  const inField = event.target.matches?.(FIELD);
  if (keys === "Ctrl+k") return act(document.getElementById("search")) && event.preventDefault();
  if (plain && (inField || off())) return;
  if (document.querySelector("dialog[open]") && !declared(keys)?.closest("dialog[open]")) return;
  const going = plain && goingUntil > Date.now();
  goingUntil = 0;
  let done;
  if (going) done = act(document.querySelector(`[data-go="${CSS.escape(keys)}"]`));
  else done = act(declared(keys));
  if (!done && plain) {
    if (keys === "g") done = (goingUntil = Date.now() + 1500);
    else if (keys === "/") done = act(document.getElementById("search"));
    else if (keys === "j" || keys === "k") done = walk(keys === "j" ? 1 : -1);
    else if (keys === "Enter") done = open(current());
    else if (keys === "?") done = list();
  }
  if (done) event.preventDefault();
}

document.addEventListener("keydown", press);
