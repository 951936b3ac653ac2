// Keys of a list: up and down move, Enter opens, X chooses, F filters, / searches, N and P turn the page.
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
    x: () => list.querySelector("tr.here [name=row]")?.click(),
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
  if (list) count();
  for (const field of document.querySelectorAll("form [name]:disabled")) field.disabled = false;
});

// How many rows are chosen stands on the button that changes them; with none it means all that match.
function count() {
  const chosen = list.querySelectorAll("[name=row]:checked").length;
  const said = document.querySelector("[data-chosen]");
  if (said) said.textContent = chosen || "";
}

list?.addEventListener("change", (event) => {
  if (event.target.matches("[data-all]")) {
    for (const box of list.querySelectorAll("[name=row]")) box.checked = event.target.checked;
  }
  count();
});

// What was typed into a form and not saved comes back when its tab was closed; it ends with saving or cancelling.
const form = document.querySelector("form[data-draft]");
if (form) {
  const key = `draft ${form.dataset.draft}`;
  const kept = JSON.parse(localStorage.getItem(key) ?? "null");
  const fields = [...form.querySelectorAll("label :is(input, select)[name]:not([type=hidden])")];
  const seen = JSON.stringify([...form.querySelectorAll("[name^=seen_]")].map((field) => field.value));
  // a draft over values that others changed since would undo their change
  if (kept && kept.seen === seen && !form.querySelector(".wrong")) {
    for (const field of fields) if (field.name in kept.values) field.value = kept.values[field.name];
    form.querySelector("[data-drafted]").hidden = false;
  }
  form.addEventListener("input", () => {
    localStorage.setItem(key, JSON.stringify({ seen, values: Object.fromEntries(fields.map((field) => [field.name, field.value])) }));
  });
  const end = () => localStorage.removeItem(key);
  form.addEventListener("submit", end);
  form.querySelector("[data-discard]").addEventListener("click", end);
}
