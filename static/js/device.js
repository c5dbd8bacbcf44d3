/* What is typed and not yet on the server stays on this device: in localStorage, which outlives a closed tab and a crash, under the
   person and the page. It leaves when the server has it, when the person signs out, and when somebody else signs in here:
   docs/decisions/drafts.md. */

const PREFIX = "typed:";
const mine = `${PREFIX}${document.body.dataset.user}:`;
const key = mine + location.pathname;

const ours = (test) => Object.keys(localStorage).filter((name) => name.startsWith(PREFIX) && test(name));
const clear = (test) => ours(test).forEach((name) => localStorage.removeItem(name));

/* {at, fields: {name: {value, seen}}} or null */
export const kept = () => JSON.parse(localStorage.getItem(key) ?? "null");

export function keep(fields) {
  if (!Object.keys(fields).length) return localStorage.removeItem(key);
  try {
    localStorage.setItem(key, JSON.stringify({ at: Date.now(), fields }));
  } catch {
    // the device is full: the page still holds what was typed and goes on sending it
  }
}

function forget() {
  clear(() => true);
  sessionStorage.clear();
}

if (document.body.dataset.user) clear((name) => !name.startsWith(mine));
document.addEventListener("submit", (event) => event.target.matches("[data-sign-out]") && !event.defaultPrevented && forget());
