/* A visit in the hand: where it could go glows; where it is dropped is sent. The server decides; if it refuses, the visit goes
   back to its place and #refusal says why. */

import { address, board, grid, hold, may, release } from "./calendar-board.js";
import { glowEvent, later } from "./calendar-draw.js";
import { look } from "./calendar-live.js";

let free = []; // {column, starts, ends}: where the visit in the hand may start
let glowing = [];
let hand = null; // the visit in it
let over = null; // {column, starts}: where it is held
let sending = Promise.resolve();

export const fits = (column, starts) => free.some((one) => String(one.column) === String(column) && one.starts <= starts && starts < one.ends);

async function glow(visit) {
  const answer = await fetch(`${address("free", visit.id)}?${board.data.query}`);
  if (!answer.ok || hand !== visit) return;
  free = (await answer.json()).free;
  if (hand !== visit) return;
  glowing = free.map(glowEvent);
  glowing.forEach((event) => board.calendar.addEvent(event));
  judge();
}

/* Whether it may be dropped here, as soon as both are known: the free times may come after the last move of the hand. */
function judge() {
  if (over && free.length) grid.dataset.fits = fits(over.column, over.starts) ? "yes" : "no";
}

function fade() {
  glowing.forEach(({ id }) => board.calendar.removeEventById(id));
  glowing = free = [];
  hand = over = null;
  delete grid.dataset.fits;
}

/* Take a visit into the hand. Without the glow it can be moved all the same. */
export function take(visit, glows = true) {
  fade();
  hold(visit);
  hand = visit;
  if (glows) glow(visit).catch(() => {});
}

export function letGo(visit) {
  fade();
  release(visit);
}

/* One after the other: htmx drops all but the last of those that wait. */
function post(url, values) {
  sending = sending.catch(() => {}).then(() => window.htmx.ajax("POST", url, { source: grid, target: "#refusal", swap: "innerHTML", values }));
  return sending;
}

/* The visit stays where it was dropped until the server's own answer is drawn. */
async function send(name, visit, values) {
  fade();
  try {
    await post(address(name, visit.id), { ...values, revision: visit.revision });
    await look();
  } catch {
    // no answer: connection.js says so
  } finally {
    release(visit);
  }
}

export function move(visit, starts, column) {
  const { by } = board.data;
  if (starts === visit.starts && String(column) === String(visit[by])) return letGo(visit);
  const changed = String(column) === String(visit[by]) ? {} : { [by]: column };
  send("drop", visit, { at: starts, ...changed });
}

export function stretch(visit, ends) {
  if (ends === visit.ends) return letGo(visit);
  send("stretch", visit, { at: ends });
}

const seconds = (duration) => duration.days * 86_400 + duration.seconds;
const wall = (date) => new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);

/* What EventCalendar calls while a visit is dragged or stretched. New times come from the difference, so that the clock changes
   of the browser's own zone do no harm. */
export const callbacks = may.move
  ? {
      eventDragStart: ({ event }) => take(event.extendedProps.visit),
      eventResizeStart: ({ event }) => take(event.extendedProps.visit, false),
      dragConstraint({ event }) {
        over = { column: event.resourceIds[0], starts: wall(event.start) };
        judge();
        return true;
      },
      eventDrop({ event, delta }) {
        const { visit } = event.extendedProps;
        move(visit, later(visit.starts, seconds(delta) / 60), event.resourceIds[0]);
      },
      eventResize({ event, endDelta }) {
        const { visit } = event.extendedProps;
        stretch(visit, later(visit.ends, seconds(endDelta) / 60));
      },
    }
  : {};

// a touch that the system takes away drops nothing
window.addEventListener("pointercancel", () => hand && letGo(hand));

// the free times in a refusal; the note is cleared before the answer comes, so its forms can't ask by themselves
document.getElementById("refusal").addEventListener("submit", (event) => {
  if (!event.target.matches("[data-drop]")) return;
  event.preventDefault();
  post(event.target.action, Object.fromEntries(new FormData(event.target))).catch(() => {});
});
