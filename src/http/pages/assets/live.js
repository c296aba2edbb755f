// Lists and figures that follow what happens, while they are wanted and looked at. The server says over one open line
// (`text/event-stream`) which events are new or have changed; what is shown comes from the pages themselves, in their
// language and with their filters. Nothing is asked while nothing happens, while the page is hidden, or while somebody selects.

const page = document;
const live = page.getElementById("live");
// A moment's events are fetched together; figures follow more quietly than rows.
const GATHER_MS = 250;
const ROWS_EVERY_MS = 1_000;
const PAGE_EVERY_MS = 10_000;
// After a line that could not be opened: at first soon, then once a minute.
const AGAIN_MS = [5_000, 15_000, 60_000];
// So many rows stay, and as many are asked for again at most: a page that is open for a day must not grow.
const ROWS_MAX = 200;

if (live) {
  const rows = page.getElementById("rows");
  const main = page.getElementById("main");
  const remembered = `greeter-live:${location.pathname}`;
  const follows = "page" in live.dataset;
  const changed = new Set();
  let source, gathering, again, wanted = false, busy = false, waits = false, failed = 0, last = 0;

  const looked = () => live.checked && !page.hidden;
  const lost = (is) => { page.getElementById("live-lost").hidden = !is; };
  const selecting = () => {
    const selection = getSelection();
    return selection && !selection.isCollapsed && main.contains(selection.anchorNode);
  };

  function close() {
    clearTimeout(again);
    clearTimeout(gathering);
    gathering = undefined;
    source?.close();
    source = undefined;
  }

  function open() {
    if (source || !looked()) return;
    source = new EventSource(live.dataset.live);
    // Whatever happened while the line was not open.
    source.onopen = () => { failed = 0; lost(false); note(); };
    source.onmessage = (event) => note(JSON.parse(event.data).id);
    source.addEventListener("gap", () => note());
    source.onerror = () => {
      lost(true);
      // A browser comes again by itself where the line broke, but not where it was refused.
      if (source?.readyState !== EventSource.CLOSED) return;
      close();
      again = setTimeout(open, AGAIN_MS[Math.min(failed++, AGAIN_MS.length - 1)]);
    };
  }

  function stop() {
    live.checked = false;
    close();
  }

  function note(id) {
    if (id !== undefined && page.getElementById(`event-${id}`)) changed.add(id);
    wanted = true;
    gather();
  }

  function gather() {
    if (!wanted || busy || gathering !== undefined || !looked()) return;
    const since = performance.now() - last;
    gathering = setTimeout(look, Math.max(GATHER_MS, (follows ? PAGE_EVERY_MS : ROWS_EVERY_MS) - since));
  }

  async function look() {
    gathering = undefined;
    waits = selecting();
    if (waits || !looked()) return;
    busy = true;
    wanted = false;
    try {
      const answer = await fetch(follows ? location.href : wantedRows(), { headers: { accept: "text/html" } });
      // The session has ended: whoever is here logs in when they want to go on, and loses nothing until then.
      if (answer.redirected || answer.status === 401) return stop();
      if (!answer.ok) throw new Error("no answer");
      const text = await answer.text();
      if (looked()) (follows ? showPage : showRows)(text);
    } catch {
      lost(true);
    } finally {
      busy = false;
      last = performance.now();
      gather();
    }
  }

  function wantedRows() {
    const url = new URL(live.dataset.rows, location.href);
    url.searchParams.set("after", rows?.querySelector("tr[data-id]")?.dataset.id ?? "0");
    if (changed.size) url.searchParams.set("again", [...changed].join(","));
    return url;
  }

  function showRows(text) {
    const part = page.createElement("tbody");
    part.innerHTML = text;
    const found = [...part.querySelectorAll("tr[data-id]")];
    // The first event of all, or the first that a filter finds: the page has no list yet.
    if (!rows) {
      if (found.length) location.reload();
      return;
    }
    const asked = new Set(changed);
    changed.clear();
    for (const row of found.reverse()) {
      const old = page.getElementById(row.id);
      asked.delete(Number(row.dataset.id));
      if (!old) {
        row.classList.add("new");
        rows.prepend(row);
      } else if (old.outerHTML !== row.outerHTML) {
        const held = old.contains(page.activeElement);
        row.classList.toggle("at", old.classList.contains("at"));
        old.replaceWith(row);
        if (held) row.querySelector(".ops a, .ops button")?.focus({ preventScroll: true });
      }
    }
    // What was asked for again and did not come is not of this list any more.
    for (const id of asked) page.getElementById(`event-${id}`)?.remove();
    while (rows.children.length > ROWS_MAX) rows.lastElementChild.remove();
  }

  function showPage(text) {
    const fresh = new DOMParser().parseFromString(text, "text/html");
    for (const old of page.querySelectorAll("[data-follow]")) {
      const part = fresh.querySelector(`[data-follow="${old.dataset.follow}"]`);
      if (!part || old.contains(page.activeElement) || part.innerHTML === old.innerHTML) continue;
      old.replaceChildren(...part.childNodes);
      old.className = part.className;
    }
    page.dispatchEvent(new Event("greeter:followed"));
  }

  const turn = () => {
    sessionStorage.setItem(remembered, live.checked ? "1" : "0");
    lost(false);
    close();
    open();
  };
  live.addEventListener("change", turn);
  page.addEventListener("visibilitychange", () => { close(); open(); });
  page.addEventListener("selectionchange", () => {
    if (waits && !selecting()) {
      waits = false;
      gather();
    }
  });
  addEventListener("pagehide", close);
  addEventListener("pageshow", open);
  const before = sessionStorage.getItem(remembered);
  if (before !== null) live.checked = before === "1";
  open();
}
