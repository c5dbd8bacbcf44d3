/* A lost network, a lost login, a server that fails: said at the top of the page, while what was typed stays where it is. */

const place = document.querySelector("[data-connection]");
const LOST = "No connection. Your typing is kept on this device.";
const FAILED = "The server could not do this. Nothing you typed is lost. Try again.";

function say(text, link) {
  place.className = text ? "connection" : "";
  place.replaceChildren(text);
  if (link) place.append(" ", link);
}

function signIn() {
  const link = document.createElement("a");
  link.href = `${document.body.dataset.login}?next=${encodeURIComponent(location.pathname + location.search)}`;
  link.textContent = "Sign in here.";
  return link;
}

function failed(event) {
  if (event.detail.xhr.status === 401) say("You were signed out. Nothing is lost.", signIn());
  else if (event.detail.xhr.status === 403) say("Your role does not allow this. Nothing was changed.");
  else if (event.detail.xhr.status === 404) say("This is no longer there. Nothing was changed.");
  else say(FAILED);
}

function submit(event) {
  if (navigator.onLine || event.target.method === "dialog") return;
  event.preventDefault(); // the browser would show its own page and drop what was typed
  say(LOST);
}

if (place) {
  window.addEventListener("offline", () => say(LOST));
  window.addEventListener("online", () => say(""));
  document.addEventListener("submit", submit, true);
  document.addEventListener("htmx:beforeRequest", (event) => event.detail.requestConfig.verb !== "get" && document.getElementById("refusal")?.replaceChildren());
  document.addEventListener("htmx:sendError", () => say(LOST));
  document.addEventListener("htmx:timeout", () => say("The server did not answer. Your typing is kept on this device. Try again."));
  document.addEventListener("htmx:responseError", failed);
  document.addEventListener("htmx:afterRequest", (event) => event.detail.successful && say(""));
  if (!navigator.onLine) say(LOST);
}
