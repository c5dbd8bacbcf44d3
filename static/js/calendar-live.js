/* What others changed, every few seconds: the server answers 304 to whoever has seen it all. A hidden tab asks nothing, and a
   calendar that could not ask says how old it is. */

import { board, draw, wide } from "./calendar-board.js";

const EVERY = 6_000; // milliseconds
const LATE = 40_000;
const PATIENCE = 10_000;
const root = document.getElementById("calendar");
const note = document.getElementById("calendar-late");
let updated = Date.now();
let asking = null;

function signedOut() {
  const link = document.createElement("a");
  link.href = `${document.body.dataset.login}?next=${encodeURIComponent(location.pathname + location.search)}`;
  link.textContent = "Sign in here.";
  note.replaceChildren("You were signed out. The calendar stands still. ", link);
  note.hidden = false;
}

function tell() {
  const seconds = Math.floor((Date.now() - updated) / 10_000) * 10; // by tens, or a screen reader would never be silent
  const text = `Not updated for ${seconds} seconds. Others may have changed something.`;
  note.hidden = seconds * 1000 < LATE;
  if (!note.hidden && note.textContent !== text) note.textContent = text;
}

/* On a phone the list is shown, which the server draws. */
function drawList() {
  if (!wide.matches) window.htmx.ajax("GET", location.href, { source: root, target: "#calendar-rest", select: "#calendar-rest", swap: "outerHTML" });
}

async function ask() {
  const { query } = board.data;
  const headers = { "If-None-Match": `"${board.version}"` };
  const answer = await fetch(`${root.dataset.feed}?${query}`, { headers, cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
  if (answer.type === "opaqueredirect") return signedOut();
  if (answer.status !== 304 && !answer.ok) return;
  updated = Date.now();
  if (!note.hidden) tell();
  if (answer.status === 304) return;
  const next = await answer.json();
  if (board.data.query !== query) return; // another day is shown by now
  draw(next);
  drawList();
}

/* One question at a time; whoever asks while one is on its way gets a fresh one afterwards. */
export function look() {
  asking = (asking ?? Promise.resolve()).then(ask).catch(() => {});
  return asking;
}

export function watch() {
  setInterval(() => document.hidden || look(), EVERY);
  setInterval(() => document.hidden || (Date.now() - updated >= LATE && tell()), 1_000);
  document.addEventListener("visibilitychange", () => document.hidden || look());
  document.addEventListener("calendar-changed", look);
}
