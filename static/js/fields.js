/* The forms of the plan's rows (data-fields). A ready setting (data-fill) puts its values into the fields of those names, and what is
   told of it below the list; a field that says nothing in the chosen mode (data-when) is out of sight and is not sent; a number
   beyond the usual (data-below, data-above) gets its caution beside it; the partner list has the recommended sites first.
   Enter sends the form from a list too. */

const FORM = "form[data-fields]";
const box = (field) => field.closest(".mb-3") ?? field;
const hint = (field) => document.getElementById(`hint_${field.id}`) ?? document.getElementById(`${field.id}_helptext`);
const chosen = (select) => select.selectedOptions[0];

function apply(form, filling) {
  for (const [name, value] of Object.entries(JSON.parse(filling))) {
    const field = form.elements[name];
    if (field) field.value = value;
  }
}

function tell(select) {
  const said = hint(select);
  if (!said) return;
  said.dataset.unchosen ??= select.value ? "" : said.textContent;
  said.textContent = chosen(select)?.dataset.told ?? said.dataset.unchosen;
}

/* A number typed over a ready setting is a setting of one's own. */
function compare(form) {
  for (const select of form.querySelectorAll("select:has([data-fill])")) {
    const filling = chosen(select)?.dataset.fill;
    if (!filling || "instruction" in JSON.parse(filling)) continue;
    const same = Object.entries(JSON.parse(filling)).every(([name, value]) => form.elements[name].disabled || Number(form.elements[name].value) === Number(value) || form.elements[name].value === value);
    if (!same) select.value = "";
    tell(select);
  }
}

function hide(form) {
  for (const field of form.querySelectorAll("[data-when]")) {
    const [name, values] = field.dataset.when.split("=");
    field.disabled = !values.split(",").includes(form.elements[name].value);
    box(field).hidden = field.disabled;
    if (!field.disabled && field.value === "" && field.dataset.default) field.value = field.dataset.default;
  }
}

function beyond(field) {
  const value = Number(field.value.replace(",", "."));
  if (!field.value.trim() || Number.isNaN(value) || field.disabled) return false;
  return value < Number(field.dataset.below ?? -Infinity) || value > Number(field.dataset.above ?? Infinity);
}

function warn(field) {
  let said = box(field).querySelector(".caution");
  if (!beyond(field)) return said?.remove();
  if (said) return;
  said = Object.assign(document.createElement("p"), { className: "caution", textContent: field.dataset.caution });
  said.setAttribute("role", "status");
  box(field).append(said);
}

/* How well a site goes with the other end: 0 best. */
function distance(option, mate) {
  const { side, limb } = option.dataset;
  if (side !== mate.dataset.side) return 2;
  return limb && limb === mate.dataset.limb ? 0 : 1;
}

function order(select) {
  const mate = chosen(select.form.elements[select.dataset.partnerOf]);
  const value = select.value;
  const [none, ...sites] = [...select.options];
  const titles = ["Same limb and side", "Same side", "Elsewhere"];
  if (!mate?.dataset.side) return;
  const groups = titles.map((label, place) => {
    const group = Object.assign(document.createElement("optgroup"), { label });
    group.append(...sites.filter((site) => site !== mate && site.value !== mate.value && distance(site, mate) === place));
    return group;
  });
  const own = sites.filter((site) => site.value === mate.value);
  select.replaceChildren(none, ...groups.filter((group) => group.children.length), ...own);
  own.forEach((site) => (site.hidden = true));
  sites.filter((site) => !own.includes(site)).forEach((site) => (site.hidden = false));
  select.value = value;
}

function suggest(form) {
  const codes = [...form.querySelectorAll("select option:checked[data-code]")].map((option) => option.dataset.code);
  const hasEnds = form.querySelector("[data-partner-of]");
  form.querySelectorAll("[data-for]").forEach((one) => (one.hidden = Boolean(hasEnds) && !codes.includes(one.dataset.for)));
}

function look(form) {
  hide(form);
  form.querySelectorAll("[data-caution]").forEach(warn);
  suggest(form);
}

function change(event) {
  const form = event.target.closest?.(FORM);
  if (!form) return;
  const filling = event.target.matches("select") && chosen(event.target)?.dataset.fill;
  if (filling) apply(form, filling);
  look(form);
  if (filling || event.target.querySelector?.("[data-told]")) tell(event.target);
  else compare(form);
  form.querySelectorAll("[data-partner-of]").forEach((select) => select !== event.target && order(select));
}

function take(event) {
  const button = event.target.closest?.("button[data-fill]");
  if (!button) return;
  apply(button.form, button.dataset.fill);
  look(button.form);
  button.form.elements[Object.keys(JSON.parse(button.dataset.fill))[0]].focus();
}

function send(event) {
  if (event.key !== "Enter" || event.isComposing || !event.target.matches?.(`${FORM} select`)) return;
  event.preventDefault();
  event.target.form.requestSubmit();
}

function begin(root) {
  root.querySelectorAll(FORM).forEach((form) => {
    look(form);
    form.querySelectorAll("[data-partner-of]").forEach(order);
  });
}

document.addEventListener("change", change);
document.addEventListener("input", (event) => event.target.matches("input") && change(event));
document.addEventListener("click", take);
document.addEventListener("keydown", send);
document.addEventListener("htmx:afterSettle", (event) => begin(event.target.parentElement ?? document));
begin(document);
