/* On a narrow screen a row of tabs scrolls sideways: it begins where the current one is in sight. */

document.querySelectorAll(".nav-tabs [aria-current]").forEach((tab) => {
  const row = tab.closest(".nav-tabs");
  row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
});
