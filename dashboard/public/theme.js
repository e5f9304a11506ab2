// Sets the chosen theme before the first paint; a file of its own because the policy forbids inline scripts.
try {
  const theme = localStorage.getItem("vice.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be forbidden: then the system's theme stays.
}
