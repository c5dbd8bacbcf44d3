/* The time since the needles went in, by the server's clock: a tablet's may be wrong. And one version for all forms of the page:
   an autosave raises it without drawing them anew. */

const CLOCK = "[data-since]";
const pad = (number) => String(number).padStart(2, "0");

function tell(clock) {
  clock.skew ??= Date.parse(clock.dataset.now) - Date.now();
  const seconds = Math.max(0, Math.floor((Date.now() + clock.skew - Date.parse(clock.dataset.since)) / 1000));
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  clock.textContent = hours ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${pad(minutes)}:${pad(seconds % 60)}`;
}

const tick = () => document.querySelectorAll(CLOCK).forEach(tell);

document.addEventListener("plan-version", (event) => {
  document.querySelectorAll("input[name=version]").forEach((field) => (field.value = event.detail.value));
});
["htmx:afterSwap", "htmx:oobAfterSwap"].forEach((name) => document.addEventListener(name, tick));
tick();
setInterval(tick, 1000);
