/* Suggestions under a field (data-suggest): arrows walk, Enter takes one, Escape closes. With nothing chosen Enter sends the
   form, so `li4 lr3 st36 b/l` Enter needs no list. In a field for several (data-suggest="word") only the last word is replaced.
   After a swap, what changed is said aloud. */

const BOX = "[data-suggest]";
const list = (box) => document.getElementById(box.getAttribute("aria-controls"));
const options = (box) => [...list(box).querySelectorAll("[role=option]")];
const chosen = (box) => list(box).querySelector("[aria-selected=true]");

function choose(box, option) {
  options(box).forEach((other) => other.setAttribute("aria-selected", String(other === option)));
  if (option) box.setAttribute("aria-activedescendant", option.id);
  else box.removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
}

function show(box) {
  box.setAttribute("aria-expanded", String(options(box).length > 0));
  box.removeAttribute("aria-activedescendant");
}

function close(box) {
  list(box).replaceChildren();
  show(box);
}

function take(box, option) {
  const before = box.dataset.suggest === "word" ? box.value.replace(/\S*$/, "") : "";
  box.value = before + option.dataset.pick + (box.dataset.suggest === "word" ? " " : "");
  close(box);
  box.focus();
}

function walk(box, step) {
  const all = options(box);
  const at = all.indexOf(chosen(box)) + step;
  choose(box, all[at < -1 ? all.length - 1 : at] ?? null);
}

const KEYS = {
  ArrowDown: (box) => walk(box, 1),
  ArrowUp: (box) => walk(box, chosen(box) ? -1 : -2),
  Enter: (box) => (chosen(box) ? take(box, chosen(box)) : false),
  Tab: (box) => (chosen(box) ? take(box, chosen(box)) : false),
  Escape: close,
};

function press(event) {
  const box = event.target.closest?.(BOX);
  if (!box || event.isComposing || !options(box).length || !KEYS[event.key]) return;
  if (KEYS[event.key](box) !== false) {
    event.preventDefault();
    event.stopPropagation();
  }
}

function point(event) {
  const option = event.target.closest("[role=option]");
  const box = option && document.querySelector(`[aria-controls="${option.parentElement.id}"]`);
  if (!box) return;
  event.preventDefault(); // the field keeps the focus
  if (event.type === "click") take(box, option);
}

/* A list that was asked for before the form went out, and comes after, is not wanted any more. */
function fill(event) {
  const box = document.querySelector(`[aria-controls="${event.detail.target.id}"]`);
  if (box && (document.activeElement !== box || box.value.trim() === "")) event.detail.shouldSwap = false;
}

function filled(event) {
  const box = document.querySelector(`[aria-controls="${event.detail.target.id}"]`);
  if (box) show(box);
  const said = document.getElementById("plan-said");
  const saying = document.querySelector("#plan [data-say]");
  if (said && saying && event.detail.target.id === "plan") said.textContent = saying.textContent.trim();
}

document.addEventListener("keydown", press, true);
document.addEventListener("mousedown", point);
document.addEventListener("click", point);
document.addEventListener("focusout", (event) => event.target.matches(BOX) && close(event.target));
document.addEventListener("htmx:beforeSwap", fill);
document.addEventListener("htmx:afterSwap", filled);
