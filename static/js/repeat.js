/* The button says how many visits it books: of the dates that are not left out. Without it the server's count stands there. */

const form = document.querySelector("#repeat");
const button = form.querySelector("[data-counts]");

function say() {
  const kept = form.querySelectorAll("[name^=pick-]:checked:not([value=out])").length;
  button.textContent = kept === 1 ? "Book this visit" : `Book these ${kept} visits`;
}

if (button) {
  form.addEventListener("change", say);
  form.addEventListener("htmx:afterSettle", say);
  say();
}
