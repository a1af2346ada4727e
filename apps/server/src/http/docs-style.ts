// How the pages for readers of the interface look. It is served as a file, since nothing inline is allowed.

export const docsStyle = `
:root { color-scheme: light dark; --line: #c9ced6; --soft: #f3f5f8; --text: #1c2430; --quiet: #4d5968; --link: #0b57a4; --accent: #0b6b4f; }
@media (prefers-color-scheme: dark) {
  :root { --line: #3b4452; --soft: #1f2630; --text: #e4e9f0; --quiet: #aab6c6; --link: #8cc2ff; --accent: #7fd6b4; }
  body { background: #151a21; }
}
* { box-sizing: border-box; }
body { margin: 0; color: var(--text); font: 1rem/1.55 system-ui, sans-serif; }
main, header { max-width: 62rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 1.5rem; }
main { padding-bottom: 4rem; }
h1 { font-size: 1.7rem; margin: 0.5rem 0; }
h2 { margin: 3rem 0 0.5rem; padding-bottom: 0.3rem; border-bottom: 1px solid var(--line); }
h3 { margin: 2rem 0 0.3rem; font-size: 1.05rem; font-weight: 600; overflow-wrap: anywhere; }
h4 { margin: 1rem 0 0.3rem; font-size: 0.9rem; color: var(--quiet); }
a { color: var(--link); }
p { margin: 0.5rem 0; max-width: 46rem; }
code, pre { font-family: ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", monospace; font-size: 0.9em; }
pre { margin: 0.5rem 0; padding: 0.75rem; background: var(--soft); border: 1px solid var(--line); border-radius: 0.4rem; white-space: pre-wrap; overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; font-size: 0.93rem; }
caption { text-align: left; font-weight: 600; font-size: 0.9rem; color: var(--quiet); padding: 0.6rem 0 0.2rem; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.75rem 0.3rem 0; border-top: 1px solid var(--line); overflow-wrap: break-word; }
td:last-child { overflow-wrap: anywhere; padding-right: 0; }
thead th { border-top: 0; font-weight: 500; color: var(--quiet); }
summary { cursor: pointer; color: var(--quiet); }
nav ul { columns: 16rem; padding-left: 1.1rem; }
.method { display: inline-block; min-width: 4.2rem; color: var(--accent); font-weight: 700; }
.quiet { color: var(--quiet); }
`;
