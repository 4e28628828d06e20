// Runs before the first paint, so that a chosen theme doesn't flash. A file of its own, since the content security
// policy refuses inline scripts. Keep in step with src/client/lib/theme.ts.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem('kiloclaw-theme');
  } catch {
    // Storage may be refused; the system's theme holds then.
  }
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
})();
