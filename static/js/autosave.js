/* <form data-autosave="…">: nothing typed is lost. Every box that has a `seen_…` beside it (what the person saw there) is sent within
   a second, one request at a time, always with the newest values; "Saved 09:14" is said when the server has said so, box by box.
   What it has not got stays on this device as well (device.js), boxes that only their own button sends included. */

import { keep, kept } from "./device.js";
import { hold } from "./presses.js";
import { signIn, token } from "./signin.js";

const PAUSE = 500; // milliseconds after the last key
const LONGEST = 900; // of typing without a pause
const WAITS = 20_000;
const AGAIN = [1_000, 2_000, 5_000, 10_000, 30_000];
const BEACON = 60_000; // bytes that a page may still send while it is left
const TYPED = "input:not([type=hidden], [type=submit], [type=button], [type=password]), select, textarea";
const NO_CONNECTION = "Not saved yet: no connection. Your typing is kept on this device.";

const form = () => document.querySelector("form[data-autosave]");
const plain = (text) => text.replace(/\r\n?/g, "\n").trim();
const boxes = (name) => [...form().elements].filter((field) => field.name === name && field.matches(TYPED));
const names = () => [...new Set([...form().elements].filter((field) => field.name && field.matches(TYPED)).map((field) => field.name))];
const seen = (name) => form().querySelector(`input[type=hidden][name="${CSS.escape(`seen_${name}`)}"]`);
const undecided = (name) => form().querySelector(`[data-clash="${CSS.escape(name)}"]`);

let timer = 0;
let since = 0; // the first key that is not sent yet
let failures = 0;
let underWay = null;
const drawing = new Set(); // requests whose answer will draw the chart anew; a refusal may be drawn elsewhere
const clashing = new Map(); // what the person had seen in boxes that are still to be decided
const unheard = new Map(); // what was sent without an answer: it may have arrived
const refused = new Map(); // what the server would not take, until it is changed

function value(name) {
  const [field, ...more] = boxes(name);
  if (field.type === "radio") return [field, ...more].find((one) => one.checked)?.value ?? "";
  if (field.type === "checkbox") return field.checked ? "on" : "";
  return field.value;
}

const first = (field) => {
  if (field.matches("select")) return ([...field.options].find((option) => option.defaultSelected) ?? field.options[0])?.value ?? "";
  return field.matches("[type=checkbox], [type=radio]") ? (field.defaultChecked ? field.value : "") : field.defaultValue;
};
const before = (name) => seen(name)?.value ?? boxes(name).map(first).join("");
const isHalf = (name) => boxes(name).some((field) => field.validity.badInput); // a time or a date on the way: "--:05"
const touched = () => names().filter((name) => plain(value(name)) !== plain(before(name)) && !isHalf(name));
const row = (name) => boxes(name)[0].closest("tr, [data-row], #times") ?? name;
const isNew = (name) => refused.get(name) !== value(name);

/* The boxes of a row belong together: what was refused goes once more with what is new beside it. */
function unsent() {
  const open = touched().filter((name) => seen(name) && !undecided(name));
  const rows = new Set(open.filter(isNew).map(row));
  return open.filter((name) => rows.has(row(name)));
}

function fill(name, text) {
  for (const field of boxes(name)) {
    if (field.matches("[type=checkbox], [type=radio]")) field.checked = field.value === text;
    else field.value = text;
  }
}

/* The server has `text` now: it is what the person sees, and what a fresh page would show. */
function acknowledge(name, text) {
  seen(name).value = text;
  for (const field of boxes(name)) {
    if (field.matches("[type=checkbox], [type=radio]")) field.defaultChecked = field.value === text;
    else if (field.matches("select")) [...field.options].forEach((option) => (option.defaultSelected = option.value === text));
    else field.defaultValue = text;
  }
  unmark(name);
}

function unmark(name) {
  boxes(name).forEach((field) => field.classList.remove("is-invalid"));
  form().querySelector(`[data-wrong="${CSS.escape(name)}"]`)?.remove();
}

const last = (name) => boxes(name).at(-1).closest("fieldset") ?? boxes(name).at(-1);

function mark(name, sentence) {
  unmark(name);
  last(name).closest("details")?.setAttribute("open", "");
  boxes(name).forEach((field) => field.classList.add("is-invalid"));
  const line = Object.assign(document.createElement("p"), { className: "invalid-feedback d-block", textContent: sentence });
  line.dataset.wrong = name;
  last(name).after(line);
}

function clash(name, { theirs, html }) {
  clashing.set(name, seen(name).value);
  seen(name).value = theirs;
  undecided(name)?.remove();
  last(name).insertAdjacentHTML("afterend", html);
}

function say(text) {
  const place = document.getElementById("saved");
  if (place && place.textContent !== text) place.textContent = text;
}

function remember() {
  const left = offered();
  const mine = Object.fromEntries(touched().map((name) => [name, { value: value(name), seen: before(name) }]));
  keep({ ...left, ...mine });
}

function body(sent) {
  const data = new URLSearchParams({ version: form().elements.version.value });
  for (const [name, text] of sent) {
    data.set(name, text);
    [...(unheard.get(name) ?? []), before(name)].forEach((text) => data.append(`seen_${name}`, text));
  }
  return data;
}

async function ask(data) {
  const headers = { "X-CSRFToken": token(), "HX-Request": "true" };
  const keepalive = data.toString().length < BEACON;
  return fetch(form().dataset.autosave, { method: "POST", body: data, headers, keepalive, signal: AbortSignal.timeout(WAITS) });
}

async function deliver(sent) {
  const data = body(sent);
  sent.forEach((text, name) => unheard.set(name, [...(unheard.get(name) ?? []), text]));
  let answer;
  try {
    answer = await ask(data);
    while (answer.status === 401) {
      say("Not saved yet: you are signed out. Your typing is kept on this device.");
      await signIn(answer.headers.get("X-Sign-In"));
      answer = await ask(data);
    }
    if (answer.status >= 500) throw new Error("the server failed");
  } catch {
    failures += 1;
    say(NO_CONNECTION);
    return;
  }
  failures = 0;
  sent.forEach((text, name) => unheard.delete(name));
  const said = answer.headers.get("Content-Type") === "application/json" ? await answer.json() : {};
  if (answer.ok) take(said, sent);
  else refuse(sent, said.refusal ?? "This could not be saved. Your typing is kept on this device.");
}

function refuse(sent, sentence) {
  sent.forEach((text, name) => refused.set(name, text));
  say(`Not saved: ${sentence}`);
}

function take(said, sent) {
  if (!form()) return;
  sent.forEach((text, name) => (seen(name) && said.saved.includes(name) ? acknowledge(name, text) : refused.set(name, text)));
  Object.entries(said.wrong).forEach(([name, sentence]) => mark(name, sentence));
  Object.entries(said.clashes).forEach(([name, both]) => clash(name, both));
  form().querySelectorAll("input[name=version]").forEach((field) => (field.value = said.version));
  remember();
  if (said.saved.some((name) => boxes(name)[0]?.closest("#count, #times"))) form().dispatchEvent(new Event("counted"));
  const open = Object.keys({ ...said.wrong, ...said.clashes }).length;
  say(open ? `Saved ${said.at}, but not the marked fields.` : `Saved ${said.at}`);
}

/* Send what is not sent. Resolves when nothing is under way any more. */
export async function send() {
  clearTimeout(timer);
  since = 0;
  if (underWay || drawing.size || !form()) return underWay;
  const sent = new Map(unsent().map((name) => [name, value(name)]));
  if (!sent.size) return null;
  say("Saving…");
  underWay = deliver(sent);
  hold(underWay);
  try {
    await underWay;
  } finally {
    underWay = null;
  }
  if (!unsent().length) return null;
  if (failures) return wait(AGAIN[Math.min(failures, AGAIN.length) - 1]);
  return send();
}

/* The page is left: no time to wait for an answer. */
function lastWords() {
  const sent = form() ? new Map(unsent().map((name) => [name, value(name)])) : new Map();
  if (sent.size && !drawing.size) ask(body(sent)).catch(() => {});
}

function wait(milliseconds) {
  clearTimeout(timer);
  timer = setTimeout(send, milliseconds);
}

function typed(event) {
  if (!event.target.form?.matches("[data-autosave]") || !event.target.matches(TYPED)) return;
  refused.clear();
  remember();
  if (!unsent().length) return;
  if (!failures) say("Saving…");
  since ||= Date.now();
  if (!failures) wait(Math.max(0, Math.min(PAUSE, since + LONGEST - Date.now())));
}

/* [Keep mine] and [Take theirs] decide where they stand. */
function decide(event) {
  const button = event.target.closest("[data-clash] button");
  if (!button) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (button.name === "take") fill(button.value, seen(button.value).value);
  if (button.name === "take") acknowledge(button.value, seen(button.value).value);
  undecided(button.value).remove();
  clashing.delete(button.value);
  unmark(button.value);
  boxes(button.value)[0].focus();
  refused.clear();
  remember();
  send();
}

/* What an earlier page left on this device is offered, beside what the server has now. */
function offered() {
  const box = document.getElementById("typed-before");
  return box ? JSON.parse(box.dataset.fields) : {};
}

const label = (name) => {
  const [field] = form() ? boxes(name) : [];
  const legend = field?.closest("fieldset")?.querySelector("legend") ?? field?.labels?.[0];
  return field?.ariaLabel ?? legend?.textContent.trim() ?? "No longer on this page";
};

function line(name, { value: text, seen: saw }) {
  const item = document.createElement("li");
  const now = form() && boxes(name).length ? before(name) : "";
  const theirs = plain(now) === plain(saw) || plain(now) === "" ? "" : ` (here now: ${now})`;
  item.append(Object.assign(document.createElement("b"), { textContent: `${label(name)}: ` }), text || "(empty)", theirs);
  return item;
}

function offer() {
  const left = kept();
  const here = form();
  const fields = Object.entries(left?.fields ?? {}).filter(([name, one]) => !here || !boxes(name).length || plain(one.value) !== plain(value(name)));
  if (!fields.length) return keep({});
  const at = new Date(left.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const box = Object.assign(document.createElement("div"), { id: "typed-before", className: "note note--warn mb-3" });
  box.setAttribute("role", "status");
  box.dataset.fields = JSON.stringify(Object.fromEntries(fields));
  box.innerHTML =
    '<i class="chip__glyph bi bi-exclamation-triangle" aria-hidden="true"></i><div><p><b></b></p><ul class="mb-2 prose"></ul>' +
    '<div class="cluster"><button type="button" class="btn btn-sm" data-put-back>Put back</button><button type="button" class="btn btn-sm btn-quiet" data-discard>Discard</button></div></div>';
  box.querySelector("b").textContent = `Typed on this device at ${at}, not saved yet.`;
  box.querySelector("ul").append(...fields.map(([name, one]) => line(name, one)));
  if (!here) box.querySelector("[data-put-back]").remove();
  box.querySelector("[data-put-back]")?.addEventListener("click", () => putBack(box));
  box.querySelector("[data-discard]").addEventListener("click", () => {
    box.remove();
    if (form()) remember();
    else keep({});
  });
  document.getElementById("chart")?.before(box);
}

function putBack(box) {
  const fields = JSON.parse(box.dataset.fields);
  const fit = Object.entries(fields).filter(([name]) => boxes(name).length);
  const rest = Object.fromEntries(Object.entries(fields).filter(([name]) => !boxes(name).length));
  for (const [name, one] of fit) {
    if (seen(name)) seen(name).value = one.seen; // the server finds out whether somebody has written there since
    fill(name, one.value);
    boxes(name)[0].closest("details")?.setAttribute("open", "");
  }
  if (Object.keys(rest).length) box.dataset.fields = JSON.stringify(rest);
  else box.remove();
  box.querySelector("ul").replaceChildren(...Object.entries(rest).map(([name, one]) => line(name, one)));
  box.querySelector("[data-put-back]").remove();
  remember();
  send();
}

/* Whoever signs out takes nothing along: first everything is sent. */
let warned = false;
async function leave(event) {
  if (!event.target.matches("[data-sign-out]") || warned || !form() || !touched().length) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  await send();
  warned = true;
  if (!touched().length) event.target.requestSubmit();
  else say("Something you typed is not saved. Signing out once more removes it from this device.");
}

/* "See it" draws what others wrote around what is still being typed. In the same box both texts are to be seen: the server, told what
   the person had seen before, says so. */
let typing = [];
function look({ detail }) {
  if (detail.target?.id !== "chart" || detail.requestConfig?.verb !== "get" || !form()) return;
  typing = touched().filter(seen).map((name) => [name, clashing.get(name) ?? before(name)]);
  clashing.clear();
}
function goOn() {
  if (form()) typing.forEach(([name, saw]) => seen(name) && (seen(name).value = saw));
  typing = [];
}

/* A stamp that came by another way, a count that came out for one, stands in its box too, unless somebody is typing there. */
function stamped() {
  const typing = form() ? touched() : [];
  for (const { dataset, value: text } of document.querySelectorAll("#stamped [data-stamp]")) {
    const name = dataset.stamp.replace("seen_", "");
    if (!seen(name) || typing.includes(name) || isHalf(name)) continue;
    fill(name, text);
    acknowledge(name, text);
  }
}

const drawsAnew = (event) => event.detail.target?.matches("#chart");
document.addEventListener("htmx:beforeSend", (event) => {
  if (drawsAnew(event)) drawing.add(event.detail.xhr);
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (!drawing.delete(event.detail.xhr)) return;
  refused.clear();
  setTimeout(() => form() && (remember(), send()));
});
document.addEventListener("htmx:beforeSwap", look);
document.addEventListener("htmx:afterSwap", goOn);
document.addEventListener("htmx:oobAfterSwap", (event) => event.detail.target.id === "stamped" && stamped());
document.addEventListener("input", typed);
document.addEventListener("change", typed);
document.addEventListener("focusout", (event) => event.target.form?.matches("[data-autosave]") && !failures && send());
document.addEventListener("click", decide, true);
document.addEventListener("submit", leave, true);
document.addEventListener("visibilitychange", () => document.hidden && send());
window.addEventListener("pagehide", lastWords);
window.addEventListener("online", () => send());
window.addEventListener("offline", () => form() && unsent().length && say(NO_CONNECTION));
offer();
