// How the reference page looks: on a phone one column, on a desktop the contents beside the text; light or dark as the reader's system is.
export const pageStyle = `
:root { color-scheme: light dark; --text: #1d2430; --soft: #5b6675; --line: #dfe4ea; --paper: #fff; --tint: #f4f6f9; --link: #1a5fb4;
  --get: #1c6e4a; --post: #1a5fb4; --put: #8a5a00; }
@media (prefers-color-scheme: dark) { :root { --text: #e4e8ee; --soft: #9aa6b5; --line: #313a46; --paper: #14181e; --tint: #1d232b;
  --link: #86b7f5; --get: #6fcf9d; --post: #86b7f5; --put: #e3b341; } }
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0; color: var(--text); background: var(--paper); font: 16px/1.55 system-ui, sans-serif; }
a { color: var(--link); }
[hidden] { display: none !important; }
code { font: 0.9em ui-monospace, monospace; white-space: nowrap; }
code.long { white-space: normal; overflow-wrap: break-word; }
nav li a { white-space: nowrap; }
.language { position: fixed; top: 0; opacity: 0; pointer-events: none; }
.languages { display: flex; gap: 0.25rem; margin: 0.75rem 0 -0.5rem; }
.languages label { padding: 0.2rem 0.7rem 0.6rem; border-radius: 6px 6px 0 0; cursor: pointer; color: var(--soft); font-size: 0.85rem; }
#in-curl:checked ~ main label.curl, #in-javascript:checked ~ main label.javascript, #in-python:checked ~ main label.python { background: var(--tint); color: var(--text); font-weight: 600; }
#in-curl:focus-visible ~ main label.curl, #in-javascript:focus-visible ~ main label.javascript, #in-python:focus-visible ~ main label.python { outline: 2px solid var(--link); }
#in-curl:checked ~ main .calls pre:not(.curl), #in-javascript:checked ~ main .calls pre:not(.javascript), #in-python:checked ~ main .calls pre:not(.python) { display: none; }
#search { width: 100%; margin: 0.5rem 0 0; padding: 0.4rem 0.6rem; font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: 6px; }
pre { position: relative; margin: 0.5rem 0; padding: 0.75rem 1rem; overflow-x: auto; background: var(--tint); border-radius: 6px; font-size: 0.9rem; }
pre code { white-space: pre; }
pre button { position: absolute; top: 0.4rem; right: 0.4rem; padding: 0.15rem 0.6rem; font: 0.8rem system-ui, sans-serif; color: var(--soft); background: var(--paper); border: 1px solid var(--line); border-radius: 6px; cursor: pointer; }
details pre { max-height: 26rem; overflow-y: auto; }
nav { padding: 1rem 1.25rem; background: var(--tint); border-bottom: 1px solid var(--line); }
nav ul { margin: 0 0 0.75rem; padding: 0; list-style: none; }
nav li { padding: 0.15rem 0; overflow: hidden; text-overflow: ellipsis; }
nav a { text-decoration: none; }
nav summary, nav h2 { font-size: 0.95rem; margin: 0.75rem 0 0.25rem; }
main { max-width: 60rem; padding: 1rem 1.25rem 4rem; }
h1 { margin: 0.25rem 0; font-size: 1.7rem; }
h2 { margin: 2.5rem 0 0.5rem; font-size: 1.3rem; }
h3 { margin: 0 0 0.25rem; font-size: 1.05rem; }
h3 a { color: inherit; text-decoration: none; }
.chapter h2 { margin: 0; }
tr.form td { color: var(--soft); font-size: 0.9rem; padding-top: 0.6rem; }
td:first-child { white-space: normal; }
h4 { margin: 1rem 0 0.25rem; font-size: 0.95rem; }
p { margin: 0.35rem 0; }
article { margin: 1.25rem 0; padding: 1rem 1.1rem; border: 1px solid var(--line); border-radius: 8px; }
.method { display: inline-block; min-width: 3.2em; font: 700 0.85em ui-monospace, monospace; }
.get { color: var(--get); } .post { color: var(--post); } .put, .patch, .delete { color: var(--put); }
.soft, .required { color: var(--soft); font-size: 0.9rem; }
table { width: 100%; border-collapse: collapse; font-size: 0.92rem; }
th, td { padding: 0.35rem 0.75rem 0.35rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-weight: 600; }
details > summary { cursor: pointer; }
details { margin: 0.35rem 0; }
@media (min-width: 64rem) {
  body { display: grid; grid-template-columns: 18rem minmax(0, 1fr); }
  nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; border-bottom: 0; border-right: 1px solid var(--line); }
  main { padding: 1.5rem 2.5rem 6rem; }
}
@media (max-width: 40rem) {
  article { padding: 0.75rem; }
  pre button { position: sticky; left: 0; display: block; margin-top: 0.5rem; }
  table, tbody, tr, td { display: block; }
  thead { display: none; }
  tr { padding: 0.4rem 0; border-bottom: 1px solid var(--line); }
  td { padding: 0; border: 0; }
  td:nth-child(n + 2) { color: var(--soft); }
}
`;
