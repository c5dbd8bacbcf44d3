/* Light, dark or the system's: kept in a cookie, so that the server writes it into the page and nothing flickers. */

const YEAR = 31_536_000; // seconds
const choice = document.querySelector("[data-theme-choice]");

choice?.addEventListener("change", (event) => {
  const theme = event.target.value;
  document.cookie = `theme=${theme}; path=/; max-age=${theme ? YEAR : 0}; samesite=lax`;
  if (theme) document.documentElement.dataset.bsTheme = theme;
  else delete document.documentElement.dataset.bsTheme;
});
if (choice) choice.hidden = false; // without script there is nothing to choose
