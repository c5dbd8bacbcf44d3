/* The calendar by keyboard: arrows walk the visits; m takes the one in focus, arrows carry it by five minutes or to the next
   column, Enter drops it, Escape or leaving it puts it back. One visit is a tab stop, the others are reached from it. */

import { board, grid, may, say } from "./calendar-board.js";
import { canMove, clock, fullName, later, minutes, visitEvent } from "./calendar-draw.js";
import { fits, letGo, move, take } from "./calendar-place.js";

const STEP = 5; // minutes
let moving = null; // {visit, starts, column}

const byStart = (a, b) => a.starts.localeCompare(b.starts) || a.id - b.id;
const off = () => document.documentElement.dataset.shortcuts === "off";
const place = (visit) => (board.data.days === 7 ? visit.starts.slice(0, 10) : visit[board.data.by]);
const ofDay = (starts) => Number(starts.slice(11, 13)) * 60 + Number(starts.slice(14, 16)); // minutes
const distance = (a, b) => Math.abs(ofDay(a.starts) - ofDay(b.starts));

function stop(element) {
  if (!element) return;
  grid.querySelectorAll("[data-visit][tabindex='0']").forEach((other) => (other.tabIndex = -1));
  element.tabIndex = 0;
}

function focus(visit) {
  const element = visit && board.element(visit.id);
  stop(element);
  element?.focus();
}

/* The columns from left to right, as what `place` gives. */
function columns() {
  const { data } = board;
  return data.days === 7 ? Array.from({ length: 7 }, (_, n) => later(`${data.first}T00:00`, n * 1440).slice(0, 10)) : data.columns.map(({ id }) => id);
}

function walkDown(visit, step) {
  const same = board.data.visits.filter((one) => place(one) === place(visit)).sort(byStart);
  focus(same[same.indexOf(visit) + step]);
}

function walkAcross(visit, step) {
  const all = columns();
  for (let at = all.indexOf(place(visit)) + step; at in all; at += step) {
    const there = board.data.visits.filter((one) => place(one) === all[at]);
    if (there.length) return focus(there.sort((a, b) => distance(a, visit) - distance(b, visit))[0]);
  }
}

function show() {
  const { visit, starts, column } = moving;
  const { data } = board;
  const there = { ...visit, starts, ends: later(starts, minutes(visit)), [data.by]: column };
  const event = visitEvent(there, data, may);
  board.calendar.updateEvent({ ...event, classNames: [...event.classNames, "is-moving"] });
  const name = data.columns.find(({ id }) => id === column).name;
  grid.dataset.fits = fits(column, starts) ? "yes" : "no";
  say(`${clock(starts)}, ${data.days === 7 ? starts.slice(0, 10) : name}, ${fits(column, starts) ? "free" : "not free"}`);
}

function carry(change) {
  moving = { ...moving, ...change };
  show();
}

function aside(step) {
  if (board.data.days === 7) {
    const starts = later(moving.starts, step * 1440);
    if (columns().includes(starts.slice(0, 10))) carry({ starts });
    return;
  }
  const all = columns();
  const column = all[all.indexOf(moving.column) + step];
  if (column !== undefined) carry({ column });
}

function end(done) {
  const { visit, starts, column } = moving;
  moving = null;
  if (done) move(visit, starts, column);
  else letGo(visit);
  say(done ? "" : `${fullName(visit)} stays at ${clock(visit.starts)}.`);
}

/* Within the hours that are drawn. */
function along(step) {
  const { opens, closes } = board.data;
  const starts = later(moving.starts, step);
  const isSeen = starts.slice(0, 10) === moving.starts.slice(0, 10) && ofDay(starts) >= opens * 60 && ofDay(starts) < closes * 60;
  if (isSeen) carry({ starts });
}

const CARRYING = {
  ArrowUp: () => along(-STEP),
  ArrowDown: () => along(STEP),
  ArrowLeft: () => aside(-1),
  ArrowRight: () => aside(1),
  Enter: () => end(true),
  Escape: () => end(false),
  Tab: () => end(false) ?? false, // and on to what is next
};

function begin(visit) {
  if (!may.move || off()) return false;
  if (!canMove(visit)) return say("Only a visit that is still to come can be moved.");
  moving = { visit, starts: visit.starts, column: visit[board.data.by] };
  take(visit);
  show();
  say(`Moving ${fullName(visit)}. Arrows change the time and the column, Enter drops, Escape cancels.`);
}

const WALKING = {
  ArrowUp: (visit) => walkDown(visit, -1),
  ArrowDown: (visit) => walkDown(visit, 1),
  ArrowLeft: (visit) => walkAcross(visit, -1),
  ArrowRight: (visit) => walkAcross(visit, 1),
  m: begin,
};

function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const element = event.target.closest?.("[data-visit]");
  const visit = element && board.visit(Number(element.dataset.visit));
  const act = moving ? (CARRYING[event.key] ?? (() => {})) : visit && WALKING[event.key];
  if (!act || act(visit) === false) return;
  event.preventDefault();
  event.stopPropagation();
}

export function listen() {
  document.addEventListener("keydown", press, true);
  document.addEventListener("pointerdown", () => moving && end(false), true);
  grid.addEventListener("focusin", (event) => stop(event.target.closest("[data-visit]")));
  // whatever is drawn anew keeps the focus it had
  let last = null;
  grid.addEventListener("focusin", (event) => (last = event.target.closest("[data-visit]")?.dataset.visit ?? null));
  grid.addEventListener("focusout", () => setTimeout(() => document.activeElement !== document.body && !grid.contains(document.activeElement) && (last = null)));
  board.whenMounted((visit, element) => {
    if (moving?.visit.id === visit.id || (last === String(visit.id) && document.activeElement === document.body)) setTimeout(() => element.focus());
  });
}
