/* The body map beside the plan: it opens in #map, its links are followed inside it, and it is drawn anew when the plan has changed.
   The focus goes where the eye goes: to the area that was tapped, to the row that was added, back to the button after Close. */

const host = document.getElementById("map");
const panel = () => host?.querySelector("[data-map]");
let focused = "";

function look(url, then) {
  focused = then;
  htmx.ajax("GET", url, { source: panel(), target: panel(), swap: "outerHTML" });
}

function fit() {
  const foot = document.querySelector(".foot--plan");
  const banner = document.querySelector(".banner");
  host.style.setProperty("--above", `${Math.max(0, banner?.getBoundingClientRect().bottom ?? 0)}px`);
  host.style.setProperty("--below", `${foot?.offsetHeight ?? 0}px`);
}

function close() {
  host.replaceChildren();
  document.getElementById("map-open")?.focus();
}

function escape(event) {
  if (event.key !== "Escape") return;
  event.stopPropagation(); // else the focus is dropped (dialog.js)
  close();
}

function follow(event) {
  const link = event.target.closest("a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (link.matches("[data-map-close]")) close();
  else look(link.getAttribute("href"), link.closest(".zone, .bodymap__list") ? "map-chosen" : link.id);
}

function settled(event) {
  if (event.target === host || host.contains(event.target)) {
    fit();
    const next = document.getElementById(focused) ?? document.getElementById("map-title");
    next?.focus({ preventScroll: true });
    if (focused === "map-chosen") next.scrollIntoView({ block: "nearest" });
    else if (!focused.startsWith("offer")) host.scrollTop = 0;
  } else if (event.target.id === "plan" && panel()) {
    fit();
    look(panel().dataset.again, document.activeElement?.closest(".offer")?.id ?? focused);
  }
}

/* A press that waited for the last one goes out with the version that one brought. */
function swapped(event) {
  const version = event.target.id === "plan" && event.target.querySelector("[name=version]")?.value;
  if (version) host.querySelectorAll("[name=version]").forEach((field) => (field.value = version));
}

if (host) {
  host.addEventListener("click", follow);
  host.addEventListener("keydown", escape);
  document.addEventListener("htmx:afterSwap", swapped);
  document.addEventListener("htmx:afterSettle", settled);
  addEventListener("resize", fit);
  addEventListener("scroll", () => panel() && fit(), { passive: true });
}
