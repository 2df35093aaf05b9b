"""How a public page looks, on a screen and on paper: the colours and sizes of the application."""

STYLE = """
:root { color-scheme: light dark; --ground: #fbfaf8; --sunken: #f4f2ee; --line: #e5e1d9;
  --text: #2a2825; --muted: #635e57; --accent: #2d5f55; --mark: #f6e7b4; }
@media (prefers-color-scheme: dark) { :root { --ground: #1a1917; --sunken: #151412;
  --line: #35322e; --text: #e8e5df; --muted: #aba49a; --accent: #9fcdc1; --mark: #4d431f; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); overflow-wrap: break-word;
  font: 1rem/1.7 "Inter Variable", system-ui, -apple-system, "Segoe UI", sans-serif; }
main { max-width: 38rem; margin: 0 auto; padding: clamp(2rem, 8vw, 5rem) 1.25rem 5rem; }
header { margin-bottom: 2rem; }
header p { margin: 0.25rem 0 0; color: var(--muted); font-size: 0.875rem; }
h1, h2, h3, h4, h5, h6 { margin: 1.9em 0 0.6em; line-height: 1.3; font-weight: 600;
  text-wrap: balance; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.25rem; } h3, h4, h5, h6 { font-size: 1rem; }
main > h1, header h1 { margin: 0; font-size: 1.875rem; letter-spacing: -0.018em; }
p, ul, ol, blockquote, pre, table, details, .callout { margin: 0 0 1.1em; }
a[href] { color: var(--accent); text-underline-offset: 0.2em; }
a:not([href]) { color: inherit; }
img { max-width: 100%; height: auto; border-radius: 0.5rem; }
blockquote, .callout { margin-inline: 0; padding: 0.1rem 0 0.1rem 1rem; color: var(--muted);
  border-left: 3px solid var(--line); }
code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: 0.9em; }
pre { padding: 1rem; overflow: auto; border-radius: 0.5rem; background: var(--sunken); }
.table { overflow-x: auto; }
table { border-collapse: collapse; }
th, td { padding: 0.4rem 0.9rem 0.4rem 0; text-align: left; vertical-align: top;
  border-bottom: 1px solid var(--line); }
mark { background: var(--mark); color: inherit; }
hr { margin: 2rem 0; border: 0; border-top: 1px solid var(--line); }
@media print { :root { --ground: #fff; --text: #000; --muted: #444; --accent: #000;
  --line: #bbb; --sunken: #fff; } main { max-width: none; padding: 0; }
  h1, h2, h3 { break-after: avoid; } pre, img, tr { break-inside: avoid; } }
"""
