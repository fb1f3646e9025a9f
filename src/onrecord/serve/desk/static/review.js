// @ts-check
// Review by keys: one statement at work; decisions are sent one after the other, while the next statement is shown.

/** By the address that changes with the file, so that an old one is never kept beside a new one of this.
 * @type {Promise<typeof import("./bounds.js")>} */
const loading = import(document.querySelector("script[data-bounds]")?.getAttribute("data-bounds") ?? "./bounds.js");

/** @typedef {{url: string, body: URLSearchParams, key: string, moved: boolean}} Sent */

const stage = /** @type {HTMLElement} */ (document.getElementById("stage"));
const told = /** @type {HTMLElement} */ (document.getElementById("told"));
const troubles = /** @type {HTMLElement} */ (document.getElementById("troubles"));
const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("keys"));
const single = /** @type {HTMLInputElement} */ (document.getElementById("single"));

/** Fragments fetched before they are asked for, by address. @type {Map<string, Promise<string>>} */
const fetched = new Map();
/** Addresses shown, the last one last: where "previous" leads. @type {string[]} */
const trail = [];
/** What was sent is sent in order: an undo must not overtake what it undoes. @type {Promise<void>} */
let sending = Promise.resolve();
let pending = 0;
/** Decided on here: at the end the queue begins again, and what was fetched before may lead to them. @type {Set<string>} */
const decided = new Set();
/** @type {import("./bounds.js").Bounds | null} */
let bounds = null;

document.documentElement.dataset.pending = "0";
document.documentElement.classList.add("scripting");
single.checked = localStorage.getItem("single-keys") !== "off";
single.addEventListener("change", () => localStorage.setItem("single-keys", single.checked ? "on" : "off"));

/** The statement at work. @returns {HTMLElement} */
function work() {
  return /** @type {HTMLElement} */ (document.getElementById("work"));
}

/** @param {string} text @param {boolean} [bad] */
function say(text, bad = false) {
  told.textContent = text;
  told.classList.toggle("bad", bad);
}

/** A fragment as elements. @param {string} html @returns {DocumentFragment} */
function parsed(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

/** @param {string} url @returns {Promise<string>} */
async function get(url) {
  const answer = await fetch(url, { headers: { "HX-Request": "true" } });
  if (answer.redirected || !answer.ok) throw new Error(url);
  return answer.text();
}

function prefetch() {
  work().querySelector("[data-do=undo]")?.removeAttribute("disabled"); // it may have been fetched before anything was done
  const ahead = work().dataset.ahead ?? "";
  if (!ahead.startsWith("/review/") || fetched.has(ahead)) return;
  const one = get(ahead);
  one.catch(() => fetched.delete(ahead));
  fetched.set(ahead, one);
}

/** Put a statement on the stage. @param {DocumentFragment} fragment @param {{back?: boolean, same?: boolean}} [how] */
function show(fragment, how = {}) {
  const fresh = fragment.querySelector("#work");
  if (!(fresh instanceof HTMLElement)) return;
  const here = work().dataset.here ?? "";
  bounds?.leave();
  stage.replaceChildren(fresh);
  const next = fresh.dataset.here ?? "";
  if (next !== here) {
    if (!how.back) trail.push(here);
    history.replaceState(null, "", next);
    window.scrollTo({ top: 0, behavior: "instant" });
  }
  if (trail.length) fresh.querySelector("[data-do=previous]")?.removeAttribute("aria-disabled");
  counts(fresh);
  const title = fresh.querySelector("h1")?.textContent ?? "";
  document.title = `${title.trim()} – Review – On Record`;
  const opened = fresh.querySelector("details[open]");
  if (opened) focusIn(/** @type {HTMLElement} */ (opened));
  else fresh.focus({ preventScroll: true });
  prefetch();
}

/** @param {HTMLElement} fresh */
function counts(fresh) {
  for (const name of ["left", "done"]) {
    const shown = document.getElementById(name);
    if (shown) shown.textContent = fresh.dataset[name] ?? "";
  }
}

/** The statement's key in an address. @param {string} url */
function keyIn(url) {
  return url.split("?")[0].slice("/review/".length);
}

/** Where "next" leads by now. @returns {Promise<string>} */
async function onward() {
  const { ahead = "/review", here = "" } = work().dataset;
  if (!decided.has(keyIn(ahead))) return ahead;
  await sending;
  const fresh = parsed(await get(here)).querySelector("#work");
  return fresh instanceof HTMLElement ? (fresh.dataset.ahead ?? "/review") : "/review";
}

/** @param {string} url @param {{back?: boolean}} [how] */
async function visit(url, how = {}) {
  if (!url.startsWith("/review/")) {
    await sending;
    location.href = url;
    return;
  }
  try {
    const html = await (fetched.get(url) ?? get(url));
    fetched.delete(url);
    show(parsed(html), how);
  } catch {
    await sending;
    location.href = url;
  }
}

/** Send a form. A decision moves on at once; its answer comes meanwhile. @param {HTMLFormElement} form @param {HTMLElement | null} button */
function send(form, button) {
  const data = new FormData(form);
  if (button instanceof HTMLButtonElement && button.name) data.set(button.name, button.value);
  const why = /** @type {HTMLInputElement | null} */ (work().querySelector(".why input"));
  if (why?.value && !data.get("why")) data.set("why", why.value);
  const body = new URLSearchParams();
  for (const [name, value] of data) if (typeof value === "string") body.append(name, value);
  const { key = "", ahead = "" } = work().dataset;
  const inWork = work().contains(form);
  const decides = inWork && body.get("field") === "status" && body.get("value") !== "open";
  const ready = decides && !decided.has(keyIn(ahead)) ? fetched.get(ahead) : undefined;
  if (decides) decided.add(key);
  const url = form.getAttribute("action") ?? "";
  const undone = url.startsWith("/review/undo");
  post({ url, body, key, moved: Boolean(ready) }, form);
  if (ready) {
    say(body.get("value") === "accepted" ? "Accepted" : "Rejected");
    visit(ahead);
  } else if (undone) {
    say("Undoing …");
  }
}

/** @param {Sent} sent @param {HTMLElement | null} from */
function post(sent, from) {
  pending += 1;
  document.documentElement.dataset.pending = String(pending);
  sending = sending
    .then(() => fetch(sent.url, { method: "POST", body: sent.body, headers: { "HX-Request": "true" } }))
    .then(async (answer) => settle(sent, answer, await answer.text(), from))
    .catch(() => failed(sent))
    .finally(() => {
      pending -= 1;
      document.documentElement.dataset.pending = String(pending);
    });
}

/** @param {Sent} sent @param {Response} answer @param {string} html @param {HTMLElement | null} from */
function settle(sent, answer, html, from) {
  if (answer.redirected) {
    if (!sent.moved) location.href = answer.url;
    return;
  }
  const fragment = parsed(html);
  const fresh = fragment.querySelector("#work");
  const conflict = fragment.querySelector(".conflict");
  if (conflict) {
    troubles.append(conflict);
    say("Somebody was here meanwhile: choose.", true);
    if (work().dataset.key === sent.key) show(fragment, { same: true });
    conflict.scrollIntoView({ block: "nearest", behavior: "instant" });
    return;
  }
  if (!(fresh instanceof HTMLElement)) {
    const problem = fragment.querySelector(".notice");
    const text = (problem?.textContent ?? `The desk answered ${answer.status}`).replace(/\s+/g, " ").trim();
    if (answer.status === 404 && sent.url.startsWith("/review/undo")) say("Nothing of yours to undo.", true);
    else again(sent, text);
    return;
  }
  if (answer.ok) from?.closest(".conflict")?.remove();
  if (answer.ok && sent.url.startsWith("/review/undo")) decided.delete(fresh.dataset.key ?? "");
  if (sent.moved) {
    if (answer.ok) counts(fresh);
    else again(sent, fragment.querySelector(".trouble")?.textContent ?? "It was not taken");
    return;
  }
  const refused = fragment.querySelector(".trouble");
  if (bounds?.waits && !answer.ok) {
    bounds.refuse(refused?.textContent?.trim() ?? "It was not taken");
    return;
  }
  if (answer.ok && sent.key !== work().dataset.key && !sent.url.startsWith("/review/undo")) {
    counts(fresh); // whoever sent it has gone on meanwhile
    return;
  }
  fetched.clear();
  show(fragment);
  say(answer.ok ? fresh.dataset.told ?? "" : "It was not taken; the reason stands beside it.", !answer.ok);
}

/** What could not be sent waits, with a way to send it again. @param {Sent} sent @param {string} text */
function again(sent, text) {
  const section = document.createElement("section");
  section.className = "conflict";
  const head = document.createElement("h2");
  head.textContent = "This was not taken";
  const line = document.createElement("p");
  line.textContent = `${sent.body.get("field")}: ${sent.body.get("value") ?? ""} – ${text}`;
  const row = document.createElement("p");
  const retry = document.createElement("button");
  retry.type = "button";
  retry.textContent = "Send it again";
  retry.addEventListener("click", () => {
    section.remove();
    post(sent, null);
  });
  const link = document.createElement("a");
  link.href = `/review/${sent.key}`;
  link.textContent = "see the statement";
  row.append(retry, " ", link);
  section.append(head, line, row);
  troubles.append(section);
  say("One decision was not taken: see above.", true);
}

/** @param {Sent} sent */
function failed(sent) {
  again(sent, "the desk could not be reached");
}

/** Open a list, and be ready for its keys. @param {string} name */
function open(name) {
  const menu = /** @type {HTMLDetailsElement | null} */ (work().querySelector(`details[data-menu="${name}"]`));
  if (!menu) return;
  closeMenus(menu);
  menu.open = true;
  focusIn(menu);
}

/** @param {HTMLElement} menu */
function focusIn(menu) {
  const first = menu.querySelector("[aria-current]") ?? menu.querySelector("button[data-key]") ?? menu.querySelector("textarea");
  if (first instanceof HTMLElement) first.focus({ preventScroll: true });
  menu.scrollIntoView({ block: "nearest", behavior: "instant" }); // its scroll margins leave room for what is sticky
}

/** @param {Element | null} [but] @returns {boolean} whether any was open */
function closeMenus(but = null) {
  const opened = [...work().querySelectorAll("details[open]")].filter((one) => one !== but);
  for (const one of opened) if (one instanceof HTMLDetailsElement) one.open = false;
  return opened.length > 0;
}

/** @param {string} what */
function press(what) {
  const button = work().querySelector(`[data-do="${what}"]`);
  if (button instanceof HTMLElement && !button.hasAttribute("disabled")) button.click();
}

const ACTIONS = /** @type {Record<string, () => void>} */ ({
  a: () => press("accept"),
  r: () => press("reject"),
  u: () => press("undo"),
  n: () => press("next"),
  j: () => press("next"),
  p: () => press("previous"),
  k: () => press("previous"),
  s: () => open("speaker"),
  d: () => open("date"),
  q: () => open("kind"),
  t: () => open("act"),
  b: () => press("bounds"),
  w: () => /** @type {HTMLElement | null} */ (work().querySelector(".why input"))?.focus(),
  "?": () => dialog.showModal(),
});

/** @param {EventTarget | null} target */
function typing(target) {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || dialog.open) return;
  if (bounds?.key(event)) {
    event.preventDefault();
    return;
  }
  const menu = work().querySelector("details[data-menu][open]");
  if (event.key === "Escape") {
    if (typing(event.target) || menu) {
      closeMenus();
      work().focus({ preventScroll: true });
    }
    return;
  }
  if (typing(event.target)) {
    inField(event, menu);
    return;
  }
  if (!single.checked && event.key.length === 1) return;
  if (menu && inMenu(event, menu)) return;
  const action = ACTIONS[event.key];
  if (action && !bounds) {
    event.preventDefault();
    action();
  }
});

/** Keys within an open list: its letters and numbers, arrows, and for names the field. @param {KeyboardEvent} event @param {Element} menu */
function inMenu(event, menu) {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const all = [...menu.querySelectorAll(".options button")].filter((one) => one instanceof HTMLElement && one.offsetParent);
    const at = all.indexOf(/** @type {Element} */ (document.activeElement));
    const next = all[Math.max(0, Math.min(all.length - 1, at + (event.key === "ArrowDown" ? 1 : -1)))];
    if (next instanceof HTMLElement) next.focus();
    event.preventDefault();
    return true;
  }
  if (event.key.length !== 1 || event.key === " ") return false;
  const button = menu.querySelector(`button[data-key="${CSS.escape(event.key)}"]`);
  if (button instanceof HTMLElement) {
    event.preventDefault();
    button.click();
    return true;
  }
  const field = menu.querySelector(`[data-focus="${CSS.escape(event.key)}"]`);
  if (field instanceof HTMLElement) {
    event.preventDefault();
    field.focus();
    return true;
  }
  const name = menu.querySelector("#lookup");
  if (name instanceof HTMLInputElement && /\p{L}/u.test(event.key)) {
    name.focus(); // the letter goes into it
    return true;
  }
  return /^[a-z0-9]$/.test(event.key); // another list's key would be a slip
}

/** @param {KeyboardEvent} event @param {Element | null} menu */
function inField(event, menu) {
  const target = event.target;
  if (!(target instanceof HTMLInputElement)) return;
  if (target.id === "lookup" && (event.key === "Enter" || event.key === "ArrowDown")) {
    event.preventDefault();
    const all = [...(menu?.querySelectorAll(".options button") ?? [])];
    const first = all.find((one) => one instanceof HTMLElement && one.offsetParent && one.getAttribute("data-key") !== "0");
    if (event.key === "ArrowDown") /** @type {HTMLElement | undefined} */ (first)?.focus();
    else if (first instanceof HTMLElement) first.click();
    else if (target.value.trim()) call(target);
  } else if (target.name === "why" && event.key === "Enter") {
    event.preventDefault(); // a reason alone decides nothing
    work().focus({ preventScroll: true });
  }
}

/** Name somebody whom neither the article nor the knowledge base has. @param {HTMLInputElement} field */
function call(field) {
  const form = /** @type {HTMLFormElement} */ (field.closest("details")?.querySelector("form[method=post]"));
  const value = document.createElement("input");
  value.type = "hidden";
  value.name = "name";
  value.value = field.value.trim();
  form.append(value);
  send(form, null);
}

let asked = 0;
document.addEventListener("input", (event) => {
  const field = event.target;
  if (!(field instanceof HTMLInputElement) || field.id !== "lookup") return;
  const wanted = field.value.trim().toLowerCase();
  const menu = field.closest("details");
  for (const one of menu?.querySelectorAll(".list li") ?? []) {
    if (one instanceof HTMLElement) one.hidden = Boolean(wanted) && !(one.textContent ?? "").toLowerCase().includes(wanted);
  }
  clearTimeout(asked);
  asked = window.setTimeout(() => lookUp(field, menu), 150);
});

/** @param {HTMLInputElement} field @param {Element | null} menu */
async function lookUp(field, menu) {
  const into = menu?.querySelector(".known");
  const name = field.value.trim();
  if (!into) return;
  if (name.length < 3) {
    into.replaceChildren();
    return;
  }
  const query = new URLSearchParams({ name, key: work().dataset.key ?? "" });
  try {
    const html = await get(`/review/known?${query}`);
    if (field.value.trim() === name) into.replaceChildren(parsed(html));
  } catch {
    into.textContent = "The knowledge base could not be asked.";
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !(stage.contains(form) || troubles.contains(form))) return;
  event.preventDefault();
  if (form.method === "post") send(form, event.submitter instanceof HTMLElement ? event.submitter : null);
});

document.addEventListener("click", (event) => {
  const part = event.target instanceof Element ? event.target.closest("#work .passages .part") : null;
  if (part && !bounds && window.getSelection()?.isCollapsed) {
    begin(["source", "cue", "content", "addressee", "venue"].find((role) => part.classList.contains(role)));
    return;
  }
  const target = event.target instanceof Element ? event.target.closest("[data-do], a.keep") : null;
  if (!target || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (target.matches(".keep")) {
    event.preventDefault();
    target.closest(".conflict")?.remove();
    say("Theirs stands.");
    work().focus({ preventScroll: true });
    return;
  }
  const what = target.getAttribute("data-do");
  if (what === "help") dialog.showModal();
  else if (what === "bounds") begin();
  else if (what === "next") {
    event.preventDefault();
    onward().then(visit);
  } else if (what === "previous") {
    event.preventDefault();
    const back = trail.pop() ?? work().dataset.behind;
    if (back) visit(back, { back: true });
    else say("This is the first.");
  }
});

/** @param {string} [role] */
async function begin(role) {
  const { Bounds } = await loading;
  if (bounds || !work().querySelector(".bounds")) return;
  closeMenus();
  bounds = new Bounds(work(), (field, value) => {
    const { key = "", after = "0", action = "" } = work().dataset;
    const body = new URLSearchParams({ field, after, value: JSON.stringify(value) });
    const why = /** @type {HTMLInputElement | null} */ (work().querySelector(".why input"));
    if (why?.value) body.set("why", why.value);
    post({ url: action, body, key, moved: false }, null);
  }, () => {
    bounds = null;
    work().focus({ preventScroll: true });
  }, role);
}

window.addEventListener("beforeunload", (event) => {
  if (pending) event.preventDefault();
});

work().focus({ preventScroll: true });
prefetch();
