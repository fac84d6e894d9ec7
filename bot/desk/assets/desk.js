// The desk works without this file: forms are sent, pages are loaded. With it, pages change by themselves, and keys work.
"use strict";

const body = document.body;
const $ = (selector, from = document) => from.querySelector(selector);

// morph makes old look like fresh, and leaves alone what people are at: open menus, typed text, the focus.
function morph(old, fresh) {
  const byID = new Map();
  for (const child of old.children) if (child.id) byID.set(child.id, child);
  let at = old.firstChild;
  for (const next of [...fresh.childNodes]) {
    let match = next.id ? byID.get(next.id) : null;
    if (!match && at && at.nodeType === next.nodeType && at.nodeName === next.nodeName && !at.id && !next.id) match = at;
    if (!match) {
      const added = document.importNode(next, true);
      if (added.classList && next.id) added.classList.add("fresh");
      old.insertBefore(added, at);
      continue;
    }
    if (match !== at) old.insertBefore(match, at); else at = at.nextSibling;
    if (next.nodeType !== Node.ELEMENT_NODE) {
      if (match.data !== next.data) match.data = next.data;
      continue;
    }
    for (const { name, value } of [...next.attributes]) if (match.getAttribute(name) !== value && name !== "open") match.setAttribute(name, value);
    for (const { name } of [...match.attributes]) if (!next.hasAttribute(name) && name !== "open") match.removeAttribute(name);
    if (match.nodeName === "TEXTAREA") continue; // its text may be half written
    if (match.nodeName === "SELECT" && match === document.activeElement) continue;
    morph(match, next);
  }
  while (at) { const gone = at; at = at.nextSibling; gone.remove(); }
}

function announce(text) {
  const place = $("#live");
  if (place) place.textContent = text;
}

// refresh fetches this page again, or only its list, and takes over what changed.
let running = false, again = "";
async function refresh(what) {
  if (running) { again = again === "all" ? again : what; return; }
  running = true;
  try {
    const answer = await fetch(body.dataset.self, { headers: what === "list" ? { "X-Part": "list" } : { "X-Part": "all" }, credentials: "same-origin", cache: "no-store" });
    if (answer.status === 401) { location.reload(); return; }
    if (!answer.ok) return;
    const text = await answer.text();
    const doc = new DOMParser().parseFromString(text, "text/html");
    if (what === "list") {
      const place = $("[data-live=list]");
      if (place) morph(place, doc.body);
    } else {
      for (const place of document.querySelectorAll("[data-live]")) {
        if (place.dataset.live === "notice") continue;
        const fresh = $(`[data-live=${place.dataset.live}]`, doc);
        if (fresh) morph(place, fresh);
      }
    }
    const queue = $("[data-count=queue]"), badge = $("#nav-queue");
    if (queue && badge) { badge.textContent = queue.textContent; badge.hidden = queue.textContent === "0"; }
    $("#rows .on")?.scrollIntoView({ block: "nearest" });
title();
  } finally {
    running = false;
    if (again) { const next = again; again = ""; refresh(next); }
  }
}

const name = document.title;
function title() {
  const badge = $("#nav-queue");
  const n = badge && !badge.hidden ? badge.textContent : "";
  document.title = n ? `(${n}) ${name}` : name;
}

// The answer to a form stands at the form's address; a reload would send it again.
if (body.dataset.self && /^\/cases\/\d+\/./.test(location.pathname)) history.replaceState(null, "", body.dataset.self);

// Events say which case changed. Many at once lead to one look, and a busy desk to at most three a second.
if (body.dataset.after !== undefined && window.EventSource) {
  const mine = $("[data-case]")?.dataset.case;
  let due = 0, what = "", last = 0, after = body.dataset.after, source = null, lost = 0;
  const soon = kind => {
    what = what === "all" ? what : kind;
    if (due) return;
    due = setTimeout(() => {
      const now = what;
      due = 0; what = ""; last = Date.now();
      refresh(now);
    }, Math.max(40, last + 330 - Date.now()));
  };
  const connect = () => {
    if (source) return;
    source = new EventSource(`/events?after=${after}&channel=1`);
    source.addEventListener("case", e => {
      const news = JSON.parse(e.data);
      after = e.lastEventId;
      soon(String(news.case) === mine ? "all" : "list");
      if (news.kind === "opened") announce(body.dataset.news);
    });
    source.addEventListener("channel", e => { const banner = $("#offline"); if (banner) banner.textContent = JSON.parse(e.data).offline ? banner.dataset.text : ""; });
    source.addEventListener("all", e => { after = e.lastEventId; soon("all"); });
    source.addEventListener("open", () => { clearTimeout(lost); body.dataset.connected = "yes"; announce(""); });
    source.addEventListener("error", () => {
      delete body.dataset.connected;
      clearTimeout(lost);
      lost = setTimeout(() => { announce(body.dataset.off); refresh("list"); }, 3000); // a refresh finds out if the session ended
    });
  };
  // A browser has six connections to one host: a tab that nobody sees must not hold one.
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) { connect(); soon("all"); return; }
    source?.close();
    source = null;
    clearTimeout(lost);
  });
  if (!document.hidden) connect();
  setInterval(() => soon("list"), 60000); // waiting times, and the number in the title of a tab that nobody sees
}

// A draft stays in this browser until the desk says that it was taken, whatever happens on the way.
const draft = "draft " + location.pathname;
if (location.hash === "#done-reply") sessionStorage.removeItem(draft);
if (location.hash.startsWith("#done-")) history.replaceState(null, "", location.pathname + location.search);
document.addEventListener("input", e => { if (e.target.id === "text") sessionStorage.setItem(draft, e.target.value); });
const reply = $("#text");
if (reply && !reply.value) reply.value = sessionStorage.getItem(draft) || "";

// A form is sent once, however often somebody clicks.
document.addEventListener("submit", e => {
  if (e.target.method !== "post") return;
  if (e.target.dataset.sent) { e.preventDefault(); return; }
  e.target.dataset.sent = "yes";
});
addEventListener("pageshow", () => { for (const f of document.querySelectorAll("form[data-sent]")) delete f.dataset.sent; });

document.addEventListener("click", e => {
  const pick = e.target.closest("[data-insert]");
  if (pick && $("#text")) {
    e.preventDefault();
    const field = $("#text");
    field.setRangeText(pick.dataset.insert, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    pick.closest("details").open = false;
    field.focus();
    return;
  }
  const copy = e.target.closest("[data-copy]");
  if (copy) {
    const field = document.getElementById(copy.dataset.copy);
    field.select();
    (navigator.clipboard ? navigator.clipboard.writeText(field.value) : Promise.reject()).catch(() => document.execCommand("copy"));
    copy.textContent = copy.dataset.done;
    return;
  }
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(e.target)) menu.open = false;
});

// Keys.
const off = $("#keys-off");
if (off) {
  off.checked = localStorage.getItem("keys") === "off";
  off.addEventListener("change", () => localStorage.setItem("keys", off.checked ? "off" : "on"));
}
function step(by) {
  const rows = [...document.querySelectorAll("#rows .row")];
  if (!rows.length) return;
  let i = rows.indexOf(document.activeElement);
  if (i < 0) i = rows.findIndex(r => r.hasAttribute("aria-current")) ;
  i = i < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(i + by, 0), rows.length - 1);
  rows[i].focus();
  rows[i].scrollIntoView({ block: "nearest" });
}
const keys = {
  j: () => step(1), k: () => step(-1),
  c: () => $("#claim")?.requestSubmit(),
  r: () => $("#text")?.focus(),
  n: () => { const d = $("#add-note"); if (d) { d.open = true; $("#note").focus(); } },
  "/": () => $("#q")?.focus(),
  "?": () => $("#keys")?.showModal(),
};
document.addEventListener("keydown", e => {
  const typing = e.target.matches("input, textarea, select");
  if (e.key === "Escape") {
    for (const menu of document.querySelectorAll("details.menu[open]")) menu.open = false;
    if (typing) e.target.blur();
    return;
  }
  if (typing) {
    if (e.key === "Enter" && (e.ctrlKey || e.metaKey) && e.target.form) { e.preventDefault(); e.target.form.requestSubmit(); }
    return;
  }
  if (e.ctrlKey || e.metaKey || e.altKey || localStorage.getItem("keys") === "off" || $("dialog[open]")) return;
  const act = keys[e.key];
  if (act) { e.preventDefault(); act(); }
});
$("#rows .on")?.scrollIntoView({ block: "nearest" });
title();
