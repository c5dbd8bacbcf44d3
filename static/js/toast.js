/* Toasts leave after ten seconds, but wait while somebody points at or has focus in them. */

const LASTS = 10_000; // milliseconds
const place = document.getElementById("toasts");
const shape = document.getElementById("toast-template");

function keep(toast) {
  let timer;
  const go = () => toast.remove();
  const stop = () => clearTimeout(timer);
  const start = () => {
    stop();
    if (!toast.matches(":hover, :focus-within")) timer = setTimeout(go, LASTS);
  };
  toast.addEventListener("pointerenter", stop);
  toast.addEventListener("focusin", stop);
  toast.addEventListener("pointerleave", start);
  toast.addEventListener("focusout", () => setTimeout(start));
  toast.querySelector("[data-toast-close]").addEventListener("click", go);
  start();
}

/* A page that has a button for the very undo keeps what is typed into it. */
function undone(event, toast, undo) {
  const here = document.querySelector(`button[hx-post="${CSS.escape(undo)}"]`);
  if (!here) return;
  event.preventDefault();
  toast.remove();
  here.click();
}

function show({ text, undo }) {
  const toast = shape.content.querySelector("[data-toast]").cloneNode(true);
  toast.querySelector("p").textContent = text;
  const form = toast.querySelector("form");
  if (undo) {
    form.action = undo;
    form.addEventListener("submit", (event) => undone(event, toast, undo));
    form.elements.next.value = location.pathname + location.search; // the page may have changed its address since it was drawn
  } else form.remove();
  // of two undos the newer one counts; the older has no use any more
  place.querySelectorAll("[data-toast]").forEach((old) => old.remove());
  place.append(toast);
  keep(toast);
}

if (place) {
  place.querySelectorAll("[data-toast]").forEach(keep);
  document.addEventListener("toast", (event) => show(event.detail));
}
