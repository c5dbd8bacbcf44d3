/* The pressed button turns while the server works, and a second press does nothing. The server guards itself all the same. */

const WAITS = 20_000; // milliseconds; a form that answers with a download never leaves the page

function turn(button) {
  if (!button?.matches(".btn")) return;
  button.setAttribute("aria-busy", "true");
}

function rest(root = document) {
  root.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
  root.querySelectorAll("form[data-busy]").forEach((form) => delete form.dataset.busy);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog" || form.matches("[data-no-busy]")) return;
  if (form.dataset.busy) {
    event.preventDefault();
    return;
  }
  form.dataset.busy = "yes";
  turn(event.submitter);
  setTimeout(() => rest(form.parentElement ?? document), WAITS);
});

const presser = (event) => {
  const element = event.detail.elt;
  return event.detail.requestConfig?.triggeringEvent?.submitter ?? (element.matches("form") ? element.querySelector("[type=submit]") : element);
};
document.addEventListener("htmx:beforeRequest", (event) => {
  const button = presser(event);
  if (button?.getAttribute("aria-busy") === "true") event.preventDefault();
  else turn(button);
});
document.addEventListener("htmx:afterRequest", (event) => presser(event)?.removeAttribute("aria-busy"));
window.addEventListener("pageshow", (event) => event.persisted && rest());
