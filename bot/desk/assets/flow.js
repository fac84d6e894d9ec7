// The flow page works without this file. With it, states open without a reload, a draft is checked while somebody types,
// and the try-out answers in place.
"use strict";
{
  const one = selector => document.querySelector(selector);
  const parse = text => new DOMParser().parseFromString(text, "text/html");
  const part = (address, what, form) => fetch(address, { method: form ? "POST" : "GET", body: form && new URLSearchParams(new FormData(form)), headers: { "X-Part": what }, credentials: "same-origin", cache: "no-store" });

  // A click on a state shows it beside the picture.
  const open = async address => {
    const answer = await fetch(address, { credentials: "same-origin", cache: "no-store" });
    if (!answer.ok || answer.redirected) { location.assign(address); return; }
    const page = parse(await answer.text());
    const fresh = page.querySelector("#state");
    one("#state").replaceWith(fresh);
    for (const old of document.querySelectorAll(".picture .on")) old.classList.remove("on");
    const shown = new URL(address, location.href).searchParams.get("state");
    document.getElementById("state-" + shown)?.classList.add("on");
    const pick = one("#pick-state");
    if (pick) pick.value = shown;
    if (matchMedia("(max-width: 1000px)").matches) fresh.scrollIntoView({ block: "start" });
  };
  if (one(".picture")) {
    document.addEventListener("click", e => {
      const link = e.target.closest('.picture a, #state a[href^="/admin/flow?state="]');
      if (!link || e.ctrlKey || e.metaKey || e.shiftKey) return;
      e.preventDefault();
      const address = link.getAttribute("href").replace(/#.*/, "");
      history.pushState(null, "", address);
      open(address);
    });
    const middle = () => { // of the picture alone: the page stays where it is
      const box = one(".picture"), node = one(".picture .on") || one("#start");
      if (!node) return;
      const at = node.getBoundingClientRect(), frame = box.getBoundingClientRect();
      box.scrollLeft += at.left + at.width / 2 - frame.left - frame.width / 2;
      box.scrollTop += at.top - frame.top - (node.id === "start" ? 0 : frame.height / 3);
    };
    one("#fit").addEventListener("change", middle);
    middle();
    addEventListener("popstate", () => open(location.pathname + location.search));
    one("#pick-state").addEventListener("change", e => e.target.form.requestSubmit());
  }

  // What is typed is checked after a pause. One question is under way at a time.
  const form = one("#edit-form"), result = one("#check-result");
  if (form && result) {
    const pause = 900;
    let due = 0, asking = false, again = false;
    const show = text => {
      result.innerHTML = "";
      result.append(...parse(text).body.childNodes);
      const found = result.firstElementChild;
      if (found?.dataset.draft) { form.elements.base.value = found.dataset.base; form.elements.draft.value = found.dataset.draft; }
      return found;
    };
    const ask = async typed => {
      if (asking) { again = true; return; }
      asking = true;
      const busy = one("#checking");
      if (busy) busy.textContent = busy.dataset.text;
      try {
        const answer = typed ? await part(form.getAttribute("action"), "check", form) : await part(location.pathname + location.search, "check");
        if (!answer.ok) return;
        const found = show(await answer.text());
        if (found?.hasAttribute("data-waiting")) setTimeout(() => ask(false), 500);
      } finally {
        asking = false;
        if (busy) busy.textContent = "";
        if (again) { again = false; ask(true); }
      }
    };
    form.addEventListener("input", e => {
      if (e.target.nodeName !== "TEXTAREA") return;
      clearTimeout(due);
      due = setTimeout(() => ask(true), pause);
    });
    form.addEventListener("submit", () => clearTimeout(due));
    if (result.querySelector("[data-waiting]")) ask(false);

    // A problem's place leads to its line, where its file is open.
    const go = (file, line) => {
      const box = [...document.querySelectorAll("textarea[data-file]")].find(b => b.dataset.file === file && line >= +b.dataset.line);
      if (!box) return false;
      const lines = box.value.split("\n"), at = line - box.dataset.line;
      if (at >= lines.length) return false;
      const from = lines.slice(0, at).join("\n").length + (at > 0 ? 1 : 0);
      box.focus();
      box.setSelectionRange(from, from + lines[at].length);
      box.scrollTop = Math.max(0, (at - 4) * parseFloat(getComputedStyle(box).lineHeight));
      box.scrollIntoView({ block: "nearest" });
      return true;
    };
    result.addEventListener("click", e => {
      const place = e.target.closest("a[data-line]");
      if (place && go(place.dataset.file, +place.dataset.line)) e.preventDefault();
    });
    const place = location.hash.match(/^#L(\d+)$/);
    if (place) go(new URLSearchParams(location.search).get("file"), +place[1]);
  }

  // The try-out.
  const talk = one("#try-talk"), said = one("#try-form");
  if (talk && said) {
    const bottom = () => { const lines = talk.querySelector(".try-lines"); if (lines) lines.scrollTop = lines.scrollHeight; };
    said.addEventListener("submit", async e => {
      e.preventDefault();
      e.stopPropagation(); // it may be sent again
      if (said.dataset.busy) return;
      said.dataset.busy = "yes";
      const form = new FormData(said, e.submitter), text = said.elements.text;
      if (!form.has("do")) form.set("do", "say");
      try {
        const answer = await fetch(said.getAttribute("action"), { method: "POST", body: new URLSearchParams(form), headers: { "X-Part": "try" }, credentials: "same-origin" });
        if (answer.status === 401) { location.reload(); return; }
        talk.innerHTML = "";
        talk.append(...parse(await answer.text()).body.childNodes);
        if (!talk.querySelector(".notice")) text.value = "";
        bottom();
        text.focus();
      } finally { delete said.dataset.busy; }
    });
    bottom();
  }
}
