// How the report looks, by light and by dark, on paper and on a small screen. It stands in the page itself.

export const style = `
:root { color-scheme: light dark; --page: #fff; --soft: #f6f6f3; --ink: #1d2027; --muted: #5b6270; --rule: #dedfda; --axis: #8a909c; --save: #2a4b9b; --merge: #226b3f; --conflict: #a8261b; --line: #7a4a00; --good: #226b3f; --bad: #a8261b; }
@media (prefers-color-scheme: dark) { :root { --page: #15171c; --soft: #1b1e24; --ink: #e3e5ea; --muted: #9ba2b0; --rule: #2c3038; --axis: #6c7482; --save: #93b1f7; --merge: #6cc791; --conflict: #f39085; --line: #e5b062; --good: #6cc791; --bad: #f39085; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 80rem; margin: 0 auto; padding: 1.25rem 1.25rem 4rem; }
h1 { margin: 0; font-size: 1.5rem; line-height: 1.25; overflow-wrap: anywhere; }
h2 { margin: 2.5rem 0 0.75rem; padding-bottom: 0.25rem; border-bottom: 1px solid var(--rule); font-size: 1.2rem; }
h3 { margin: 1.5rem 0 0.5rem; font-size: 1rem; overflow-wrap: anywhere; }
p { margin: 0.5rem 0; max-width: 46rem; overflow-wrap: anywhere; }
.verdict { border-left: 0.4rem solid var(--good); padding: 0.25rem 0 0.25rem 1rem; }
.verdict.bad { border-color: var(--bad); }
.verdict p:first-child { margin-top: 0; font-weight: 600; color: var(--good); }
.verdict.bad p:first-child { color: var(--bad); }
.quiet { color: var(--muted); }
ol.story { max-width: 48rem; padding-left: 1.6rem; }
ol.story li { margin: 0.35rem 0; overflow-wrap: anywhere; }
pre { margin: 0.5rem 0; padding: 0.75rem; background: var(--soft); border: 1px solid var(--rule); border-radius: 0.3rem; white-space: pre-wrap; overflow-wrap: anywhere; font: 0.8rem/1.45 ui-monospace, "DejaVu Sans Mono", monospace; }
code { font: 0.9em ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
.side { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 32rem), 1fr)); gap: 1rem 2.5rem; align-items: start; }
.tables { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 0.5rem 2.5rem; align-items: start; }
figure { margin: 0 0 1rem; min-width: 0; max-width: 56rem; }
figcaption { font-weight: 600; }
figure p { font-size: 0.9rem; color: var(--muted); }
table { width: 100%; border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
caption { padding: 0.5rem 0 0.2rem; text-align: left; font-weight: 600; }
th, td { padding: 0.25rem 0.5rem 0.25rem 0; border-top: 1px solid var(--rule); text-align: left; vertical-align: top; font-weight: 400; overflow-wrap: anywhere; }
td { white-space: nowrap; text-align: right; padding-right: 0; padding-left: 0.5rem; }
thead th, thead td { border-top: 0; color: var(--muted); font-size: 0.85rem; text-align: right; padding-left: 0.5rem; padding-right: 0; }
thead th:first-child { text-align: left; padding-left: 0; }
summary { margin: 0.25rem 0; color: var(--muted); cursor: pointer; font-size: 0.9rem; }
.scroll { max-height: 24rem; overflow: auto; }
.legend { display: flex; flex-wrap: wrap; gap: 0.1rem 1.1rem; margin: 0.4rem 0 0; padding: 0; list-style: none; font-size: 0.85rem; color: var(--muted); }
.key { width: 0.8rem; height: 0.8rem; vertical-align: -0.08rem; overflow: visible; }
svg.wide, svg.narrow { display: block; width: 100%; height: auto; }
svg.narrow { display: none; }
@media (max-width: 36rem) { svg.wide { display: none; } svg.narrow { display: block; } main { padding: 1rem 1rem 3rem; } h1 { font-size: 1.25rem; } }
svg text { fill: var(--muted); font: 12px system-ui, sans-serif; }
svg .label { fill: var(--ink); }
.grid { stroke: var(--rule); }
.axis { stroke: var(--axis); }
.band { fill: var(--save); }
.band.inner { opacity: 0.35; }
.band.outer { opacity: 0.18; }
.median { fill: none; stroke: var(--save); stroke-width: 2; }
.edge { fill: none; stroke: var(--save); stroke-width: 1; stroke-dasharray: 3 3; }
.bar { fill: var(--save); opacity: 0.75; }
.percentile line { stroke: var(--ink); stroke-dasharray: 4 3; }
.percentile text { fill: var(--ink); }
.line { fill: none; stroke-width: 1.5; }
.line.saves, .mark.saves { stroke: var(--save); }
.line.combined { stroke: var(--merge); }
.line.conflicts { stroke: var(--conflict); }
.mark.saves { fill: none; stroke-width: 2; }
.mark.combined { fill: var(--page); stroke: var(--merge); stroke-width: 1.75; }
.mark.conflicts { fill: var(--conflict); stroke: var(--page); stroke-width: 0.75; }
.mark.reconnects { fill: var(--line); stroke: var(--page); stroke-width: 0.75; }
.mark.faults { fill: none; stroke: var(--ink); stroke-width: 1.5; }
.settling rect { fill: var(--ink); opacity: 0.07; }
.moment line { stroke: var(--ink); stroke-dasharray: 2 3; }
.moment circle { fill: var(--ink); }
.moment text { fill: var(--page); font-size: 11px; font-weight: 600; }
@media print { main { max-width: none; } figure { break-inside: avoid; } }
`;
