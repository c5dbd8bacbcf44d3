/* data-dialog opens a dialog, data-menu is a <details> that closes by itself. An error summary takes the focus. */

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
  if (event.target.matches("dialog[open].dialog")) event.target.close();
  document.querySelectorAll("[data-menu][open]").forEach((menu) => {
    if (!menu.contains(event.target) || opener) menu.open = false;
  });
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("[data-menu][open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (!document.querySelector("dialog[open]")) {
    document.activeElement?.blur();
  }
});

document.querySelector("[data-errors]")?.focus();
