// @ts-check
// The boundaries of a statement's parts, moved by keys or by dragging. Offsets are code points of the article's text.

/** @typedef {{role: string, start: number, end: number}} Part */
/** @typedef {{element: HTMLElement, at: number, chars: string[]}} Paragraph */
/** @typedef {"start" | "end"} Edge */

const ROLES = ["source", "cue", "content", "addressee"];
const PUNCTUATION = /^[\p{P}\p{S}]$/u;

export class Bounds {
  /**
   * @param {HTMLElement} work the statement at work
   * @param {(field: string, value: number[][]) => void} keep sends a part's places
   * @param {() => void} left called when it is over
   * @param {string} [role] the part to begin with
   */
  constructor(work, keep, left, role) {
    this.work = work;
    this.keep = keep;
    this.left = left;
    /** Whether what was sent has not been answered. */
    this.waits = false;
    /** @type {Part[]} */
    this.parts = read(work.dataset.parts ?? "");
    this.before = JSON.stringify(this.parts);
    /** @type {Paragraph[]} */
    this.paragraphs = [...work.querySelectorAll(".passages p[data-at]")].map((one) => {
      const element = /** @type {HTMLElement} */ (one);
      return { element, at: Number(element.dataset.at), chars: Array.from(element.textContent ?? "") };
    });
    /** @type {Record<Edge, number[]>} */
    this.edges = edgesOf(this.paragraphs);
    const roles = this.parts.some((one) => one.role === "venue") ? [...ROLES, "venue"] : ROLES;
    /** What can be moved: each part, and a place for each role that has none. @type {{role: string, part: Part | null}[]} */
    this.slots = [];
    for (const name of roles) {
      const own = this.parts.filter((one) => one.role === name);
      for (const part of own.length ? own : [null]) this.slots.push({ role: name, part });
    }
    this.at = Math.max(0, this.slots.findIndex((one) => one.role === (role ?? "content")));
    /** @type {Edge} */
    this.edge = "end";
    /** Whether a new part is being put in its place, as one word that moves. */
    this.placing = false;
    this.trouble = "";
    this.panel = /** @type {HTMLElement} */ (work.querySelector(".bounds"));
    this.panel.hidden = false;
    work.classList.add("moving");
    this.onDown = this.pressed.bind(this);
    this.onMove = this.dragged.bind(this);
    this.onUp = this.released.bind(this);
    /** @type {{edge: Edge, lift: number} | null} */
    this.drag = null;
    const text = work.querySelector(".passages");
    text?.addEventListener("pointerdown", /** @type {EventListener} */ (this.onDown));
    document.addEventListener("pointermove", this.onMove);
    document.addEventListener("pointerup", this.onUp);
    document.addEventListener("pointercancel", this.onUp);
    this.panel.addEventListener("click", (event) => this.clicked(event));
    this.draw();
    work.focus({ preventScroll: true });
  }

  get slot() {
    return this.slots[this.at];
  }

  /** Whether the present role's places are other ones than before. */
  get changed() {
    return JSON.stringify(this.places(this.parts)) !== JSON.stringify(this.places(read(this.work.dataset.parts ?? "")));
  }

  /** The places of the present role. @param {Part[]} parts */
  places(parts) {
    const own = parts.filter((one) => one.role === this.slot.role).map((one) => [one.start, one.end]);
    return own.sort((one, other) => one[0] - other[0]);
  }

  /** A key; whether it was taken. @param {KeyboardEvent} event */
  key(event) {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step) this.move(step, event.shiftKey);
    else if (event.key === "Tab") this.choose(this.at + (event.shiftKey ? -1 : 1));
    else if (event.key === "Enter") this.finish();
    else if (event.key === "Escape") this.leave();
    else if (event.key === "Delete" || event.key === "Backspace") this.remove();
    else if (event.key === "x") this.other();
    else if (event.key === "[" || event.key === "]") this.take(event.key === "[" ? "start" : "end");
    else if (event.key === "+") this.add();
    else return event.key.length === 1;
    return true;
  }

  /** @param {Event} event */
  clicked(event) {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    const what = button?.dataset.what ?? "";
    if (what.startsWith("slot ")) this.choose(Number(what.slice(5)));
    else if (what === "left") this.move(-1, false);
    else if (what === "right") this.move(1, false);
    else if (what === "other") this.other();
    else if (what === "remove") this.remove();
    else if (what === "add") this.add();
    else if (what === "keep") this.finish();
    else if (what === "leave") this.leave();
  }

  /** @param {number} at */
  choose(at) {
    const wanted = (at + this.slots.length) % this.slots.length;
    if (this.slots[wanted].role !== this.slot.role && this.changed) {
      this.trouble = `Keep the ${this.slot.role} first (Enter), or leave it as it was (Esc).`;
    } else {
      this.at = wanted;
      this.placing = false;
      this.edge = "end";
      this.trouble = "";
    }
    this.draw();
  }

  /** @param {Edge} edge */
  take(edge) {
    this.placing = false;
    this.edge = edge;
    this.draw();
  }

  other() {
    this.take(this.placing ? "end" : this.edge === "end" ? "start" : "end");
  }

  /** @param {number} step @param {boolean} byCharacter */
  move(step, byCharacter) {
    const part = this.slot.part ?? this.put();
    if (!part) return;
    this.trouble = "";
    if (this.placing) {
      const start = beyond(this.edges.start, part.start, step);
      part.start = start;
      part.end = beyond(this.edges.end, start, 1);
    } else {
      const to = byCharacter ? this.within(part[this.edge] + step) : beyond(this.edges[this.edge], part[this.edge], step);
      this.set(part, this.edge, to);
    }
    this.draw();
  }

  /** @param {number} at @returns {number} the nearest place in the paragraphs shown */
  within(at) {
    const first = this.paragraphs[0];
    const last = this.paragraphs[this.paragraphs.length - 1];
    return Math.max(first.at, Math.min(last.at + last.chars.length, at));
  }

  /** @param {Part} part @param {Edge} edge @param {number} to */
  set(part, edge, to) {
    if (edge === "start" ? to < part.end : to > part.start) part[edge] = to;
  }

  /** A part where there was none: the first word of the statement's paragraph. @returns {Part | null} */
  put() {
    const own = this.paragraphs.find((one) => one.element.classList.contains("own")) ?? this.paragraphs[0];
    if (!own) return null;
    const start = this.edges.start.find((one) => one >= own.at) ?? own.at;
    const part = { role: this.slot.role, start, end: beyond(this.edges.end, start, 1) };
    this.parts.push(part);
    this.slot.part = part;
    this.placing = true;
    return part;
  }

  add() {
    this.slots.splice(this.at + 1, 0, { role: this.slot.role, part: null });
    this.at += 1;
    this.put();
    this.draw();
  }

  remove() {
    const gone = this.slot.part;
    if (!gone) return;
    this.parts = this.parts.filter((one) => one !== gone);
    if (this.slots.filter((one) => one.role === this.slot.role).length > 1) {
      const role = this.slot.role;
      this.slots.splice(this.at, 1);
      this.at = this.slots.findIndex((one) => one.role === role);
    } else this.slot.part = null;
    this.draw();
  }

  finish() {
    if (this.waits) return;
    if (!this.changed) {
      this.leave();
      return;
    }
    this.waits = true;
    this.keep(this.slot.role, this.places(this.parts));
  }

  /** It was not taken; nothing is lost. @param {string} why */
  refuse(why) {
    this.waits = false;
    this.trouble = why;
    this.draw();
  }

  leave() {
    const text = this.work.querySelector(".passages");
    text?.removeEventListener("pointerdown", /** @type {EventListener} */ (this.onDown));
    document.removeEventListener("pointermove", this.onMove);
    document.removeEventListener("pointerup", this.onUp);
    document.removeEventListener("pointercancel", this.onUp);
    this.parts = read(this.work.dataset.parts ?? "");
    for (const one of this.paragraphs) this.paint(one, null);
    this.panel.hidden = true;
    this.panel.replaceChildren();
    this.work.classList.remove("moving");
    this.left();
  }

  // Dragging --------------------------------------------------------------------------------------------------------

  /** @param {PointerEvent} event */
  pressed(event) {
    const handle = event.target instanceof Element ? event.target.closest(".handle") : null;
    if (!(handle instanceof HTMLElement)) return;
    event.preventDefault();
    const box = handle.getBoundingClientRect();
    this.edge = handle.classList.contains("start") ? "start" : "end";
    this.placing = false;
    this.work.classList.add("dragging");
    this.drag = { edge: this.edge, lift: event.clientY - (box.top + box.height / 2) };
  }

  /** @param {PointerEvent} event */
  dragged(event) {
    const part = this.slot.part;
    if (!this.drag || !part) return;
    const at = this.under(event.clientX, event.clientY - this.drag.lift);
    if (at === null) return;
    const near = event.shiftKey ? at : nearest(this.edges[this.drag.edge], at);
    this.set(part, this.drag.edge, near);
    this.draw();
  }

  released() {
    if (!this.drag) {
      this.selected();
      return;
    }
    this.drag = null;
    this.work.classList.remove("dragging");
    this.draw();
  }

  /** Words selected with the pointer become the present part. */
  selected() {
    const selection = window.getSelection();
    if (!selection || selection.isCollapsed || !selection.rangeCount) return;
    const range = selection.getRangeAt(0);
    const start = this.offset(range.startContainer, range.startOffset);
    const end = this.offset(range.endContainer, range.endOffset);
    if (start === null || end === null || start >= end) return;
    const part = this.slot.part ?? this.put();
    if (!part) return;
    this.placing = false;
    part.start = nearest(this.edges.start, start);
    part.end = Math.max(part.start + 1, nearest(this.edges.end, end));
    selection.removeAllRanges();
    this.draw();
  }

  /** The place in the text under a point. @param {number} x @param {number} y @returns {number | null} */
  under(x, y) {
    if (document.caretPositionFromPoint) {
      const caret = document.caretPositionFromPoint(x, y);
      return caret ? this.offset(caret.offsetNode, caret.offset) : null;
    }
    const range = document.caretRangeFromPoint?.(x, y);
    return range ? this.offset(range.startContainer, range.startOffset) : null;
  }

  /** @param {Node} node @param {number} offset @returns {number | null} */
  offset(node, offset) {
    const own = this.paragraphs.find((one) => one.element.contains(node));
    if (!own) return null;
    const range = document.createRange();
    range.setStart(own.element, 0);
    range.setEnd(node, offset);
    return own.at + Array.from(range.toString()).length;
  }

  // Drawing ---------------------------------------------------------------------------------------------------------

  draw() {
    for (const one of this.paragraphs) this.paint(one, this.slot.part);
    const row = element("div", "row");
    this.slots.forEach((slot, index) => {
      const several = this.slots.filter((one) => one.role === slot.role);
      const label = several.length > 1 ? `${slot.role} ${several.indexOf(slot) + 1}` : slot.role;
      const button = control(slot.part ? label : `${label}: none`, `slot ${index}`);
      button.setAttribute("aria-pressed", String(index === this.at));
      row.append(button);
    });
    const tools = element("div", "row");
    const edge = this.placing ? "its place" : `its ${this.edge}`;
    tools.append(
      control("← word", "left"), control("word →", "right"), control(this.placing ? "here (x)" : `moving ${edge} (x)`, "other"),
      control("Another part (+)", "add"), control("None (Delete)", "remove"),
    );
    const last = element("div", "row");
    const keep = control(`Keep the ${this.slot.role} (Enter)`, "keep");
    keep.classList.add("primary");
    last.append(keep, control("Leave (Esc)", "leave"));
    const hint = element("p", "quiet");
    hint.textContent = this.slot.part
      ? `← → move ${edge} by a word, with Shift by a character; or drag. Tab: the next part.`
      : "None so far: → puts it down, or select its words with the pointer. Tab: the next part.";
    const said = element("p", "quiet");
    said.setAttribute("role", "status");
    said.textContent = `${this.slot.role}: ${this.slot.part ? `“${this.text(this.slot.part)}”` : "none"}`;
    this.panel.replaceChildren(row, said, tools, last, hint);
    if (this.trouble) {
      const trouble = element("p", "trouble");
      trouble.setAttribute("role", "alert");
      trouble.textContent = this.trouble;
      this.panel.prepend(trouble);
    }
  }

  /** The words of a part, shortened. @param {Part} part */
  text(part) {
    const all = this.paragraphs
      .map((one) => one.chars.slice(Math.max(0, part.start - one.at), Math.max(0, part.end - one.at)).join(""))
      .filter(Boolean)
      .join(" ");
    return all.length > 120 ? `${all.slice(0, 55)} … ${all.slice(-55)}` : all;
  }

  /** Mark the parts in a paragraph, with handles at the edges of the one that is moved. @param {Paragraph} one @param {Part | null} held */
  paint(one, held) {
    const end = one.at + one.chars.length;
    const inside = this.parts.filter((part) => part.start < end && part.end > one.at);
    const edges = new Set([one.at, end]);
    for (const part of inside) for (const at of [part.start, part.end]) if (at > one.at && at < end) edges.add(at);
    const sorted = [...edges].sort((a, b) => a - b);
    const made = document.createDocumentFragment();
    sorted.forEach((start, index) => {
      if (held?.start === start && start < end) made.append(this.handle("start"));
      const stop = sorted[index + 1];
      if (stop === undefined) return;
      const text = one.chars.slice(start - one.at, stop - one.at).join("");
      const roles = inside.filter((part) => part.start <= start && stop <= part.end).map((part) => part.role);
      if (roles.length) {
        const span = element("span", `part ${roles.join(" ")}`);
        span.textContent = text;
        made.append(span);
      } else made.append(text);
      if (held?.end === stop) made.append(this.handle("end"));
    });
    one.element.replaceChildren(made);
  }

  /** @param {Edge} edge */
  handle(edge) {
    const handle = element("span", `handle ${edge}${edge === this.edge && !this.placing ? " active" : ""}`);
    handle.setAttribute("aria-hidden", "true"); // the panel's buttons and the keys do the same
    return handle;
  }
}

/** @param {string} told @returns {Part[]} */
function read(told) {
  return told
    .split(";")
    .filter(Boolean)
    .map((one) => {
      const [role, start, end] = one.split(",");
      return { role, start: Number(start), end: Number(end) };
    });
}

/** Where words begin and end, with their quotation marks and without. @param {Paragraph[]} paragraphs @returns {Record<Edge, number[]>} */
function edgesOf(paragraphs) {
  /** @type {Set<number>} */
  const starts = new Set();
  /** @type {Set<number>} */
  const ends = new Set();
  for (const { at, chars } of paragraphs) {
    let from = 0;
    while (from < chars.length) {
      while (from < chars.length && /\s/.test(chars[from])) from += 1;
      let to = from;
      while (to < chars.length && !/\s/.test(chars[to])) to += 1;
      if (to > from) {
        let inner = from;
        let outer = to;
        while (inner < to - 1 && PUNCTUATION.test(chars[inner])) inner += 1;
        while (outer > from + 1 && PUNCTUATION.test(chars[outer - 1])) outer -= 1;
        for (const one of [from, inner]) starts.add(at + one);
        for (const one of [to, outer]) ends.add(at + one);
      }
      from = to;
    }
  }
  const order = (/** @type {Set<number>} */ all) => [...all].sort((a, b) => a - b);
  return { start: order(starts), end: order(ends) };
}

/** The next of these, up or down; itself at the end. @param {number[]} all @param {number} at @param {number} step */
function beyond(all, at, step) {
  if (step > 0) return all.find((one) => one > at) ?? at;
  return all.findLast((one) => one < at) ?? at;
}

/** @param {number[]} all @param {number} at */
function nearest(all, at) {
  return all.reduce((best, one) => (Math.abs(one - at) < Math.abs(best - at) ? one : best), all[0] ?? at);
}

/** @param {string} tag @param {string} name @returns {HTMLElement} */
function element(tag, name) {
  const made = document.createElement(tag);
  made.className = name;
  return made;
}

/** @param {string} label @param {string} what @returns {HTMLButtonElement} */
function control(label, what) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = label;
  made.dataset.what = what;
  made.tabIndex = -1; // Tab goes from part to part; each button has its key
  return made;
}
