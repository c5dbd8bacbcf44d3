/* The `?` dialog: the switch for single keys, and the keys that this page declares. */

const OFF = "deqi-keys";
const dialog = document.getElementById("keys");
const toggle = dialog?.querySelector("[data-keys-switch]");

function show() {
  const on = localStorage.getItem(OFF) !== "off";
  document.documentElement.dataset.shortcuts = on ? "on" : "off";
  if (toggle) toggle.checked = on;
}

function label(element) {
  const copy = element.cloneNode(true);
  copy.querySelectorAll("kbd, .bi").forEach((part) => part.remove());
  return element.dataset.keyLabel ?? element.ariaLabel ?? (copy.textContent.trim() || element.labels?.[0]?.textContent.trim() || "");
}

function entry(keys, text) {
  const row = document.createElement("div");
  const term = row.appendChild(document.createElement("dt"));
  const keyed = row.appendChild(document.createElement("dd"));
  term.textContent = text;
  const single = (chord) => (chord === "+" ? [chord] : chord.split("+"));
  keys.split(" ").flatMap(single).forEach((key) => keyed.append(Object.assign(document.createElement("kbd"), { textContent: key }), " "));
  return row;
}

function fill() {
  const seen = new Map();
  document.querySelectorAll("[data-key]").forEach((element) => {
    if (element.dataset.key !== "z" && !seen.has(element.dataset.key)) seen.set(element.dataset.key, label(element));
  });
  dialog.querySelector("[data-keys-list]").replaceChildren(...[...seen].map(([keys, text]) => entry(keys, text)));
  dialog.querySelector("[data-keys-here]").hidden = !seen.size;
}

toggle?.addEventListener("change", () => {
  if (toggle.checked) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "off");
  show();
});
if (dialog) new MutationObserver(() => dialog.open && fill()).observe(dialog, { attributeFilter: ["open"] });
show();
