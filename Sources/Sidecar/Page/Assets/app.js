"use strict";

// The pages are whole without this script. It spares reloads: the moving bars, the countdown, fresh facts, times in the reader's own
// zone, and a preview and its question without leaving the overview.
const find = (id) => document.getElementById(id);
const base = location.origin + document.body.dataset.base; // without the name and password that an address may carry: fetch refuses those
const main = find("main");
let current = null; // id of the run that is being followed
let source = null; // its event stream
let asks = false; // whether a run is to follow the preview that is being followed
let ended = null; // id of the run whose end was seen last
let unreachable = false;
let asked = 0; // how many fresh copies of this page were asked for
let drawn = 0; // which of them was drawn last

function say(text, kind) {
  const note = find("note");
  if (!note) return;
  note.textContent = text;
  note.className = kind || "quiet";
}

async function call(path, body, method) {
  const answer = await fetch(base + "/" + path, {
    method: method || "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body || {}),
  });
  const value = await answer.json().catch(() => ({}));
  if (answer.status === 401) refresh(); // the token has changed: the page asks for it anew
  if (!answer.ok) throw new Error(value.detail || "the sidecar answered " + answer.status);
  return value;
}

// Times in the reader's own zone; what they are in UTC shows where one points.
function localTimes(root) {
  const look = { year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit" };
  for (const time of root.querySelectorAll("time[datetime]")) {
    const moment = new Date(time.dateTime);
    if (!Number.isNaN(moment.getTime())) time.textContent = moment.toLocaleString(undefined, look);
  }
}

async function page(address) {
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error("the sidecar answered " + answer.status);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

// MARK: Starting and ending runs

async function begin(dryRun, operations, thenAsk) {
  const answered = find("preview-result");
  answered.hidden = true; // at once: nobody is to answer the last question when the next one is on its way
  try {
    const started = await call("api/jobs/run", { job_type: "cleanup", dry_run: dryRun, operations });
    say(started.message);
    follow(started.job_id, thenAsk);
  } catch (error) {
    answered.hidden = answered.childElementCount === 0;
    say(error.message, "bad");
  }
}

function chosenOperations() {
  const chosen = [...document.querySelectorAll("#operations input:checked")].map((box) => box.value);
  if (chosen.length === 0) say("Choose at least one operation.", "bad");
  return chosen;
}

// What a form does without this script is done in place.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!find("now")) return; // pages of runs do it by themselves
  if (form.id === "controls") {
    event.preventDefault();
    const operations = chosenOperations();
    if (operations.length > 0) begin(true, operations, event.submitter?.value === "ask");
  } else if (form.id === "ask") {
    event.preventDefault();
    begin(false, form.dataset.operations.split(" "), false);
  } else if (form.id === "access") {
    event.preventDefault();
    if (form.dataset.control === "locked") unlock(find("token").value.trim());
    else lock();
  } else if (event.submitter?.dataset.approve) {
    event.preventDefault();
    approve(event.submitter.dataset.approve);
  }
});

document.addEventListener("click", async (event) => {
  if (!find("now")) return;
  if (event.target.id === "decline") {
    event.preventDefault();
    find("preview-result").hidden = true;
    find("run").focus();
  } else if (event.target.id === "cancel" && current) {
    try {
      say((await call("api/jobs/" + encodeURIComponent(current) + "/cancel")).message);
    } catch (error) {
      say(error.message, "bad");
    }
  }
});

async function approve(operation) {
  try {
    say((await call("api/operations/" + encodeURIComponent(operation) + "/approve")).message, "good");
  } catch (error) {
    say(error.message, "bad");
  }
  refresh();
}

// MARK: Following a run

function follow(id, thenAsk) {
  stopFollowing();
  current = id;
  asks = Boolean(thenAsk);
  showBusy(true);
  if (find("now")) refresh();
  source = new EventSource(base + "/api/jobs/" + encodeURIComponent(id) + "/events");
  source.addEventListener("progress", (event) => showProgress(JSON.parse(event.data)));
  source.addEventListener("finished", async (event) => {
    const report = JSON.parse(event.data);
    const thenAsk = asks;
    ended = id;
    stopFollowing();
    if (!find("now")) return refresh();
    if (report) await finished(id, report, thenAsk);
    refresh();
  });
  source.onerror = () => {
    // A stream that was cut off is looked up again by the next refresh.
    stopFollowing();
    refresh();
  };
}

function stopFollowing() {
  if (source) source.close();
  source = null;
  current = null;
  asks = false;
  showBusy(false);
}

function showBusy(busy) {
  if (!find("now")) return;
  for (const id of ["preview", "run"]) find(id).disabled = busy || find(id).hasAttribute("data-off");
  find("cancel").hidden = !busy;
  find("progress").hidden = !busy;
}

function showProgress(data) {
  const rows = data.rows;
  find("state").textContent = data.message + (rows ? " " + rowsText(rows) : "") + " (" + data.progress + "%)";
  if (find("bar")) find("bar").value = data.progress;
  const steps = [...document.querySelectorAll("[data-step]")];
  const place = rows ? steps.findIndex((step) => step.dataset.step === rows.operation) : -1;
  steps.forEach((step, index) => {
    if (place < 0 && data.progress < 97) return;
    const state = data.progress >= 97 || index < place ? "done" : index === place ? "now" : "next";
    step.className = state;
    const share = rows && rows.due > 0 ? Math.min(1, rows.done / rows.due) : 1;
    step.querySelector("progress").value = state === "done" ? 1 : state === "now" ? share : 0;
    step.querySelector(".rows").textContent = state === "done" ? "done" : state === "now" ? rowsText(rows) : "to come";
  });
}

function rowsText(rows) {
  const text = number(rows.done) + " of " + (rows.due_is_least ? "at least " : "") + number(rows.due) + " rows";
  if (rows.rest_seconds === null) return text;
  const seconds = rows.rest_seconds;
  return text + ", about " + (seconds <= 90 ? Math.ceil(seconds) + " s" : Math.ceil(seconds / 60) + " min") + " left";
}

function number(value) {
  return value.toLocaleString("en-US");
}

async function finished(id, report, thenAsk) {
  const colours = { completed: "good", completed_with_errors: "warn", cancelled: "warn", failed: "bad" };
  const kind = report.dry_run ? "Preview" : "Run";
  say(kind + " " + report.status.replaceAll("_", " ") + " in " + report.duration_seconds.toFixed(2) + " s", colours[report.status]);
  const place = find("preview-result");
  if (!report.dry_run) {
    place.hidden = true; // what it foretold has happened
    return;
  }
  try {
    const fresh = await page(base + "/runs/" + encodeURIComponent(id) + (thenAsk ? "?ask=run" : ""));
    place.replaceChildren(...fresh.querySelectorAll("#report > *:not(.state), #errors > *"));
    for (const heading of place.querySelectorAll("h1, h2")) {
      const smaller = document.createElement(heading.tagName === "H1" ? "h2" : "h3");
      smaller.textContent = heading.textContent;
      heading.replaceWith(smaller);
    }
    const form = find("ask");
    if (form) form.dataset.operations = report.operations.join(" ");
    localTimes(place);
    place.hidden = false;
    place.focus();
    (thenAsk && find("confirm")) || place.scrollIntoView({ block: "nearest" });
  } catch (error) {
    say(error.message, "bad");
  }
}

// MARK: Keeping the page fresh

// Takes the facts from a fresh copy of this very page, so that they are drawn in one place only.
async function refresh() {
  const turn = ++asked;
  try {
    const fresh = await page(location.origin + location.pathname + location.search);
    if (turn < drawn) return; // a younger copy came first
    drawn = turn;
    if (unreachable) say("");
    unreachable = false;
    localTimes(fresh);
    document.title = fresh.title;
    if (find("now")) freshenOverview(fresh);
    else if (main.dataset.live) freshenRun(fresh);
  } catch (error) {
    unreachable = true;
    say("The sidecar can't be reached: " + error.message, "bad");
  }
}

function freshenOverview(fresh) {
  const running = fresh.getElementById("now").dataset.run;
  for (const id of ["concerns", "facts", "what", "history", "errors", "state", "progress", "run-hint"]) {
    if (id === "state" && current) continue;
    if (id === "progress" && (current !== running || find("steps"))) continue;
    replace(id, fresh);
  }
  for (const id of ["preview", "run"]) {
    // Off for another reason than a run that is under way.
    find(id).toggleAttribute("data-off", !running && fresh.getElementById(id).disabled);
    find(id).disabled = Boolean(current) || fresh.getElementById(id).disabled;
  }
  const access = fresh.getElementById("access");
  // Left alone while somebody types into it.
  if (access.dataset.control !== find("access").dataset.control) replace("access", fresh);
  find("controls").hidden = fresh.getElementById("controls").hidden;
  // A copy that was made just before a run's end is not to open that run once more: its question would be gone.
  if (running && !current && running !== ended) follow(running);
  if (!running && !current && find("steps")) replace("progress", fresh);
  countDown();
}

function replace(id, fresh) {
  const [old, young] = [find(id), fresh.getElementById(id)];
  if (!old || !young) return;
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  if (focused && !focused.id) return; // whoever is there with the keyboard isn't thrown out
  old.replaceWith(document.adoptNode(young));
  if (focused) find(focused.id)?.focus();
}

// A page of a run or a restore that was under way when it was drawn.
function freshenRun(fresh) {
  const young = fresh.getElementById("main");
  if (young.dataset.live && source) return;
  main.replaceChildren(...[...young.childNodes].map((node) => document.adoptNode(node)));
  main.dataset.live = young.dataset.live;
}

function countDown() {
  const place = find("countdown");
  if (!place) return;
  const left = Math.round(Number(place.dataset.due) - Date.now() / 1000);
  if (!(left > 0)) {
    place.textContent = "due now";
    return;
  }
  const hours = Math.floor(left / 3600);
  const minutes = Math.floor((left % 3600) / 60);
  const seconds = left % 60;
  place.textContent = "in " + (hours ? hours + " h " : "") + (hours || minutes ? minutes + " min " : "") + seconds + " s";
}

// MARK: Getting in

// Trades the token for a cookie, which no script can read.
async function unlock(token) {
  try {
    say((await call("api/session", { token })).message, "good");
  } catch (error) {
    say(error.message, "bad");
  }
  refresh();
}

async function lock() {
  try {
    say((await call("api/session", {}, "DELETE")).message);
  } catch (error) {
    say(error.message, "bad");
  }
  refresh();
}

// `…/#token=…`, as demo.sh prints it. What follows # never reaches a server; it leaves the address bar and the history at once.
function takeTokenFromAddress() {
  const match = location.hash.match(/^#token=(.*)$/);
  if (!match) return;
  history.replaceState(null, "", location.pathname + location.search);
  unlock(match[1]);
}

localTimes(document);
for (const year of document.querySelectorAll(".year .scroll")) year.scrollLeft = year.scrollWidth; // today is at the right
takeTokenFromAddress();
addEventListener("hashchange", takeTokenFromAddress);
const place = find("now") || (main.dataset.live === "run" ? find("report") : null);
if (place && place.dataset.run) follow(place.dataset.run);
countDown();
setInterval(countDown, 1000);
if (find("now")) setInterval(refresh, 5000);
else if (main.dataset.live) setInterval(() => main.dataset.live && refresh(), 1000);
