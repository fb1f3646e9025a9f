// Pointing at a part of a statement, focusing it, or jumping to its card lights all its parts and shows its card; jumping
// from a card to the text lights the parts alone. Without this script, jumping and focusing still show the card.
const touched = matchMedia("(hover: none)"); // there, what was last touched would count as pointed at
const numberOf = (node) => node?.closest?.("[data-on]")?.dataset.on;
let pointedAt;

const update = () => {
  const jumpedTo = location.hash.slice(1);
  const number = pointedAt ?? numberOf(document.activeElement) ?? /^s(\d+)$/.exec(jumpedTo)?.[1];
  const lit = number ? [number] : (document.getElementById(jumpedTo)?.dataset.begins ?? "").split(" ");
  document.querySelectorAll(".lit, .open").forEach((part) => part.classList.remove("lit", "open"));
  lit.forEach((one) => document.querySelectorAll(`[data-in~="${one}"]`).forEach((part) => part.classList.add("lit")));
  if (number) document.getElementById(`s${number}`)?.parentElement.classList.add("open");
};

addEventListener("mouseover", (event) => {
  const number = touched.matches ? undefined : numberOf(event.target);
  if (number !== pointedAt) { pointedAt = number; update(); }
});
document.documentElement.addEventListener("mouseleave", () => { pointedAt = undefined; update(); });
addEventListener("focusin", update);
addEventListener("focusout", () => setTimeout(update)); // once the focus is where it goes
addEventListener("hashchange", () => setTimeout(update));
document.documentElement.classList.add("live");
update();
