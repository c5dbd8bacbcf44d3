/* A circuit is drawn between two needles of the plan: Space on a row (or a press on its code) chooses it, and the button that opens the
   circuit form takes the two along as its ends, on a side that both have. */

const ROW = "#plan [data-sites]";
const OPEN = "open=new-circuit";
let chosen = [];
let opening = false;

const row = (id) => document.getElementById(id);
const name = (element) => element.querySelector(".item__code").textContent.trim();
const sides = (element) => new Map(element.dataset.sites.split(" ").map((site) => [site.split("-")[1], site]));

function say() {
  const said = document.getElementById("plan-said");
  const names = chosen.map((id) => name(row(id)));
  if (said) said.textContent = names.length ? `${names.join(" and ")} chosen for a circuit.` : "No needle is chosen.";
}

function draw() {
  chosen = chosen.filter(row);
  document.querySelectorAll(ROW).forEach((element) => {
    const is = chosen.includes(element.id);
    element.classList.toggle("is-chosen", is);
    if (is) element.setAttribute("aria-current", "true");
    else element.removeAttribute("aria-current");
  });
}

/* The third choice lets the first go. */
function toggle(element) {
  chosen = chosen.includes(element.id) ? chosen.filter((id) => id !== element.id) : [...chosen, element.id].slice(-2);
  draw();
  say();
}

function ends() {
  const [a, b] = chosen.map((id) => sides(row(id)));
  if (!a) return {};
  if (!b) return { a: a.values().next().value };
  const shared = [...a.keys()].find((side) => b.has(side));
  return shared ? { a: a.get(shared), b: b.get(shared) } : { a: a.values().next().value, b: b.values().next().value };
}

function press(event) {
  if (event.key !== " " || !event.target.matches?.(ROW) || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  toggle(event.target);
}

function point(event) {
  const code = event.target.closest?.(`${ROW} > .item__code`);
  if (code && !event.target.closest("[data-grip]")) toggle(code.parentElement);
}

function carry(event) {
  if (event.detail.verb !== "get" || !event.detail.path.includes(OPEN)) return;
  for (const [end, site] of Object.entries(ends())) event.detail.parameters[end] = site;
  chosen = [];
  opening = true;
}

/* The focus goes into the form that was asked for, not back to the row that had it. */
function settle(event) {
  if (event.target.id !== "plan") return; // who else is here may be told between the press and the form
  draw();
  if (opening) document.querySelector("#plan form[data-fields] [data-focus]")?.focus();
  opening = false;
}

document.addEventListener("keydown", press);
document.addEventListener("click", point);
document.addEventListener("htmx:configRequest", carry);
document.addEventListener("htmx:afterSettle", settle);
