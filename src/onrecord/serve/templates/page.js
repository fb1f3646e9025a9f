// Pointing at one part of a statement, focusing it, or jumping to it, lights all of its parts.
const light = (number) => {
  document.querySelectorAll(".lit").forEach((part) => part.classList.remove("lit"));
  if (number) document.querySelectorAll(`[data-in~="${number}"]`).forEach((part) => part.classList.add("lit"));
};
const jumpedTo = () => /^#[ste](\d+)$/.exec(location.hash)?.[1];
const pointedAt = (event) => light(event.target.closest?.("[data-on]")?.dataset.on ?? jumpedTo());
addEventListener("mouseover", pointedAt);
addEventListener("focusin", pointedAt);
addEventListener("hashchange", () => light(jumpedTo()));
light(jumpedTo());
