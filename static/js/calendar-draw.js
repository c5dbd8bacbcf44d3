/* From the server's JSON to what EventCalendar draws. Times are wall-clock text of the location ("2031-05-14T09:20") and stay
   text: a browser in another zone shows the clinic's clocks. Everything goes into the page as text nodes, never as HTML. */

export const SLOT = { minutes: 15, pixels: 28 };
const NAMED = 10; // minutes: a shorter stage is lower than its name
const COMING = new Set(["booked", "confirmed"]);
const STRETCHES = new Set(["booked", "confirmed", "arrived", "in_session"]);
const WHY = { away: "Away", closed: "Closed", off: "" };
const SHORT = 25; // minutes; only one line fits

const wall = (text) => Date.parse(`${text}Z`); // as if the clocks were UTC: only for differences
export const clock = (text) => text.slice(11, 16);
export const later = (text, minutes) => new Date(wall(text) + minutes * 60_000).toISOString().slice(0, 16);
export const minutes = (visit) => visit.stages.reduce((sum, stage) => sum + stage.minutes, 0);
export const canMove = (visit) => COMING.has(visit.status);
export const canStretch = (visit) => STRETCHES.has(visit.status) && visit.stages.some((stage) => stage.elastic);
export const fullName = (visit) => `${visit.family}, ${visit.given}`;

export function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

/* The clocks may go back in a visit: it is drawn as long as it lasts. */
const end = (visit) => (visit.ends > visit.starts ? visit.ends : later(visit.starts, minutes(visit)));

export function visitEvent(visit, data, may) {
  const where = data.days === 7 ? visit.starts.slice(0, 10) : data.columns.find(({ id }) => id === visit[data.by])?.name;
  const tone = data.colour === "status" ? [`visit--${data.statuses[visit.status].tone}`] : [];
  return {
    id: `v${visit.id}`,
    resourceIds: [visit[data.by]],
    start: visit.starts,
    end: end(visit),
    startEditable: may.move && canMove(visit),
    durationEditable: may.move && canStretch(visit),
    classNames: ["visit", `is-${visit.status.replace("_", "-")}`, ...(minutes(visit) <= SHORT ? ["visit--short"] : []), ...tone],
    styles: tone.length ? [] : [`--hue:${visit.colour}`],
    extendedProps: { visit, where, by: data.by, status: data.statuses[visit.status] },
  };
}

const blockEvent = (block) => ({
  id: `b${block.id}`,
  resourceIds: [block.column],
  start: block.starts,
  end: block.ends,
  startEditable: false,
  durationEditable: false,
  classNames: ["block"],
  extendedProps: { block },
});

const shadeEvent = (shade) => ({
  id: `s${shade.why}-${shade.column}-${shade.starts}`,
  resourceIds: [shade.column],
  start: shade.starts,
  end: shade.ends,
  display: "background",
  classNames: ["shade", `shade--${shade.why}`],
  extendedProps: { why: WHY[shade.why] },
});

export const glowEvent = (free, number) => ({
  id: `g${number}`,
  resourceIds: [free.column],
  start: free.starts,
  end: free.ends,
  display: "background",
  classNames: ["glow"],
});

export const events = (data, may) => [
  ...data.visits.map((visit) => visitEvent(visit, data, may)),
  ...data.blocks.map(blockEvent),
  ...data.shade.map(shadeEvent),
];

export const resources = (data) => data.columns.map(({ id, name, note }) => ({ id, title: name, extendedProps: { note } }));

/* A stage is filled while it takes the column's practitioner, table or unit, and dotted while that rests. */
function stage({ name, minutes: long, ...needs }, by) {
  const busy = by === "table" || needs[by];
  const drawn = element("span", `visit__stage ${busy ? "" : "visit__stage--rest"}`);
  if (long >= NAMED) drawn.append(element("span", "visit__name", name));
  drawn.style.flexGrow = long;
  return drawn;
}

/* What is kept free afterwards hangs below the visit. */
function tail(visit, by) {
  const rest = { table: visit.turnover, practitioner: visit.stages.at(-1).practitioner ? visit.buffer : 0 }[by] ?? 0;
  if (!rest) return [];
  const drawn = element("span", "visit__tail");
  drawn.style.blockSize = `${(rest * SLOT.pixels) / SLOT.minutes}px`;
  return [drawn];
}

function visitContent({ visit, where, by, status }, starts) {
  const sign = element("i", `bi bi-${status.icon}`);
  sign.ariaHidden = "true";
  const text = element(
    "span",
    "visit__text",
    element("span", "visit__who", element("span", "visit__clock", starts), " ", element("bdi", "", fullName(visit))),
    element("span", "visit__what", sign, ` ${status.word} · ${visit.service_name}`),
    element("span", "visually-hidden", `until ${clock(visit.ends)}, ${where}`),
  );
  const stages = element("span", "visit__stages", ...visit.stages.map((one) => stage(one, by)));
  stages.ariaHidden = "true"; // what Enter opens names them
  return [text, stages, ...tail(visit, by)];
}

function blockContent(block) {
  return [element("span", "visit__text", element("span", "visit__who", `${clock(block.starts)} `, element("bdi", "", block.title)))];
}

export function content({ event, timeText }) {
  const { visit, block, why } = event.extendedProps;
  if (event.display === "pointer") return { domNodes: [element("span", "cal__here", timeText)] };
  // in the hand it tells where it is, else what the server said
  if (visit) return { domNodes: visitContent(event.extendedProps, event.display === "preview" ? timeText : clock(visit.starts)) };
  if (block) return { domNodes: blockContent(block) };
  return { domNodes: why ? [element("span", "shade__why", why)] : [] };
}

export function label({ resource }) {
  const note = resource.extendedProps.note;
  return { domNodes: [element("b", "", resource.title), ...(note ? [element("small", "", note)] : [])] };
}
