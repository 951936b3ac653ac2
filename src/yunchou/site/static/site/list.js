// Keys of a list: up and down move, Enter opens, F filters, / searches, N and P turn the page.
"use strict";

const list = document.querySelector("[data-list]");

function rows() {
  return [...list.querySelectorAll("tbody tr")];
}

function go(step) {
  const all = rows();
  if (!all.length) return;
  const now = all.findIndex((row) => row.classList.contains("here"));
  const next = all[Math.min(Math.max(now < 0 ? (step > 0 ? 0 : all.length - 1) : now + step, 0), all.length - 1)];
  for (const row of all) row.classList.toggle("here", row === next);
  (next.querySelector("a") ?? next).focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (!list || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input, select, textarea, dialog, [contenteditable]")) return;
  const open = (selector) => list.querySelector(selector)?.click();
  const acts = {
    ArrowDown: () => go(1),
    ArrowUp: () => go(-1),
    f: () => open("[data-filters]"),
    n: () => open("[data-next]"),
    p: () => open("[data-previous]"),
    "/": () => list.querySelector("[data-find]").focus(),
  };
  const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

// An empty question asks nothing: it stays out of the address.
document.addEventListener("submit", (event) => {
  if (event.target.method !== "get") return;
  for (const field of event.target.querySelectorAll("input[name], select[name]")) {
    if (!field.value) field.disabled = true;
  }
});
// Back brings the page as it was left.
addEventListener("pageshow", () => {
  for (const field of document.querySelectorAll("form [name]:disabled")) field.disabled = false;
});
