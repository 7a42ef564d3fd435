// What the page can do with scripts, and does without: its own address in the calls, copying, searching, open contents on a wide screen. Over plain
// HTTP browsers let no page copy, so what was to be copied is selected.
export const pageScript = `
const all = (selector) => [...document.querySelectorAll(selector)];
const here = location.href.replace(/\\/docs.*$/, "");
for (const each of all(".here")) each.textContent = here;

for (const block of all("pre")) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    const code = block.querySelector("code");
    const write = navigator.clipboard?.writeText(code.textContent).then(() => true, () => false);
    const isCopied = (await write) ?? false;
    if (!isCopied) getSelection().selectAllChildren(code);
    button.textContent = isCopied ? "Copied" : "Selected";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
  block.append(button);
}

const contents = document.querySelector("nav details");
const wide = matchMedia("(min-width: 64rem)");
const unfold = () => { contents.open = wide.matches; };
wide.addEventListener("change", unfold);
unfold();
contents.addEventListener("click", ({ target }) => { if (target.closest("a") && !wide.matches) contents.open = false; });

const search = document.querySelector("#search");
search.hidden = false;
const places = all("article").map((article) => ({ article, text: article.textContent.toLowerCase() }));
const entries = new Map(all("nav li a").map((link) => [link.hash.slice(1), link.parentElement]));
const find = () => {
  const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
  for (const { article, text } of places) {
    const isFound = words.every((word) => text.includes(word));
    article.hidden = !isFound;
    const entry = entries.get(article.id);
    if (entry) entry.hidden = !isFound;
  }
  for (const section of all("main section")) section.hidden = !section.querySelector("article:not([hidden])");
  for (const list of all("nav ul")) {
    list.hidden = !list.querySelector("li:not([hidden])");
    if (list.previousElementSibling) list.previousElementSibling.hidden = list.hidden;
  }
  document.querySelector("#nothing").hidden = places.some(({ article }) => !article.hidden);
};
search.addEventListener("input", find);
addEventListener("keydown", (event) => {
  if (event.key === "/" && document.activeElement !== search) { event.preventDefault(); search.focus(); }
  if (event.key === "Escape") { search.value = ""; find(); }
});
addEventListener("hashchange", () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target?.closest("[hidden]")) { search.value = ""; find(); target.scrollIntoView(); }
});
`;
