/* The skin under the cups: a tap on a place shows its marks, a mark chosen there is set in the row's own box, which saves itself;
   and whatever those boxes say is drawn. The radio buttons belong to no form: they are never sent. */

const box = (name) => document.querySelector(`select[name="${CSS.escape(name)}"]`);
const radios = (name) => document.querySelectorAll(`[data-box="${CSS.escape(name)}"]`);
const sign = (mark) => document.querySelector(`[data-sign="${CSS.escape(mark)}"]`)?.dataset;
let open = "";

function show(cup) {
  open = cup;
  document.querySelectorAll("[data-skin-marks]").forEach((marks) => (marks.hidden = marks.dataset.skinMarks !== cup));
  document.querySelectorAll("[data-cup]").forEach((zone) => zone.classList.toggle("is-chosen", zone.dataset.cup === cup));
}

function draw(zone) {
  const [before, after] = ["marks_before", "marks_after"].map((name) => box(`${name}-${zone.dataset.cup}`));
  if (!before || !after) return;
  zone.dataset.mark = after.value || before.value;
  zone.querySelectorAll("[data-glyph]").forEach((text) => (text.textContent = sign(zone.dataset.mark)?.glyph ?? "?"));
  const [was, is] = [before, after].map((select) => sign(select.value)?.word ?? "not looked at");
  zone.setAttribute("aria-label", `${zone.dataset.label}: before ${was}, after ${is}`);
  for (const select of [before, after]) radios(select.name).forEach((radio) => (radio.checked = radio.value === select.value));
}

const drawAll = () => document.querySelectorAll("[data-cup]").forEach(draw);

function tapped(event) {
  const zone = event.target.closest?.("[data-cup]");
  if (!zone) return;
  event.preventDefault();
  show(zone.dataset.cup);
  document.getElementById(`skin-${zone.dataset.cup}`)?.focus();
}

function chosen(event) {
  const name = event.target.dataset?.box;
  if (!name) return;
  event.stopPropagation();
  if (event.type !== "change") return;
  box(name).value = event.target.value;
  for (const type of ["input", "change"]) box(name).dispatchEvent(new Event(type, { bubbles: true }));
}

document.addEventListener("click", tapped);
document.addEventListener("input", chosen, true);
document.addEventListener("change", chosen, true);
document.addEventListener("change", (event) => event.target.matches("select[name^=marks_]") && drawAll());
document.addEventListener("htmx:afterSettle", () => (drawAll(), show(open)));
drawAll();
