/* What was typed and not yet sent survives when htmx swaps the fragment around it: fields are found again by their id.
   data-keep marks the fragments that are looked after. Who lost the focus to a swap finds it at what is wrong, else at data-focus. */

const TYPED = "input:not([type=hidden], [type=submit], [type=button]), select, textarea";
const TICK = "[type=checkbox], [type=radio]";
let kept = [];

const state = (field) => (field.matches(TICK) ? field.checked : field.value);
const initial = (select) => ([...select.options].find((option) => option.defaultSelected) ?? select.options[0])?.value;

function touched(field) {
  if (field.matches("select")) return field.value !== initial(field);
  return field.matches(TICK) ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
}

function sent(field, request) {
  if (field.form !== (request.elt.form ?? request.elt.closest("form"))) return false;
  const values = request.formData.getAll(field.name);
  return field.matches(TICK) ? values.includes(field.value) === field.checked : values.includes(field.value);
}

function note(event) {
  const { target, requestConfig, shouldSwap } = event.detail;
  if (!shouldSwap || !target.closest("[data-keep]")) return;
  const fields = [...target.querySelectorAll(TYPED)].filter((field) => field.id && touched(field));
  kept = fields.filter((field) => !sent(field, requestConfig)).map((field) => [field.id, state(field)]);
}

function restore() {
  for (const [id, value] of kept) {
    const field = document.getElementById(id);
    if (field?.matches(TICK)) field.checked = value;
    else if (field) field.value = value;
  }
  kept = [];
}

function focus(root) {
  if (document.activeElement !== document.body) return;
  (root.querySelector(".is-invalid") ?? root.querySelector("[data-focus]"))?.focus();
}

document.addEventListener("htmx:beforeSwap", note);
document.addEventListener("htmx:afterSwap", restore);
document.addEventListener("htmx:afterSettle", (event) => event.target.closest("[data-keep]") && focus(event.target));
focus(document.querySelector("[data-keep]") ?? document);
