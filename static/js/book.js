/* New visit from the keyboard: Enter takes the first patient found, then the service, then a time, and ends on Book.
   The button says what it will do, and later days move the day field. All of it works without, only slower. */

const look = document.querySelector("#look");
const taking = document.querySelector("#take");
const who = document.querySelector("#who");
const button = taking.querySelector("[data-take]");
const atRest = button.textContent;
const slot = () => taking.querySelector("[name=slot]:checked") ?? taking.querySelector("[name=slot]");
const found = () => who.querySelector("[name=patient]:checked") ?? who.querySelector("[name=patient]");
let looking = false; // letters were typed whose patients are not here yet
let waiting = null; // the step that Enter asked for before its answer came

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

// what was typed is no wish yet: choosing a patient is
look.elements.q?.addEventListener("change", (event) => event.stopPropagation());

who?.addEventListener("htmx:afterSwap", () => {
  looking = false;
  if (waiting === "q" && found()) steps.q();
});

taking.addEventListener("change", (event) => {
  if (event.target.name === "slot") button.textContent = `${button.dataset.take} ${event.target.dataset.says}`;
});

taking.addEventListener("click", (event) => {
  const later = event.target.closest("[data-later]");
  if (!later) return;
  event.preventDefault();
  look.elements.day.value = later.dataset.later;
  look.elements.day.dispatchEvent(new Event("change", { bubbles: true }));
});

taking.addEventListener("htmx:afterSwap", () => {
  button.textContent = atRest;
  const service = taking.querySelector("[type=hidden][name=service]");
  if (service && !look.elements.service.value) look.elements.service.value = service.value;
  const chosen = taking.querySelector("[name=slot]:checked");
  if (chosen) choose(chosen);
  if (waiting === "service" && slot()) steps.service(look.elements.service);
});
