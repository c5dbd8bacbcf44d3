/* Arrow keys between the search box and what it found. The page works without: Enter sends the form. */

const box = document.querySelector("[data-search]");
const results = document.getElementById("search-results");

function move(event) {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const stops = [box, ...results.querySelectorAll("a[href]")];
  const at = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
  if (stops[at]) {
    stops[at].focus();
    event.preventDefault();
  }
}

function clear() {
  if (box.value.trim() === "") results.replaceChildren();
}

box?.form.addEventListener("keydown", move);
box?.addEventListener("input", clear);
box?.form.addEventListener("keydown", (event) => {
  if (event.key === "Escape") results.replaceChildren();
});
