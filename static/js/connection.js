/* A lost network, a lost login, a server that fails: said at the top of the page, while what was typed stays where it is. */

import { isAsking, signIn } from "./signin.js";

const place = document.querySelector("[data-connection]");
const LOST = "No connection. Your typing is kept on this device.";
const FAILED = "The server could not do this. Nothing you typed is lost. Try again.";

function say(text) {
  if (isAsking()) return;
  place.className = text ? "connection" : "";
  place.replaceChildren(text);
}

/* What a lost login has interrupted is done once the same person has signed in again. */
async function again({ elt, requestConfig, xhr }) {
  await signIn(xhr.getResponseHeader("X-Sign-In"));
  if (!elt.isConnected) return;
  const { type, submitter } = requestConfig.triggeringEvent ?? {};
  if (elt.matches("form")) elt.requestSubmit(submitter?.isConnected ? submitter : undefined);
  else if (elt.matches("a, button")) elt.click();
  else if (type) window.htmx.trigger(elt, type);
}

function failed({ detail }) {
  if (detail.xhr.status === 401) again(detail);
  else if (detail.xhr.status === 403) say("Your role does not allow this. Nothing was changed.");
  else if (detail.xhr.status === 404) say("This is no longer there. Nothing was changed.");
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
