// What a page does beyond links and forms: the "why" panel, menus that close, and copying exact amounts.
"use strict";

const panel = document.getElementById("panel");
const trail = [];

// Links to an explanation open beside the page; without this script, or in a new tab, they are pages of their own.
function explain(address) {
  trail.push(address);
  htmx.ajax("GET", address, { target: "#panel", swap: "innerHTML" });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a");
  const address = link && link.getAttribute("href");
  if (!panel || !address || !address.startsWith(panel.dataset.opens)) return;
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  explain(address);
});

document.addEventListener("htmx:after:swap", () => {
  if (!panel || !panel.firstElementChild) return;
  panel.querySelector("[data-back]").hidden = trail.length < 2;
  if (!panel.open) panel.showModal();
  panel.scrollTop = 0;
  panel.querySelector("h2").focus();
});

// A click beside the panel or on its cross closes it; Esc and giving the focus back are the browser's own.
panel?.addEventListener("click", (event) => {
  if (event.target.closest("[data-back]")) {
    trail.pop();
    explain(trail.pop());
  } else if (event.target === panel || event.target.closest("[data-close]")) {
    panel.close();
  }
});
panel?.addEventListener("close", () => {
  trail.length = 0;
  panel.replaceChildren();
});

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// The page shows rounded figures; what is copied is exact, cells parted by tabs as a spreadsheet wants them.
const plain = (exact) => exact.replaceAll(",", "").replace("−", "-");

document.addEventListener("copy", (event) => {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed) return;
  const range = selection.getRangeAt(0);
  const holder = range.commonAncestorContainer;
  const single = (holder.nodeType === Node.ELEMENT_NODE ? holder : holder.parentElement)?.closest(".n [title], .big[title]");
  const copied = range.cloneContents();
  let text;
  if (single) {
    text = plain(single.title);
  } else {
    const figures = copied.querySelectorAll(".n [title], .big[title]");
    if (!figures.length) return;
    for (const figure of figures) figure.textContent = plain(figure.title);
    // A selection within one row holds its cells without the row.
    const rows = copied.querySelector("tr") ? [...copied.querySelectorAll("tr")] : [copied];
    text = rows.map((row) => [...row.children].map((cell) => cell.textContent.trim()).join("\t")).join("\n");
  }
  event.clipboardData.setData("text/plain", text);
  event.preventDefault();
});
