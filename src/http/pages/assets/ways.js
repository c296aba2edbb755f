// What the pages about contact ways do beyond links and forms; each can be used without it.

// ---- a picture that cannot be fetched says so ----
for (const picture of document.querySelectorAll("img[data-lacking]")) {
  const lacks = () => {
    picture.hidden = true;
    document.getElementById(picture.dataset.lacking).hidden = false;
  };
  if (picture.complete && picture.naturalWidth === 0) lacks();
  else picture.addEventListener("error", lacks);
}

// ---- how far it is, read again while it goes on and the page is looked at ----
const TRIES_MAX = 5;
let failed = 0;
async function refresh() {
  const part = document.querySelector("[data-refresh]");
  if (!part) return;
  if (!document.hidden) {
    try {
      const answer = await fetch(location.href, { headers: { accept: "text/html" } });
      if (!answer.ok || answer.redirected) throw new Error("no page");
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      part.replaceWith(page.getElementById(part.id));
      failed = 0;
    } catch {
      failed += 1;
    }
  }
  if (failed < TRIES_MAX) setTimeout(refresh, 2000);
}
if (document.querySelector("[data-refresh]")) setTimeout(refresh, 1000);
