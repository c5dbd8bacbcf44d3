/* Time left until a moment, by the server's clock: a tablet's may be wrong, and performance.now() can't be set. The server tells its
   time with the page (data-server-now) and with later answers (the event server-clock). */

const DIGITS = "[data-until]";
const SOON = 120_000; // milliseconds
const pad = (number) => String(number).padStart(2, "0");
const loaded = () => performance.getEntriesByType("navigation")[0]?.responseStart ?? 0;
let ahead; // of performance.now(), in milliseconds
let heard; // the element that told the time last: what it says was true when it came

const set = (told, at) => (ahead = told - at);
export const now = () => performance.now() + ahead;

function spell(milliseconds) {
  const seconds = Math.floor(Math.abs(milliseconds) / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  return `${milliseconds < 0 ? "+" : ""}${hours ? `${hours}:` : ""}${pad(minutes)}:${pad(seconds % 60)}`;
}

function tell(digits) {
  const left = Number(digits.dataset.until) - now();
  digits.textContent = spell(Math.ceil(left / 1000) * 1000);
  if (!digits.dataset.calls) return;
  digits.classList.toggle("is-over", left <= 0);
  if (digits.hasAttribute("data-beside")) return; // a second clock on a card says nothing about the first
  const card = digits.closest(".bed");
  card?.classList.toggle("bed--overdue", left <= 0);
  card?.classList.toggle("bed--soon", left > 0 && left <= SOON);
}

export const due = () => [...document.querySelectorAll(`${DIGITS}[data-calls]`)].filter((digits) => Number(digits.dataset.until) <= now());
export const tick = () => ahead !== undefined && document.querySelectorAll(DIGITS).forEach(tell);

function read(at) {
  const told = document.querySelector("[data-server-now]");
  if (told && told !== heard) set(Number(told.dataset.serverNow), at);
  heard = told;
  tick();
}

document.addEventListener("server-clock", (event) => set(event.detail.value, performance.now()));
document.addEventListener("htmx:afterSwap", () => read(performance.now()));
read(loaded());
setInterval(tick, 1000);
