/* The calendar's page: draws what the server wrote into it, opens visits and empty cells, follows the links of its bar. Without
   this, and on a phone, the list below is the calendar. */

import { address, board, draw, grid, may, start } from "./calendar-board.js";
import { listen } from "./calendar-keys.js";
import { watch } from "./calendar-live.js";
import { callbacks } from "./calendar-place.js";

const root = document.getElementById("calendar");
const panel = document.getElementById("calendar-panel");
const here = () => location.pathname + location.search;
let written = null; // the element with the data that is drawn

function open({ event }) {
  const { visit, block } = event.extendedProps;
  if (block && root.dataset.block) location.assign(address("block", block.id));
  if (visit) window.htmx.ajax("GET", `${address("panel", visit.id)}?next=${encodeURIComponent(here())}`, { source: panel, target: panel, swap: "innerHTML" });
}

function book({ dateStr, resource }) {
  const { by, query } = board.data;
  const wanted = { day: dateStr.slice(0, 10), at: dateStr.slice(11, 16), location: new URLSearchParams(query).get("location") };
  if (by !== "device") wanted[by] = resource.id;
  location.assign(`${address("book")}?${new URLSearchParams(wanted)}`);
}

function read() {
  const found = document.getElementById("calendar-data");
  if (!found || found === written) return;
  written = found;
  const data = JSON.parse(found.textContent);
  root.classList.toggle("is-empty", !data.columns.length);
  if (board.data) draw(data);
  else start(data, { ...callbacks, eventClick: open, ...(may.book ? { dateClick: book } : {}) });
}

listen();
read();
watch();
document.addEventListener("htmx:afterSettle", read);
panel.addEventListener("htmx:afterSwap", () => {
  if (!panel.open) panel.showModal();
  panel.querySelector("[data-focus]")?.focus();
});
