// What the pages about rules do beyond links and forms: keeping what was typed, placeholders by a click, the phone as one types,
// going to the line of a fault. Everything here may be missing. No text stands here.

const page = document;
const form = page.querySelector("form[data-draft]");

// ---- what was typed outlives a session that ended meanwhile, and a page that was left by mistake ----
if (form) {
  const key = `greeter-draft:${form.dataset.draft}`;
  const fields = () => [...form.elements].filter((field) => field.name && field.name !== "do" && field.name !== "over");
  const read = (field) => (field.type === "checkbox" ? (field.checked ? "1" : "") : field.value);
  const write = (field, value) => {
    if (field.type === "checkbox") field.checked = value === "1";
    else field.value = value;
  };
  const typed = () => Object.fromEntries(fields().map((field) => [field.name, read(field)]));
  const asSent = JSON.stringify(typed());
  const remembered = sessionStorage.getItem(key);
  const wasPublished = new URLSearchParams(location.search).has("done");
  if (wasPublished) sessionStorage.removeItem(key);
  // A page that shows what was typed already needs no draft.
  else if (remembered && !("kept" in form.dataset) && remembered !== asSent) {
    const draft = JSON.parse(remembered);
    for (const field of fields()) if (field.name in draft) write(field, draft[field.name]);
    const notice = page.getElementById("draft");
    notice.hidden = false;
    notice.querySelector("[data-discard]").addEventListener("click", () => {
      sessionStorage.removeItem(key);
      location.assign(location.pathname);
    });
  }
  form.addEventListener("input", () => {
    const now = JSON.stringify(typed());
    try {
      if (now === asSent && !("kept" in form.dataset)) sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, now);
    } catch {
      // The browser's store is full or closed: then nothing is kept, as without a script.
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
    const body = new URLSearchParams(new FormData(form));
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
