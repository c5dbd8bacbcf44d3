/* The order of a plan's rows: Alt with an arrow moves the row that has the focus, the grip drags it. Both press a button of the
   row (data-move), so that presses.js keeps quick ones in line. The row that was moved has the focus afterwards. */

const FIELD = "input, textarea, select, [contenteditable]";
const KEYS = { ArrowUp: "up", ArrowDown: "down" };
const BUSY = "#plan .htmx-request:not(.presence)"; // who asks who else is here draws no rows
let followed = null;
let drag = null;

const button = (row, way) => row?.querySelector(`[data-move="${way}"]`);
const current = () => document.activeElement?.closest("[data-row]") ?? document.querySelector("[data-row].is-current");

function key(event) {
  const way = event.altKey && !event.ctrlKey && !event.metaKey && KEYS[event.key];
  if (!way || event.repeat || event.defaultPrevented || event.target.matches?.(FIELD)) return;
  const move = button(current(), way);
  if (!move) return;
  event.preventDefault();
  move.click();
}

function follow(event) {
  const move = event.target.closest?.("[data-move]");
  if (move) followed = move.closest("[data-row]").id;
}

function settle(event) {
  if (!followed || event.detail.target.id !== "plan") return;
  document.getElementById(followed)?.focus();
  followed = null;
}

/* Drag */

function mark(at) {
  drag.rows.forEach((row, place) => {
    row.classList.toggle("is-above", place === at && at < drag.from);
    row.classList.toggle("is-below", place === at && at > drag.from);
  });
}

function grab(event) {
  const row = event.target.closest?.("[data-grip]")?.closest("[data-row]");
  if (!row || event.button !== 0 || document.querySelector(BUSY)) return;
  event.preventDefault();
  const rows = [...row.parentElement.children].filter((other) => button(other, "to"));
  drag = { row, rows, from: rows.indexOf(row), to: rows.indexOf(row) };
  row.classList.add("is-dragged");
}

function pull(event) {
  if (!drag) return;
  const over = drag.rows.findIndex((row) => event.clientY < row.getBoundingClientRect().bottom);
  drag.to = over < 0 ? drag.rows.length - 1 : over;
  mark(drag.to);
}

function drop(event) {
  if (!drag) return;
  const { row, from, to } = drag;
  mark(-1);
  row.classList.remove("is-dragged");
  drag = null;
  if (event.type !== "pointerup" || to === from) return;
  const move = button(row, "to");
  move.value = to;
  move.click();
}

document.addEventListener("keydown", key);
document.addEventListener("click", follow, true);
document.addEventListener("htmx:afterSwap", settle);
document.addEventListener("pointerdown", grab);
document.addEventListener("pointermove", pull);
document.addEventListener("pointerup", drop);
document.addEventListener("pointercancel", drop);
document.addEventListener("keydown", (event) => event.key === "Escape" && drop(event));
