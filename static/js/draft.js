/* <form data-draft>: what is typed survives a lost login or network, also in forms that htmx draws later. It stays in this tab
   (sessionStorage), under the user's id, until it was sent and the server took it. Nothing clinical outlives the tab. */

import "./device.js";

const user = document.body.dataset.user;
const mine = `draft:${user}:`;
const SKIP = "[type=hidden], [type=password], [type=file], [type=submit], [type=button]";
const key = (form) => `${mine}${location.pathname}#${form.id}`;
const fields = (form) => [...form.elements].filter((field) => field.name && !field.matches(SKIP));

function typed(form) {
  return fields(form).map((field) => [field.name, field.value, field.matches("[type=checkbox], [type=radio]") ? field.checked : null]);
}

function save(form, sent) {
  sessionStorage.setItem(key(form), JSON.stringify({ sent, typed: typed(form) }));
}

function fill(form, kept) {
  for (const [name, value, checked] of kept.typed) {
    const same = fields(form).filter((field) => field.name === name);
    if (checked === null) same.slice(0, 1).forEach((field) => (field.value = value));
    else same.filter((field) => field.value === value).forEach((field) => (field.checked = checked));
  }
  form.insertAdjacentHTML("afterbegin", '<p class="note note--inform mb-3" role="status"><i class="chip__glyph bi bi-info-circle" aria-hidden="true"></i><span>This is what you typed before. It is not saved yet.</span></p>');
}

/* Rows that were taken away meanwhile would get what was typed into the next ones. */
function fits(form, kept) {
  const names = new Set(kept.typed.map(([name]) => name));
  return fields(form).every((field) => names.has(field.name));
}

function restore(form, failed) {
  const kept = JSON.parse(sessionStorage.getItem(key(form)) ?? "null");
  const serverHasIt = form.querySelector(".is-invalid") || form.closest("main")?.querySelector("[data-errors]");
  const same = kept && JSON.stringify(kept.typed) === JSON.stringify(typed(form)); // keep.js has been here
  if (kept && !same && !serverHasIt && fits(form, kept) && (!kept.sent || failed)) fill(form, kept);
}

const drafted = (event) => event.target.closest?.("form[data-draft]") ?? event.target.form?.closest("[data-draft]");
const looks = (event) => event.submitter?.matches("[data-saves-nothing]"); // such as Preview
const keep = (sent) => (event) => drafted(event) && save(drafted(event), sent && !looks(event));

/* An answer that htmx draws: a form that it took is done; one that it refused, or that got no answer, is still being typed. What is
   drawn while somebody types, such as a preview, says nothing of either. */
function answered({ detail }) {
  const form = detail.elt.matches("form, a, button") && detail.elt.closest("form[data-draft]");
  const taken = detail.successful || detail.xhr.getResponseHeader("HX-Redirect"); // of which htmx says nothing
  if (form && taken) sessionStorage.removeItem(key(form));
  else if (form && sessionStorage.getItem(key(form))) save(form, false);
}

if (document.querySelector("[data-not-sent]")) {
  // this page says that the last sending did not arrive: sign in, a refusal, a broken server; in a frame it is about nothing sent
  if (window.top === window) sessionStorage.setItem("not-sent", "yes");
} else if (user) {
  const failed = sessionStorage.getItem("not-sent") !== null;
  document.querySelectorAll("form[data-draft]").forEach((form) => restore(form, failed));
  document.addEventListener("htmx:load", (event) => event.detail.elt.querySelectorAll?.("form[data-draft]").forEach((form) => restore(form, false)));
  document.addEventListener("input", keep(false));
  document.addEventListener("change", keep(false));
  document.addEventListener("submit", keep(true));
  document.addEventListener("htmx:afterRequest", answered);
  // on any page after a successful sending, the sent drafts have done their work
  for (const name of Object.keys(sessionStorage)) {
    if (name.startsWith("draft:") && (!name.startsWith(mine) || (!failed && JSON.parse(sessionStorage.getItem(name)).sent))) sessionStorage.removeItem(name);
  }
  sessionStorage.removeItem("not-sent");
}
