/* New visit from the keyboard: Enter takes the first patient found, then the service, then a time, and ends on Book.
   If only one is found, it is the one. What is booked is for whom the page shows as chosen. The button says what it
   will do, and later days move the day field. All of it works without, only slower. */

const look = document.querySelector("#look");
const taking = document.querySelector("#take");
const who = document.querySelector("#who");
const button = taking.querySelector("[data-take]");
const atRest = button.textContent;
const taken = (name) => taking.querySelector(`[type=hidden][name=${name}]`);
const slot = () => taking.querySelector("[name=slot]:checked") ?? taking.querySelector("[name=slot]");
const found = () => who.querySelector("[name=patient]:checked") ?? who.querySelector("[name=patient]");
let looking = false; // letters were typed whose patients are not here yet
let waiting = null; // the step that Enter asked for before its answer came
let usual = ""; // the service that the server proposed, as long as nobody chose one

function choose(radio) {
  radio.checked = true;
  radio.dispatchEvent(new Event("change", { bubbles: true }));
}

const steps = {
  q() {
    waiting = looking || !found() ? "q" : null;
    if (!waiting) steps.patient(found());
    return true;
  },
  patient(radio) {
    choose(radio);
    look.elements.service.focus();
    return true;
  },
  service(field) {
    waiting = slot() ? null : "service";
    slot()?.focus();
    return Boolean(field.value);
  },
  slot(radio) {
    choose(radio);
    button.focus();
    return true;
  },
};

document.addEventListener("keydown", (event) => {
  const step = event.key === "Enter" && !event.ctrlKey && !event.metaKey && steps[event.target.name];
  if (step && step(event.target)) event.preventDefault();
});

look.addEventListener("input", (event) => {
  if (event.target.name === "q") looking = true;
  waiting = null;
});

// what was typed is no wish yet, but nobody is chosen any more
look.elements.q?.addEventListener("change", (event) => event.stopPropagation());
look.elements.q?.addEventListener("input", (event) => {
  taking.elements.q.value = event.target.value;
  if (taken("patient")) taken("patient").value = "";
});

// somebody else is used to something else; before htmx asks, which listens on the way back
look.addEventListener("change", (event) => {
  const { service } = look.elements;
  if (event.target.name === "patient" && service.value === usual) service.value = "";
  if (event.target === service) usual = "";
}, { capture: true });

who?.addEventListener("htmx:afterSwap", () => {
  looking = false;
  if (waiting === "q" && found()) return steps.q();
  const people = who.querySelectorAll("[name=patient]");
  if (people.length === 1) choose(people[0]);
});

function say() {
  const chosen = taking.querySelector("[name=slot]:checked");
  const does = chosen && (chosen.dataset.does ?? `${button.dataset.take} ${chosen.dataset.says}`);
  button.textContent = does || atRest;
}
say();
taking.addEventListener("change", say);

taking.addEventListener("click", (event) => {
  const later = event.target.closest("[data-later]");
  if (!later) return;
  event.preventDefault();
  look.elements.day.value = later.dataset.later;
  look.elements.day.dispatchEvent(new Event("change", { bubbles: true }));
});

taking.addEventListener("htmx:afterSwap", () => {
  say();
  const service = taken("service");
  if (service && !look.elements.service.value) usual = look.elements.service.value = service.value;
  if (waiting === "service" && slot()) steps.service(look.elements.service);
});
