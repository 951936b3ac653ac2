// The search over everything: Ctrl-K opens it on any page, arrows choose, Enter opens, Esc gives the focus back.
"use strict";

const palette = document.getElementById("palette");

function seek() {
  if (palette.open) return;
  palette.showModal();
  const field = palette.querySelector("input");
  field.select();
  field.focus();
}

document.addEventListener("keydown", (event) => {
  if (!palette || event.isComposing) return;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    seek();
    return;
  }
  if (palette.open && event.key === "Escape") {
    // a search field would first empty itself
    event.preventDefault();
    palette.close();
    return;
  }
  if (!palette.open || !["ArrowDown", "ArrowUp", "Enter"].includes(event.key)) return;
  const hits = [...palette.querySelectorAll("[data-hit]")];
  if (!hits.length) return;
  const here = hits.findIndex((hit) => hit.hasAttribute("aria-current"));
  if (event.key === "Enter") {
    if (event.target.matches("a")) return;
    event.preventDefault();
    hits[Math.max(here, 0)].click();
    return;
  }
  event.preventDefault();
  const next = (here + (event.key === "ArrowDown" ? 1 : -1) + hits.length + (here < 0 && event.key === "ArrowUp" ? 1 : 0)) % hits.length;
  hits[here]?.removeAttribute("aria-current");
  hits[next].setAttribute("aria-current", "true");
  hits[next].scrollIntoView({ block: "nearest" });
});

document.addEventListener("click", (event) => {
  if (event.target === palette) palette.close();
  const link = event.target.closest?.("[data-palette]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  seek();
});
