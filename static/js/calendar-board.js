/* The drawn calendar and what it knows. Only what changed is drawn anew, so that focus and scroll stay; while a visit is in
   the hand, or was dropped and has no answer yet, nothing is drawn at all, and what came meanwhile is drawn afterwards. */

import { content, element, events, label, resources, SLOT } from "./calendar-draw.js";

const root = document.getElementById("calendar");
export const grid = document.getElementById("calendar-grid");
export const wide = window.matchMedia("(min-width: 820px)"); // as in calendar.css: below, the list is the calendar
export const may = { move: "drop" in root.dataset, book: "book" in root.dataset };
export const address = (name, id = 0) => root.dataset[name].replace("/0/", `/${id}/`);

const said = document.getElementById("calendar-said");
export const say = (text) => (said.textContent = text);

let data = null;
let waiting = null; // data that came while a visit was in the hand
const held = new Set(); // the visits in the hand or on their way to the server
let calendar = null; // on a phone there is none
const drawn = new Map(); // what EventCalendar has: id → text of the event
const mounts = new Set(); // called with (visit, element) for each visit that appears

export const board = {
  get data() {
    return data;
  },
  /* The version of what came last, drawn or not. */
  get version() {
    return (waiting ?? data).version;
  },
  get calendar() {
    return calendar;
  },
  visit: (id) => data.visits.find((visit) => visit.id === id),
  element: (id) => grid.querySelector(`[data-visit="${id}"]`),
  whenMounted: (call) => mounts.add(call),
};

const pad = (number) => String(number).padStart(2, "0");
const view = ({ days }) => (days === 7 ? "resourceTimeGridWeek" : "resourceTimeGridDay");
const hour = (date) => `${pad(date.getHours())}:00`;
const minute = (date) => `${pad(date.getHours())}:${pad(date.getMinutes())}`;
const head = (date) => date.toLocaleDateString("en-GB", { weekday: "short", day: "numeric", month: "short" });

/* All that depends on the day, the view or the location. */
const settings = (shown) => ({
  view: view(shown),
  date: shown.first,
  timeZone: shown.offset,
  slotMinTime: `${pad(shown.opens)}:00`,
  slotMaxTime: `${pad(shown.closes)}:00`,
  resources: resources(shown),
});

function mounted({ event, el }) {
  const { visit, why } = event.extendedProps;
  if (event.display === "background" && !why) el.ariaHidden = "true";
  if (!visit || ["preview", "ghost"].includes(event.display)) return;
  el.dataset.visit = visit.id;
  el.ariaHasPopup = "dialog";
  el.tabIndex = -1;
  mounts.forEach((call) => call(visit, el));
}

/* EventCalendar calls itself a table, whose cells are empty and whose visits are in no cell. It is a group of buttons, of
   which one is a tab stop. */
function plain() {
  if (!grid.querySelector("[data-visit][tabindex='0']")) grid.querySelector("[data-visit]")?.setAttribute("tabindex", "0");
  grid.querySelectorAll("[role]:not(article)").forEach((element) => {
    element.removeAttribute("role");
    element.removeAttribute("aria-colindex");
    element.removeAttribute("aria-colspan");
  });
}

/* The server writes each service and each row of stages once. */
const whole = (fed) => ({
  ...fed,
  visits: fed.visits.map((visit) => ({ ...visit, stages: fed.stages[visit.stages], ...named(fed.services[visit.service]) })),
});
const named = ({ name, colour }) => ({ service_name: name, colour });

/* EventCalendar is two thirds of all that the page weighs: a phone, which shows the list, never asks for it. */
function library() {
  const script = element("script");
  script.src = root.dataset.library;
  const come = new Promise((resolve, reject) => Object.assign(script, { onload: resolve, onerror: reject }));
  document.head.append(script);
  return come;
}

export async function start(first, callbacks) {
  data = whole(first);
  if (!wide.matches) await new Promise((resolve) => wide.addEventListener("change", resolve, { once: true }));
  await library();
  root.classList.add("is-drawn");
  create(callbacks);
}

function create(callbacks) {
  const all = events(data, may);
  all.forEach((event) => drawn.set(event.id, JSON.stringify(event)));
  calendar = window.EventCalendar.create(grid, {
    ...settings(data),
    ...callbacks,
    events: all,
    allDaySlot: false,
    columnWidth: "minmax(128px, 1fr)",
    dayHeaderFormat: head,
    eventContent: content,
    eventDidMount: mounted,
    eventTimeFormat: minute,
    firstDay: 1,
    headerToolbar: { start: "", center: "", end: "" },
    longPressDelay: 400,
    nowIndicator: true,
    pointer: may.book,
    resourceLabelContent: label,
    scrollTime: scroll(data),
    slotDuration: SLOT.minutes * 60,
    slotEventOverlap: false,
    slotHeight: SLOT.pixels,
    slotLabelFormat: hour,
    slotLabelInterval: "01:00",
    snapDuration: "00:05",
  });
  plain();
  new MutationObserver(plain).observe(grid, { attributeFilter: ["role"], childList: true, subtree: true });
}

/* Today begins an hour before now, any other day where it opens. */
function scroll({ first, offset, opens }) {
  const sign = offset[0] === "-" ? -1 : 1;
  const [hours, minutes] = offset.slice(1).split(":").map(Number);
  const now = new Date(Date.now() + sign * (hours * 60 + minutes) * 60_000).toISOString();
  return `${pad(now.startsWith(first) ? Math.max(opens, Number(now.slice(11, 13)) - 1) : opens)}:00`;
}

function change(name, value) {
  if (JSON.stringify(settings(data)[name]) !== JSON.stringify(value)) calendar.setOption(name, value);
}

function drawAnew(next) {
  const all = new Map(events(next, may).map((event) => [event.id, event]));
  for (const id of [...drawn.keys()].filter((id) => !all.has(id))) {
    calendar.removeEventById(id);
    drawn.delete(id);
  }
  for (const [id, event] of all) {
    const text = JSON.stringify(event);
    if (drawn.get(id) === text) continue;
    if (drawn.has(id)) calendar.updateEvent(event);
    else calendar.addEvent(event);
    drawn.set(id, text);
  }
}

export function draw(fed) {
  show(whole(fed));
}

function show(next) {
  if (held.size) {
    waiting = next;
    return;
  }
  if (!calendar) {
    data = next;
    return;
  }
  if (next.first !== data.first) calendar.setOption("scrollTime", scroll(next));
  for (const [name, value] of Object.entries(settings(next))) change(name, value);
  data = next;
  drawAnew(next);
}

/* Nothing is drawn from here on: a visit is in the hand. */
export const hold = (visit) => held.add(visit);

/* It was let go, or its answer came. What EventCalendar did to it by itself is drawn over. */
export function release(visit) {
  held.delete(visit);
  drawn.set(`v${visit.id}`, "");
  const next = waiting ?? data;
  waiting = null;
  show(next);
}
