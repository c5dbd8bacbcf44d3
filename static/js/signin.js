/* Signing in again without leaving the page: the sign-in page in a frame, any second factor included. It ends on /signed-in/, which
   tells who it was and the new CSRF token. What waited is sent then, unless it is somebody else: nobody sends another's words. */

const { user, signedIn, logout, login } = document.body.dataset;
const place = document.querySelector("[data-connection]");
let waiting = null; // one question, however many requests wait for its answer

const dialog = document.createElement("dialog");
dialog.className = "dialog dialog--sign-in";
dialog.setAttribute("aria-label", "Sign in again");
dialog.innerHTML =
  '<div class="dialog__head"><h2 class="h3 mb-0">Sign in again</h2><button type="button" class="btn-close" aria-label="Not now"></button></div>' +
  '<p class="dialog__said small soft">Nothing you typed is lost.</p><iframe class="dialog__frame" title="Sign in"></iframe>';
const frame = dialog.querySelector("iframe");
dialog.querySelector("button").addEventListener("click", () => dialog.close());
dialog.addEventListener("close", () => frame.removeAttribute("src"));

function address(url, next) {
  const there = new URL(url, location.origin);
  if (!there.searchParams.has("next")) there.searchParams.set("next", next);
  return there.pathname + there.search;
}

function open(url) {
  if (!dialog.isConnected) document.body.append(dialog);
  frame.src = address(url, signedIn);
  if (!dialog.open) dialog.showModal();
}

/* Who is still signed in is asked before a signature who they are. */
function name(words) {
  dialog.setAttribute("aria-label", words);
  dialog.querySelector("h2").textContent = words;
}

function tell(text, word, url) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-sm";
  button.textContent = word;
  button.addEventListener("click", () => open(url));
  place.className = "connection";
  place.replaceChildren(text, " ", button);
}

function takeToken(token) {
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
  document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((field) => (field.value = token));
}

function answered(event) {
  if (event.origin !== location.origin || event.source !== frame.contentWindow || !event.data.signedIn) return;
  dialog.close();
  if (event.data.signedIn.user !== user) {
    const text = `${event.data.signedIn.name} is signed in on this device now. What was typed here by somebody else is not sent and stays on this page.`;
    tell(text, "Sign in as that person", address(logout, address(login, signedIn)));
    return;
  }
  takeToken(event.data.signedIn.token);
  place.className = "";
  place.replaceChildren();
  waiting?.resolve();
  waiting = null;
}

/* Resolves once the person of this page has signed in at `url`. */
export function signIn(url) {
  if (!waiting) {
    waiting = {};
    waiting.promise = new Promise((resolve) => (waiting.resolve = resolve));
    const isOut = new URL(url, location.origin).pathname === new URL(login, location.origin).pathname;
    name(isOut ? "Sign in again" : "Confirm that it is you");
    if (isOut) tell("You were signed out. Nothing is lost.", "Sign in", url);
    else tell("Confirm that it is you, to go on. Nothing is lost.", "Confirm", url);
    open(url);
  }
  return waiting.promise;
}

export const isAsking = () => waiting !== null;
export const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
window.addEventListener("message", answered);
