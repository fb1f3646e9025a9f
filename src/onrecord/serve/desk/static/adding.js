// @ts-check
/** Adding: files dropped on the form, what is too large told before it is sent, and a job watched while it is read. */

/**
 * Lets files be dropped anywhere on the form, and says what would be refused.
 * @param {HTMLFormElement} form
 */
function prepare(form) {
  const files = /** @type {HTMLInputElement | null} */ (form.querySelector('input[type="file"]'));
  if (!files) return;
  /** @param {DragEvent} event */
  const holdsFiles = (event) => event.dataTransfer?.types.includes("Files") ?? false;
  form.addEventListener("dragover", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    form.classList.add("over");
    const way = files.closest("details");
    if (way) way.open = true;
  });
  form.addEventListener("dragleave", (event) => {
    if (!(event.relatedTarget instanceof Node && form.contains(event.relatedTarget))) form.classList.remove("over");
  });
  form.addEventListener("drop", (event) => {
    form.classList.remove("over");
    if (!holdsFiles(event) || !event.dataTransfer?.files.length) return;
    event.preventDefault();
    files.files = event.dataTransfer.files;
    check(form, files);
  });
  files.addEventListener("change", () => check(form, files));
  files.addEventListener("invalid", () => {
    const way = files.closest("details");
    if (way) way.open = true; // what is hidden cannot say what is wrong with it
  });
  form.addEventListener("submit", (event) => {
    if (!check(form, files)) {
      event.preventDefault();
      return;
    }
    form.setAttribute("aria-busy", "true");
  });
  // Back from the page of a job: the form is as it was left, but not busy.
  window.addEventListener("pageshow", () => form.removeAttribute("aria-busy"));
}

/**
 * Says it where the files are larger than the desk takes; the server would say the same after they were sent.
 * @param {HTMLFormElement} form
 * @param {HTMLInputElement} input
 * @returns {boolean} whether they can be sent
 */
function check(form, input) {
  const limit = Number(form.dataset.limit ?? "0");
  const size = [...(input.files ?? [])].reduce((sum, file) => sum + file.size, 0);
  const mb = (/** @type {number} */ bytes) => Math.ceil(bytes / 1e6).toLocaleString("en");
  const told =
    limit && size > limit
      ? `${mb(size)} MB, at most ${mb(limit)} MB are taken at once. Choose less, or use “onrecord add FILE” on the machine where the ledger is.`
      : "";
  input.setCustomValidity(told);
  if (told) input.reportValidity();
  return !told;
}

/**
 * Watches a job and shows how far it has come, until it is over.
 * @param {HTMLElement} place
 */
function watch(place) {
  const said = /** @type {HTMLElement | null} */ (document.querySelector("[data-job-said]"));
  const now = () => /** @type {HTMLElement | null} */ (place.querySelector(".job-now"));
  const address = `/jobs/${encodeURIComponent(place.dataset.job ?? "")}`;
  const hideAgain = () => {
    const again = /** @type {HTMLElement | null} */ (place.querySelector("[data-again]"));
    if (again) again.hidden = true;
  };
  let busy = false;
  let more = false;
  let state = now()?.dataset.state;

  const show = async () => {
    more = true;
    if (busy) return;
    busy = true;
    while (more) {
      more = false;
      const answer = await fetch(`${address}?part=true`, { headers: { Accept: "text/html" } }).catch(() => null);
      if (!answer?.ok) continue;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const focused = place.contains(document.activeElement);
      place.replaceChildren(...page.body.childNodes);
      hideAgain();
      if (focused) /** @type {HTMLElement | null} */ (place.querySelector("button, a.button"))?.focus();
      const made = now();
      if (said && made && made.dataset.state !== state) said.textContent = made.dataset.word ?? "";
      state = made?.dataset.state;
      if (made?.dataset.alone) location.replace(made.dataset.alone);
      if (!more) await new Promise((done) => setTimeout(done, 400));
    }
    busy = false;
  };

  const source = new EventSource(`/api/v1${address}/events`);
  hideAgain();
  source.addEventListener("progress", show);
  source.addEventListener("over", () => {
    source.close();
    show();
  });
  window.addEventListener("pagehide", () => source.close());
}

for (const form of document.querySelectorAll("form[data-adding]")) prepare(/** @type {HTMLFormElement} */ (form));
const place = /** @type {HTMLElement | null} */ (document.querySelector("#job"));
if (place?.querySelector('[data-over="no"]')) watch(place);
