/* A press made while the answer to the last one, or an autosave, is on its way is made again when that has come: its button is a new
   one by then, and htmx would drop the press or draw an old plan over a new one. A refusal lets the waiting presses go: look first. */

const FRAGMENT = "[data-keep]";
let coming = null; // the request whose answer draws the fragment: a refusal may be drawn elsewhere
let saving = null;
let waiting = [];

const attribute = (element) => ["hx-post", "hx-get"].find((name) => element.hasAttribute(name));

function same(element) {
  const name = attribute(element);
  const value = element.matches("button[value]") ? `[value="${CSS.escape(element.value)}"]` : "";
  return `${element.localName}[${name}="${CSS.escape(element.getAttribute(name))}"]${value}`;
}

function press(selector) {
  const element = document.querySelector(selector);
  if (element?.matches("form")) element.requestSubmit();
  else element?.click();
}

const next = () => !coming && !saving && waiting.length && press(waiting.shift());

/* Presses wait until `promise` has come. */
export async function hold(promise) {
  saving = promise;
  await promise;
  if (saving === promise) saving = null;
  setTimeout(next);
}

function stop(event) {
  const { elt, target } = event.detail;
  if (!(coming || saving) || !target?.matches(FRAGMENT)) return;
  event.preventDefault();
  waiting.push(same(elt));
}

function go(event) {
  if (event.detail.target.matches(FRAGMENT)) coming = event.detail.xhr;
}

function come(event) {
  if (event.detail.xhr !== coming) return;
  coming = null;
  if (!event.detail.successful) waiting = [];
  setTimeout(next);
}

document.addEventListener("htmx:confirm", stop);
document.addEventListener("htmx:beforeSend", go);
document.addEventListener("htmx:afterRequest", come);
