// @ts-check
// The timeline as a chart: drawn from the table of numbers beneath it, and brushed to choose the days. Without it the
// table and the two dates say and do the same.

/** @typedef {{first: number, end: number, from: string, to: string, kind: string, low: number, high: number}} Bar */
/** @typedef {{first?: [number, number]}} Brush */

const KINDS = ["direct", "mixed", "indirect"];
const PATIENCE = 350; // ms after the last movement of the brush before the list is fetched
const TALL = 190; // px

/** Vega and Vega-Lite are plain scripts that leave these behind. @type {any} */
const { vega, vegaLite } = /** @type {any} */ (globalThis);

/** @param {string} iso @returns {number} The beginning of a day in UTC, in ms. */
const ms = (iso) => Date.parse(`${iso}T00:00:00Z`);

/** @param {string} name @returns {string} One of the page's colours, as it is now. */
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** @param {HTMLElement} figure @returns {Bar[]} A bar for each kind in each bin that has some, one on the other. */
function bars(figure) {
  return [...figure.querySelectorAll("tbody tr")].flatMap((row) => {
    const { first = "", last = "" } = /** @type {HTMLElement} */ (row).dataset;
    let low = 0;
    return KINDS.flatMap((kind, at) => {
      const count = Number(row.querySelectorAll("td")[at]?.textContent);
      if (!count) return [];
      const bar = { first: ms(first), end: ms(last) + 86_400_000, from: first, to: last, kind, low, high: low + count };
      low += count;
      return [bar];
    });
  });
}

/** @param {Bar[]} values @param {HTMLElement} place @returns {object} The chart as Vega-Lite is told it. */
function specification(values, place) {
  const from = Math.min(...values.map((bar) => bar.first));
  const to = Math.max(...values.map((bar) => bar.end));
  const most = values.reduce((high, bar) => (bar.high > high.high ? bar : high));
  const middle = (most.first + most.end) / 2;
  const side = middle - from < 0.12 * (to - from) ? "left" : to - middle < 0.12 * (to - from) ? "right" : "center";
  const { since, until } = place.dataset;
  const chosen = since || until
    ? { value: { x: [since ? ms(since) : from, until ? ms(until) + 86_399_999 : to] } }
    : {};
  // Where no new year is on the axis to tell it, each month does.
  const month = new Date(from).getUTCFullYear() === new Date(to - 1).getUTCFullYear() ? "%b %Y" : "%b";
  const gap = (to - from) / Math.max(1, place.clientWidth); // of a pixel between two bars
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    width: "container",
    height: TALL,
    autosize: { type: "fit", contains: "padding" },
    padding: { left: 0, right: 4, top: 6, bottom: 2 },
    background: null,
    data: { values: values.map((bar) => ({ ...bar, until: Math.max(bar.end - gap, bar.first + gap) })) },
    layer: [
      {
        params: [{ name: "brush", select: { type: "interval", encodings: ["x"], zoom: false, mark: {
          fill: colour("ink"), fillOpacity: 0.08, stroke: colour("edge-line"), strokeWidth: 1 } }, ...chosen }],
        mark: { type: "rect", strokeWidth: 0.75 },
        encoding: {
          x: { field: "first", type: "temporal", scale: { type: "utc", domain: { expr: `[${from}, ${to}]` }, nice: false },
            axis: { title: null, grid: false, domainColor: colour("edge-line"), tickColor: colour("edge-line"),
              tickSize: 4, labelFlush: true, labelOverlap: true, labelPadding: 4,
              format: { year: "%Y", quarter: month, month, week: "%-d %b", date: "%-d %b" },
              tickCount: Math.max(2, Math.floor(place.clientWidth / 120)) } },
          x2: { field: "until" },
          y: { field: "low", type: "quantitative", scale: { domain: [0, most.high * 1.12], nice: false },
            axis: { title: null, domain: false, ticks: false, gridColor: colour("line"), tickCount: 3, tickMinStep: 1,
              labelPadding: 6, format: ",d" } },
          y2: { field: "high" },
          // One colour, and full, half or hollow: kinds can be told apart without seeing colours.
          fill: { field: "kind", type: "nominal", legend: null,
            scale: { domain: KINDS, range: [colour("accent"), colour("accent"), colour("paper")] } },
          fillOpacity: { field: "kind", type: "ordinal", legend: null, scale: { domain: KINDS, range: [1, 0.4, 1] } },
          stroke: { field: "kind", type: "nominal", legend: null,
            scale: { domain: KINDS, range: [colour("accent"), colour("accent"), colour("edge-line")] } },
          opacity: { condition: { param: "brush", value: 1 }, value: 0.35 },
        },
      },
      {
        data: { values: [{ first: middle, high: most.high }] },
        mark: { type: "text", align: side, dy: -7, fontWeight: 600, color: colour("ink"), tooltip: null },
        encoding: {
          x: { field: "first", type: "temporal" },
          y: { field: "high", type: "quantitative" },
          text: { field: "high", format: ",d" },
        },
      },
    ],
    config: {
      aria: false, // the container has the name, the table the numbers
      font: getComputedStyle(document.body).fontFamily,
      view: { stroke: null, cursor: "crosshair" },
      axis: { labelColor: colour("soft"), labelFontSize: 12 },
      text: { fontSize: 12 },
    },
  };
}

/** @param {HTMLElement} figure Draw its chart, in place of one drawn before. */
async function draw(figure) {
  const place = /** @type {HTMLElement | null} */ (figure.querySelector(".chart"));
  const values = bars(figure);
  if (!place || !values.length) return;
  if (!vega?.expressionInterpreter || !vegaLite) {
    place.classList.add("none");
    return;
  }
  const told = vegaLite.compile(specification(values, place)).spec;
  // Expressions are walked through, not compiled: the page allows no code made from text.
  const view = new vega.View(vega.parse(told, undefined, { ast: true }), {
    expr: vega.expressionInterpreter,
    renderer: "canvas",
    container: place,
    logLevel: vega.Error,
  });
  place.classList.add("drawn");
  place.setAttribute("role", "img");
  place.setAttribute("aria-label", "Bar chart of the numbers below. The dates beneath choose the same days as the brush.");
  await view.runAsync();
  /** @type {HTMLElement | null} */ (figure.querySelector(".hint"))?.removeAttribute("hidden");
  let later = 0;
  let touched = false; // the brush also changes when the chart is laid out, which chooses nothing
  place.addEventListener("pointerdown", () => (touched = true), { capture: true }); // before Vega hears of it
  view.addSignalListener("brush", (/** @type {string} */ _, /** @type {Brush} */ brush) => {
    if (!touched) return;
    choose(figure, values, brush.first);
    clearTimeout(later);
    later = window.setTimeout(() => {
      touched = false;
      submit(figure);
    }, PATIENCE);
  });
  redrawing(figure, view);
}

/** @param {HTMLElement} figure @param {Bar[]} values @param {[number, number] | undefined} brushed Set the two dates. */
function choose(figure, values, brushed) {
  const [from, to] = brushed ?? [0, 0];
  // Those whose beginning lies in the brush, which are the ones that stay dark; else the one it lies in.
  const within = brushed ? values.filter((bar) => bar.first >= from && bar.first <= to) : [];
  const meant = within.length || !brushed ? within : values.filter((bar) => bar.end > from && bar.first < to);
  const place = /** @type {HTMLElement} */ (figure.querySelector(".chart"));
  const [since, until] = /** @type {HTMLInputElement[]} */ ([...figure.querySelectorAll('input[type="date"]')]);
  if (!since || !until) return;
  since.value = place.dataset.since = meant[0]?.from ?? (brushed ? day(brushed[0]) : "");
  until.value = place.dataset.until = meant.at(-1)?.to ?? (brushed ? day(brushed[1]) : "");
}

/** @param {HTMLElement} figure Ask for the days that are chosen. (Vega puts a form of its own beside the chart.) */
const submit = (figure) => /** @type {HTMLFormElement | null} */ (figure.querySelector("form.between"))?.requestSubmit();

/** @param {number} at ms @returns {string} */
const day = (at) => new Date(at).toISOString().slice(0, 10);

/** @type {AbortController | undefined} */
let drawn;

/** @param {HTMLElement} figure @param {any} view Draw anew when the colours or the width become others. */
function redrawing(figure, view) {
  drawn?.abort();
  drawn = new AbortController();
  const again = () => {
    view.finalize();
    draw(figure);
  };
  const options = { signal: drawn.signal, once: true };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again, options);
  let width = window.innerWidth;
  let later = 0;
  window.addEventListener("resize", () => {
    if (window.innerWidth === width) return;
    width = window.innerWidth;
    clearTimeout(later);
    later = window.setTimeout(again, 150);
  }, { signal: drawn.signal });
}

/** Draw what is on the page and is not drawn yet. */
function start() {
  const figure = /** @type {HTMLElement | null} */ (document.querySelector("figure.timeline"));
  if (figure && !figure.querySelector(".chart canvas, .chart svg")) draw(figure);
}

document.addEventListener("htmx:configRequest", (event) => {
  const { parameters } = /** @type {CustomEvent} */ (event).detail;
  for (const name of ["since", "until"]) if (parameters[name] === "") delete parameters[name];
});
document.addEventListener("htmx:afterSwap", () => {
  const told = document.querySelector("[data-told]")?.getAttribute("data-told");
  const place = document.getElementById("told");
  if (place && told) place.textContent = told;
});
document.addEventListener("htmx:historyRestore", start);
start();
