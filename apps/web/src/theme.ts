// Light, dark, or as the system has it: said once on <html>, where Bootstrap reads it.

export const themes = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const key = 'stet.theme';
const dark = matchMedia('(prefers-color-scheme: dark)');

// A browser may forbid storage altogether; then the choice lasts as long as the page.
let chosen: Theme = remembered();

function remembered(): Theme {
  try {
    return themes.find((theme) => theme === localStorage.getItem(key)) ?? 'auto';
  } catch {
    return 'auto';
  }
}

export const currentTheme = (): Theme => chosen;

export function chooseTheme(theme: Theme): void {
  chosen = theme;
  try {
    localStorage.setItem(key, theme);
  } catch {
    // Kept for this page only.
  }
  apply();
}

export function startTheme(): void {
  apply();
  dark.addEventListener('change', apply);
}

function apply(): void {
  const isDark = chosen === 'dark' || (chosen === 'auto' && dark.matches);
  document.documentElement.dataset.bsTheme = isDark ? 'dark' : 'light';
}
