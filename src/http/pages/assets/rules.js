// What the pages about rules do beyond links and forms: keeping what was typed, placeholders by a click, the phone as one types,
// going to the line of a fault. Everything here may be missing. No text stands here.

const page = document;
const form = page.querySelector("form[data-draft]");

// ---- what was typed outlives a session that ended meanwhile, and a page that was left by mistake ----
if (form) {
  const key = `greeter-draft:${form.dataset.draft}`;
  const fields = () => [...form.elements].filter((field) => field.name && field.type !== "file" && field.name !== "do" && field.name !== "over");
  const read = (field) => (field.type === "checkbox" ? (field.checked ? "1" : "") : field.value);
  const write = (field, value) => {
    if (field.type === "checkbox") field.checked = value === "1";
    else field.value = value;
  };
  const boxes = new Set(fields().filter((field) => field.type === "checkbox").map((field) => field.name));
  // A box that has a hidden field of its name counts, not the field.
  const kinds = (field) => field.type !== "hidden" || !boxes.has(field.name);
  const keep = (now) => {
    try {
      sessionStorage.setItem(key, now);
    } catch {
      // The browser's store is full or closed: then nothing is kept, as without a script.
    }
  };
  const typed = () => Object.fromEntries(fields().filter(kinds).map((field) => [field.name, read(field)]));
  const asSent = JSON.stringify(typed());
  const remembered = sessionStorage.getItem(key);
  const forget = () => {
    sessionStorage.removeItem(key);
    location.assign(location.pathname + location.search.replace(/[?&]done=[^&]*/, ""));
  };
  const offer = () => {
    const notice = page.getElementById("draft");
    notice.hidden = false;
    notice.querySelector("[data-discard]").addEventListener("click", forget);
  };
  const wasPublished = new URLSearchParams(location.search).has("done");
  if (wasPublished) {
    sessionStorage.removeItem(key);
    // A rule that was new has an address of its own now.
    for (const other of Object.keys(sessionStorage)) if (other.startsWith("greeter-draft:/rules/new")) sessionStorage.removeItem(other);
  }
  // A page that shows what was typed already needs no draft, and is one.
  else if ("kept" in form.dataset) {
    keep(asSent);
    if ("restored" in form.dataset) offer();
  }
  else if (remembered && remembered !== asSent) {
    const draft = JSON.parse(remembered);
    const there = new Set(fields().filter(kinds).map((field) => field.name));
    const same = Object.keys(draft).every((name) => there.has(name)) && [...there].every((name) => name in draft);
    if (same) {
      for (const field of fields().filter(kinds)) if (field.name in draft) write(field, draft[field.name]);
      offer();
    } else if ("preview" in form.dataset) {
      // There were other attachments or notices than the page has: the server makes a page with all of them.
      const again = page.createElement("form");
      again.method = "post";
      again.action = form.getAttribute("action");
      for (const [name, value] of Object.entries({ ...draft, do: "restore" })) {
        if (boxes.has(name) && value !== "1") continue;
        const field = page.createElement("input");
        field.type = "hidden";
        field.name = name;
        field.value = boxes.has(name) ? "true" : value;
        again.append(field);
      }
      page.body.append(again);
      again.submit();
    }
  }
  form.addEventListener("input", () => {
    const now = JSON.stringify(typed());
    try {
      if (now === asSent && !("kept" in form.dataset)) sessionStorage.removeItem(key);
      else keep(now);
    } catch {
      // The browser's store is closed: then nothing is kept, as without a script.
    }
  });
}

// ---- placeholders, put in where the caret stands ----
page.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-insert]");
  if (!button) return;
  const field = page.getElementById(button.dataset.into);
  field.focus();
  field.setRangeText(button.dataset.insert, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
});

// ---- how long a text is, in bytes, as WeCom counts it ----
const encoder = new TextEncoder();
page.addEventListener("input", (event) => {
  const place = page.querySelector(`[data-bytes="${CSS.escape(event.target.id || "-")}"]`);
  if (!place) return;
  const bytes = encoder.encode(event.target.value).length;
  place.textContent = bytes;
  place.classList.toggle("too-long", bytes > Number(place.dataset.max));
});

// ---- tags, picked from a list of WeCom's: boxes in a dialog, whose state is that of the lines of a field ----
const dialog = page.getElementById("tags");
if (dialog) {
  const list = dialog.querySelector("[data-list]");
  const search = dialog.querySelector("input[type=search]");
  const [none, away] = [dialog.querySelector("[data-none]"), dialog.querySelector("[data-away]")];
  let field;
  const lines = () => field.value.split("\n").map((line) => line.trim()).filter(Boolean);
  const narrow = () => {
    const wanted = search.value.trim().toLowerCase();
    let shown = 0;
    for (const group of list.querySelectorAll("fieldset")) {
      let some = 0;
      for (const label of group.querySelectorAll("label")) {
        label.hidden = !label.querySelector("input").value.toLowerCase().includes(wanted);
        if (!label.hidden) some += 1;
      }
      group.hidden = some === 0;
      shown += some;
    }
    none.hidden = shown > 0 || !away.hidden;
  };
  page.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-pick]");
    if (!button) return;
    field = page.getElementById(button.dataset.pick);
    search.value = "";
    none.hidden = away.hidden = true;
    dialog.showModal();
    search.focus();
    try {
      const answer = await fetch(dialog.dataset.tags, { headers: { accept: "text/html" } });
      if (!answer.ok || answer.redirected || answer.status === 204) throw new Error("no tags");
      list.innerHTML = await answer.text();
    } catch {
      list.textContent = "";
      away.hidden = false;
    }
    const has = new Set(lines());
    for (const box of list.querySelectorAll("input")) box.checked = has.has(box.value);
    narrow();
  });
  search.addEventListener("input", narrow);
  // Enter in the search is for the first tag that is found, not for closing.
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    list.querySelector("fieldset:not([hidden]) label:not([hidden]) input")?.focus();
  });
  list.addEventListener("change", (event) => {
    const tag = event.target.value;
    const others = lines().filter((line) => line !== tag);
    field.value = (event.target.checked ? [...others, tag] : others).join("\n");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

// ---- the phone, made by the server from what stands in the form now ----
const preview = page.getElementById("preview");
// Shorter than a pause between words, longer than one between keys.
const PAUSE_MS = 150;
if (form?.dataset.preview && preview && page.getElementById("customer")) {
  const customer = page.getElementById("customer");
  let timer;
  let asked = 0;
  const show = async () => {
    const mine = ++asked;
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
    body.set("customer", customer.value);
    try {
      const answer = await fetch(form.dataset.preview, { method: "POST", body, headers: { accept: "text/html" } });
      if (!answer.ok || answer.redirected || mine !== asked) return;
      preview.innerHTML = await answer.text();
    } catch {
      // The server is away: the last one stays.
    }
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(show, PAUSE_MS);
  };
  form.addEventListener("input", soon);
  customer.addEventListener("input", soon);
}

// ---- a file is uploaded as soon as it is chosen ----
page.addEventListener("change", (event) => {
  if (!event.target.matches("input[data-upload]") || !event.target.files.length) return;
  event.target.form.requestSubmit(event.target.parentElement.querySelector("button"));
});

// ---- to the line of a fault ----
page.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-line]");
  const field = page.querySelector("textarea#yaml");
  if (!link || !field) return;
  event.preventDefault();
  const lines = field.value.split("\n");
  const line = Math.min(Number(link.dataset.line), lines.length) - 1;
  const start = lines.slice(0, line).reduce((sum, text) => sum + text.length + 1, 0);
  field.focus();
  field.setSelectionRange(start, start + lines[line].length);
  field.scrollTop = (line - 4) * (field.scrollHeight / lines.length);
});
