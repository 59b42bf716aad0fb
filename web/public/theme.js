// Runs before the first paint, so that a chosen theme never flashes the other one. See src/ui/theme.ts.
try {
  const theme = localStorage.getItem('narae.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be blocked: the system's theme applies.
}
