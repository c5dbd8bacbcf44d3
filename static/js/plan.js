/* After a swap of the plan, what it holds now is said aloud to who can't see it. */

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  const said = document.getElementById("plan-said");
  const saying = document.querySelector("#plan [data-say]");
  if (said && saying && detail.target.id === "plan") said.textContent = saying.textContent.trim();
});
