// @ts-check
// An article. What is pointed at or has the focus is lit in the text and in the margin, both ways; the margin's entries
// stand beside their words where there is room, else one is drawn up from below; words that stand for someone, a day or
// a quantity tell which. Without this script their links lead to the lists below, and the margin is a list.

const text = /** @type {HTMLElement} */ (document.querySelector(".text"));
const list = /** @type {HTMLElement | null} */ (document.querySelector(".entries"));
const entries = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".entry")]);
const wide = matchMedia("(min-width: 62rem)");
const touch = matchMedia("(hover: none)");
const GAP = 6; // pixels between two entries

/** @type {string | undefined} */
let pointed;
/** @type {string | undefined} */
let chosen;

/** @param {EventTarget | null} node */
const numberOf = (node) => (node instanceof Element ? /** @type {HTMLElement | null} */ (node.closest("[data-on]"))?.dataset.on : undefined);
/** @param {string | undefined} number */
const entryOf = (number) => entries.find((one) => one.dataset.on === number);
/** @param {string | undefined} number */
const anchorOf = (number) => /** @type {HTMLElement | null} */ (text.querySelector(`.n[data-on="${number}"]`));

// Lighting -------------------------------------------------------------------------------------------------------------

const light = () => {
  const number = pointed ?? numberOf(document.activeElement) ?? chosen;
  for (const part of document.querySelectorAll(".lit")) part.classList.remove("lit");
  if (number) for (const part of document.querySelectorAll(`[data-in~="${number}"]`)) part.classList.add("lit");
};

/** @param {string | undefined} number */
const choose = (number) => {
  chosen = number;
  light();
  place();
};

document.addEventListener("mouseover", (event) => {
  if (touch.matches) return; // there, what was touched last would count as pointed at
  const number = numberOf(event.target);
  if (number !== pointed) { pointed = number; light(); }
});
document.documentElement.addEventListener("mouseleave", () => { pointed = undefined; light(); });
document.addEventListener("focusin", (event) => {
  const number = numberOf(event.target);
  if (number && number !== chosen) choose(number); else light();
});

/** The statement that the address names, by its key or its number. */
const fromAddress = () => {
  const name = decodeURIComponent(location.hash.slice(1));
  const found = name ? document.getElementById(name) : null;
  const number = numberOf(found);
  if (!number) return;
  const entry = entryOf(number);
  entry?.querySelector("details")?.setAttribute("open", "");
  choose(number);
  const shown = name.startsWith("n-") || !anchorOf(number) ? found : anchorOf(number);
  if (wide.matches && shown) shown.scrollIntoView({ block: "center" });
};
addEventListener("hashchange", fromAddress);

// The margin beside the words ------------------------------------------------------------------------------------------

/** Puts each entry beside the number in the text, the chosen one exactly, the others as near as they fit. */
const place = () => {
  if (!list) return;
  if (!wide.matches) {
    list.classList.remove("placed");
    list.style.height = "";
    return;
  }
  list.classList.add("placed");
  const zero = list.getBoundingClientRect().top;
  let last = 0;
  const wanted = entries.map((one) => {
    const anchor = anchorOf(one.dataset.on);
    if (anchor) last = anchor.getBoundingClientRect().top - zero;
    return Math.max(0, last);
  });
  const heights = entries.map((one) => one.offsetHeight + GAP);
  const tops = [...wanted];
  const fixed = entries.findIndex((one) => one.dataset.on === chosen);
  for (let at = fixed - 1; at >= 0; at--) tops[at] = Math.min(tops[at], tops[at + 1] - heights[at]);
  if (tops[0] < 0) tops[0] = 0;
  for (let at = 1; at < tops.length; at++) tops[at] = Math.max(at <= fixed ? tops[at] : wanted[at], tops[at - 1] + heights[at - 1]);
  entries.forEach((one, at) => { one.style.top = `${tops[at]}px`; });
  list.style.height = `${(tops.at(-1) ?? 0) + (heights.at(-1) ?? 0)}px`;
};

for (const one of entries) {
  one.querySelector("details")?.addEventListener("toggle", (event) => {
    one.classList.toggle("open", /** @type {HTMLDetailsElement} */ (event.target).open);
    if (wide.matches) place();
  });
}

// A sheet from below, on a small screen ----------------------------------------------------------------------------------

const close = document.createElement("button");
close.type = "button";
close.className = "close";
close.textContent = "×";
close.setAttribute("aria-label", "Close");
/** @type {HTMLElement | undefined} */
let drawn;

const lower = () => {
  drawn?.classList.remove("up");
  drawn?.querySelector("details")?.removeAttribute("open");
  drawn = undefined;
  close.remove();
};

/** @param {string} number */
const draw = (number) => {
  lower();
  drawn = entryOf(number);
  if (!drawn) return;
  drawn.append(close);
  drawn.classList.add("up");
  drawn.querySelector("details")?.setAttribute("open", "");
  const anchor = anchorOf(number)?.getBoundingClientRect(); // its words stay in sight above the sheet
  const sheet = drawn.getBoundingClientRect().top;
  if (anchor && anchor.bottom + 60 > sheet) scrollBy({ top: anchor.bottom - sheet / 2 });
};
close.addEventListener("click", () => {
  const number = drawn?.dataset.on;
  lower();
  choose(undefined);
  anchorOf(number)?.focus({ preventScroll: true });
});

text.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  const reference = /** @type {HTMLAnchorElement | null} */ (target.closest("a.ref"));
  const number = numberOf(target);
  if (reference) {
    event.preventDefault();
    tell(reference);
    if (event.detail === 0) note.querySelector("a")?.focus(); // by the Enter key
    return;
  }
  if (!number || String(getSelection())) return;
  const anchor = target.closest("a.n");
  if (anchor) event.preventDefault();
  const entry = entryOf(number);
  choose(number);
  if (!wide.matches) {
    draw(number);
  } else {
    entry?.querySelector("details")?.setAttribute("open", "");
  }
  if (anchor) entry?.querySelector("summary")?.focus({ preventScroll: wide.matches });
});
list?.addEventListener("click", (event) => {
  // A summary's click: the words it is about come into sight.
  const number = numberOf(event.target);
  if (!number || !(event.target instanceof Element) || !event.target.closest("summary")) return;
  const anchor = anchorOf(number);
  if (!anchor || drawn) return;
  const at = anchor.getBoundingClientRect();
  if (wide.matches && (at.top < 70 || at.bottom > innerHeight)) anchor.scrollIntoView({ block: "center" });
});

// From one statement to the next, while a number or an entry has the focus ----------------------------------------------

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const teller = told;
    const inside = note.contains(document.activeElement);
    hush();
    if (inside) teller?.focus();
    if (drawn) close.click();
    return;
  }
  if (event.key === " " && document.activeElement?.matches(".text a.ref")) {
    event.preventDefault();
    /** @type {HTMLElement} */ (document.activeElement).click();
    return;
  }
  const step = { j: 1, k: -1 }[event.key];
  const number = numberOf(document.activeElement);
  if (event.ctrlKey || event.metaKey || event.altKey || !number) return;
  if (step) {
    const stops = /** @type {HTMLElement[]} */ (document.activeElement?.closest(".entry")
      ? entries.map((one) => one.querySelector("summary")).filter(Boolean)
      : [...text.querySelectorAll("a.n")]);
    const at = stops.findIndex((one) => numberOf(one) === number);
    stops[at + step]?.focus();
    event.preventDefault();
  } else if (event.key === "r") {
    const review = /** @type {HTMLAnchorElement | null | undefined} */ (entryOf(number)?.querySelector('a[href^="/review/"]'));
    review?.click();
  }
});

// Who, which day, how many -----------------------------------------------------------------------------------------------

const note = document.createElement("div");
note.className = "note";
note.id = "note";
note.hidden = true;
document.body.append(note);
/** @type {HTMLAnchorElement | undefined} */
let told;
let waiting = 0;

const hush = () => {
  clearTimeout(waiting);
  note.hidden = true;
  told?.classList.remove("noted");
  told?.removeAttribute("aria-describedby");
  told = undefined;
};

/** @param {HTMLAnchorElement} reference */
const tell = (reference) => {
  clearTimeout(waiting);
  const source = document.getElementById(reference.hash.slice(1))?.querySelector(".told");
  if (!source) return;
  if (told !== reference) hush();
  told = reference;
  reference.classList.add("noted");
  reference.setAttribute("aria-describedby", "note");
  note.replaceChildren(...[...source.childNodes].map((one) => one.cloneNode(true)));
  note.hidden = false;
  const at = reference.getClientRects()[0];
  const below = at.bottom + note.offsetHeight + 12 < innerHeight;
  note.style.left = `${Math.max(8, Math.min(at.left, document.documentElement.clientWidth - note.offsetWidth - 8)) + scrollX}px`;
  note.style.top = `${(below ? at.bottom + 6 : at.top - note.offsetHeight - 6) + scrollY}px`;
};

text.addEventListener("mouseover", (event) => {
  if (touch.matches) return;
  const reference = /** @type {HTMLAnchorElement | null} */ (/** @type {Element} */ (event.target).closest("a.ref"));
  clearTimeout(waiting);
  if (reference && reference !== told) waiting = window.setTimeout(() => tell(reference), 140);
  if (!reference && told && document.activeElement !== told) waiting = window.setTimeout(hush, 320);
});
text.addEventListener("mouseleave", () => {
  clearTimeout(waiting);
  if (told && document.activeElement !== told) waiting = window.setTimeout(hush, 320);
});
note.addEventListener("mouseenter", () => clearTimeout(waiting));
note.addEventListener("mouseleave", () => { if (document.activeElement !== told) waiting = window.setTimeout(hush, 320); });
document.addEventListener("focusin", (event) => {
  const reference = event.target instanceof Element ? /** @type {HTMLAnchorElement | null} */ (event.target.closest(".text a.ref")) : null;
  if (reference) tell(reference);
  else if (!note.contains(/** @type {Node} */ (event.target))) hush();
});
document.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  if (!target.closest("a.ref, .note")) hush();
  if (drawn && !target.closest(".text, .entry, .note")) { lower(); choose(undefined); }
});

// Words not marked are no stops of the Tab key, those of a statement's source or day aside ---------------------------------

const stops = () => {
  for (const kind of ["who", "when", "figure"]) {
    const shown = /** @type {HTMLInputElement | null} */ (document.getElementById(`show-${kind}`))?.checked;
    for (const one of text.querySelectorAll(`a.${kind}.more`)) {
      if (one.hasAttribute("data-cut")) continue;
      if (shown) one.removeAttribute("tabindex"); else one.setAttribute("tabindex", "-1");
    }
  }
};
for (const one of text.querySelectorAll("a.ref")) one.setAttribute("role", "button"); // here they open a note
for (const one of text.querySelectorAll('a.ref[tabindex="-1"]')) one.setAttribute("data-cut", "");
document.querySelector(".marks")?.addEventListener("change", () => { stops(); place(); });

// On paper, all that is known of each statement --------------------------------------------------------------------------

addEventListener("beforeprint", () => { for (const one of document.querySelectorAll(".entry details, .back details")) one.setAttribute("open", ""); });

stops();
place();
fromAddress();
requestAnimationFrame(() => list?.classList.add("settled"));
addEventListener("resize", place);
wide.addEventListener("change", () => { lower(); place(); });
document.fonts?.ready.then(place);
