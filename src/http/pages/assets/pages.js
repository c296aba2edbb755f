// What the pages do beyond links and forms. Everything here may be missing: each page can be read and used without it.
// No text stands here; what is said to people comes from the page, in its language.

const page = document;
page.body.classList.add("script");

// ---- fields that say nothing stay out of the address, so that a link is as short as what it asks ----
for (const form of page.querySelectorAll("form.filter[method=get]")) {
  form.addEventListener("submit", () => {
    for (const field of form.elements) if (field.name && field.value === "") field.disabled = true;
  });
}
// Going back must find them usable again.
addEventListener("pageshow", () => {
  for (const field of page.querySelectorAll("form.filter [disabled]")) field.disabled = false;
});

// ---- one act, asked for once: a second click while the first is under way does nothing ----
addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  else if (!event.defaultPrevented) form.dataset.sent = "1";
});
addEventListener("pageshow", () => {
  for (const form of page.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// ---- what asks first: a dialog whose button has the name of the button that was pressed ----
page.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-ask]");
  if (!button || button.dataset.sure) return;
  event.preventDefault();
  const dialog = page.createElement("dialog");
  const text = page.createElement("p");
  text.textContent = button.dataset.ask;
  const buttons = page.createElement("div");
  buttons.className = "dialog-buttons";
  const cancel = page.createElement("button");
  cancel.type = "button";
  cancel.textContent = page.body.dataset.cancel;
  const sure = page.createElement("button");
  sure.type = "button";
  sure.className = button.classList.contains("danger") ? "danger" : "primary";
  sure.textContent = button.textContent;
  buttons.append(cancel, sure);
  dialog.append(text, buttons);
  page.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  cancel.addEventListener("click", () => dialog.close());
  sure.addEventListener("click", () => {
    button.dataset.sure = "1";
    dialog.close();
    button.click();
    delete button.dataset.sure;
  });
  dialog.showModal();
  sure.focus();
});

// ---- copying, also where the clipboard is withheld because the page came over plain HTTP ----
async function copy(text, near) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = page.createElement("textarea");
    field.value = text;
    field.className = "hidden";
    field.readOnly = true;
    // Beside the button: outside of an open dialog nothing can be selected.
    near.after(field);
    field.select();
    const copied = page.execCommand("copy");
    field.remove();
    near.focus({ preventScroll: true });
    return copied;
  }
}
page.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-copy]");
  if (!button) return;
  if (await copy(button.dataset.copy, button)) {
    const said = page.getElementById("said");
    button.classList.add("copied");
    if (said) said.textContent = page.body.dataset.copied;
    setTimeout(() => {
      button.classList.remove("copied");
      if (said) said.textContent = "";
    }, 1500);
  }
});

// ---- choosing every row of a page at once ----
page.addEventListener("change", (event) => {
  const name = event.target.dataset.all;
  if (!name) return;
  for (const box of page.querySelectorAll(`input[name="${CSS.escape(name)}"]`)) box.checked = event.target.checked;
});

// ---- many that are retried or replayed, followed until they have ended ----
const progress = page.querySelector("[data-progress]");
const underWay = () => progress.querySelector("[data-running]");
if (progress && underWay()) {
  const AGAIN_MS = 1000;
  // The server may be away for a moment, as for a restart; what is done goes on.
  const AWAY_MS = 5000;
  const follow = async () => {
    let pause = AGAIN_MS;
    if (!page.hidden) {
      try {
        const answer = await fetch(progress.dataset.progress, { headers: { accept: "text/html" } });
        // Who is asked to log in is led to the door by the page itself.
        if (answer.redirected) return location.reload();
        if (!answer.ok) throw new Error("no progress");
        progress.innerHTML = await answer.text();
        if (!underWay()) return location.reload();
      } catch {
        pause = AWAY_MS;
      }
    }
    setTimeout(follow, pause);
  };
  setTimeout(follow, AGAIN_MS);
}

// ---- a link that looks like a button is pressed like one ----
addEventListener("keydown", (event) => {
  if (event.key !== " " || !event.target.matches("a[role=button]")) return;
  event.preventDefault();
  event.target.click();
});

// ---- keys: the same in every list, whether its rows are a table's or a timeline's ----
const rowsOf = () => [...page.querySelectorAll("main table.records > tbody > tr, main ol.timeline.days > li")];
// What Enter opens: the row itself, then what its operations begin with, then what it names; a link before a button, as a button
// changes something.
const openerOf = (row) => row.querySelector("a.row-link") ?? row.querySelector(".ops a[href]") ?? row.querySelector("a[href]") ?? row.querySelector("button, input");
function move(step) {
  const rows = rowsOf();
  if (!rows.length) return;
  const at = rows.findIndex((row) => row.classList.contains("at"));
  const next = rows[Math.min(rows.length - 1, Math.max(0, at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step))];
  rows[at]?.classList.remove("at");
  next.classList.add("at");
  const opener = openerOf(next);
  if (!opener) next.tabIndex = -1;
  (opener ?? next).focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}
// Retrying by a key is asked about once more, also where a press of the button is not: a key is hit by mistake more easily.
function retry() {
  const button = page.querySelector(".at [data-key=r]");
  if (!button) return;
  if (button.dataset.ask || button.matches("a")) return button.click();
  button.dataset.ask = page.body.dataset.retry;
  button.click();
  delete button.dataset.ask;
}
const SEARCH = "form.filter input:not([type=hidden]), form.filter select";
const search = () => page.querySelector(SEARCH)?.focus();
const help = () => page.getElementById("keys")?.showModal();
const KEYS = { "/": search, j: () => move(1), k: () => move(-1), r: retry, "?": help };
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  // A box that is ticked takes no letters; everything else that one types in does.
  const typed = event.target.closest("input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable], dialog");
  const act = typed ? undefined : KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

// On a phone the way around is a row that scrolls: where one is must be in sight.
page.querySelector("nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

// ---- trends: drawn from the table beside them, which holds the figures and is what is read aloud ----
function draw(place) {
  const table = page.getElementById(place.dataset.chart);
  if (!table || typeof uPlot === "undefined") return;
  const heads = [...table.tHead.rows[0].cells];
  const drawn = heads.map((head, at) => [head, at]).filter(([head]) => head.dataset.series);
  const rows = [...table.tBodies[0].rows].filter((row) => row.cells[0].dataset.at);
  // Tables have the newest first, time runs to the right.
  rows.sort((a, b) => a.cells[0].dataset.at - b.cells[0].dataset.at);
  if (rows.length < 2) {
    place.hidden = true;
    return;
  }
  const data = [rows.map((row) => Number(row.cells[0].dataset.at))];
  for (const [, at] of drawn) data.push(rows.map((row) => Number(row.cells[at].dataset.v)));
  const style = getComputedStyle(page.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const colours = { adds: "--muted", welcomed: "--accent", missed: "--bad", lost: "--wait", net: "--good" };
  // The table says how a day is called; the chart repeats it and reckons no time zone of its own.
  const names = new Map(rows.map((row) => [Number(row.cells[0].dataset.at), row.cells[0].firstChild.textContent.trim()]));
  const axis = { stroke: colour("--muted"), font: `12px ${style.getPropertyValue("--font")}`, ticks: { show: false } };
  const width = () => Math.max(200, place.clientWidth);
  // So many days find room below the axis, and no more than a week's.
  const fit = (wide) => Math.max(2, Math.min(7, Math.floor((wide - 80) / 76)));
  const legend = 34;
  const options = {
    width: width(),
    height: place.clientHeight - legend,
    padding: [8, 34, 0, 0],
    cursor: { y: false, points: { size: 7 } },
    legend: { live: false },
    scales: { x: { time: false }, y: { range: (_, low, high) => [0, Math.max(4, high * 1.08)] } },
    axes: [
      { ...axis, grid: { show: false }, splits: (chart) => data[0].filter((_, at) => (data[0].length - 1 - at) % Math.ceil(data[0].length / fit(chart.width)) === 0), values: (_, at) => at.map((x) => names.get(x) ?? "") },
      { ...axis, size: 44, grid: { stroke: colour("--line"), width: 1 }, values: (_, at) => at.map((y) => (Number.isInteger(y) ? y.toLocaleString("en") : "")) },
    ],
    series: [
      {},
      ...drawn.map(([head]) => ({
        label: head.textContent,
        stroke: colour(colours[head.dataset.series] ?? "--muted"),
        width: head.dataset.series === "adds" ? 1.5 : 2,
        dash: head.dataset.series === "adds" ? [5, 4] : undefined,
        fill: head.dataset.series === "welcomed" ? `${colour("--accent")}14` : undefined,
        points: { show: false },
      })),
    ],
  };
  const chart = new uPlot(options, data, place);
  new ResizeObserver(() => chart.setSize({ width: width(), height: options.height })).observe(place);
  return chart;
}
const charts = () => {
  for (const place of page.querySelectorAll("[data-chart]")) {
    place.replaceChildren();
    draw(place);
  }
};
charts();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", charts);
page.addEventListener("greeter:followed", charts);
