"use strict";

// The page is whole without this script. It adds the buttons, the moving bar, the countdown and fresh facts.
// Addresses are relative to the page: a proxy may show it under a path of its own.
const find = (id) => document.getElementById(id);
let current = null; // id of the run that is being followed
let source = null; // its event stream

function say(text, kind) {
  const note = find("note");
  note.textContent = text;
  note.className = kind || "quiet";
}

async function call(path, body, method) {
  const answer = await fetch(path, {
    method: method || "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body || {}),
  });
  const value = await answer.json().catch(() => ({}));
  if (answer.status === 401) refresh(); // the token has changed: the page asks for it anew
  if (!answer.ok) throw new Error(value.detail || "the sidecar answered " + answer.status);
  return value;
}

function chosenOperations() {
  return [...document.querySelectorAll("#operations input:checked")].map((box) => box.value);
}

async function begin(dryRun) {
  const operations = chosenOperations();
  if (operations.length === 0) {
    say("Choose at least one operation.", "bad");
    return;
  }
  try {
    const started = await call("api/jobs/run", { job_type: "cleanup", dry_run: dryRun, operations });
    say(started.message);
    follow(started.job_id, dryRun);
  } catch (error) {
    say(error.message, "bad");
  }
}

async function approve(operation) {
  try {
    const answer = await call("api/operations/" + encodeURIComponent(operation) + "/approve", undefined);
    say(answer.message, "good");
  } catch (error) {
    say(error.message, "bad");
  }
  refresh();
}

// Buttons that let held operations go on are for those who may change something.
function showApprovals() {
  const locked = find("controls").hidden;
  for (const button of document.querySelectorAll("button[data-approve]")) {
    button.hidden = locked;
    button.onclick = () => approve(button.dataset.approve);
  }
}

function showBusy(busy) {
  find("preview").disabled = busy;
  find("run").disabled = busy;
  find("cancel").hidden = !busy;
  find("bar").hidden = !busy;
  if (!busy) find("rows").hidden = true;
}

function showProgress(percent, message, rows) {
  find("bar").value = percent;
  find("rows").hidden = !rows;
  if (rows) find("rows").value = rows.due > 0 ? Math.min(1, rows.done / rows.due) : 1;
  find("state").textContent = message + (rows ? " " + rowsText(rows) : "") + " (" + percent + "%)";
}

function rowsText(rows) {
  const text = rows.done + " of " + (rows.due_is_least ? "at least " : "") + rows.due + " rows";
  if (rows.rest_seconds === null) return text;
  const seconds = rows.rest_seconds;
  return text + ", about " + (seconds <= 90 ? Math.ceil(seconds) + " s" : Math.ceil(seconds / 60) + " min") + " left";
}

function follow(id, dryRun) {
  if (source) source.close();
  current = id;
  showBusy(true);
  source = new EventSource("api/jobs/" + encodeURIComponent(id) + "/events");
  source.addEventListener("progress", (event) => {
    const data = JSON.parse(event.data);
    showProgress(data.progress, data.message, data.rows);
  });
  source.addEventListener("finished", (event) => {
    const report = JSON.parse(event.data);
    stopFollowing();
    if (report) finished(report, dryRun);
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
  showBusy(false);
}

function finished(report) {
  const kind = report.dry_run ? "Preview" : "Run";
  const status = report.status.replaceAll("_", " ");
  say(kind + " " + status + " in " + report.duration_seconds.toFixed(2) + " s", report.status === "completed" ? "good" : "bad");
  if (report.dry_run) showPreview(report);
  else find("preview-result").hidden = true; // what it foretold has happened
}

function element(name, text, className) {
  const node = document.createElement(name);
  if (text !== undefined) node.textContent = text;
  if (className) node.className = className;
  return node;
}

function showPreview(report) {
  const place = find("preview-result");
  place.replaceChildren(element("h2", "What a run would do"));
  const boxes = Array.from(find("operations").querySelectorAll("input"));
  for (const operation of report.operations) {
    const about = boxes.find((box) => box.value === operation)?.dataset ?? {};
    const count = report[about.field] ?? report.rows_deleted[operation] ?? 0;
    place.append(element("h3", count + " " + (about.outcome ?? "rows of " + operation)));
    const samples = (report.samples || {})[operation] || [];
    if (samples.length === 0) continue;
    const list = element("ul", undefined, "samples");
    for (const sample of samples) list.append(element("li", sample.id + ": " + sample.note));
    if (count > samples.length) list.append(element("li", "… and " + (count - samples.length) + " more"));
    place.append(list);
  }
  if (report.errors.length > 0) {
    place.append(element("h3", "Rows that would be refused"));
    const list = element("ul", undefined, "errors");
    for (const error of report.errors) list.append(element("li", error.operation + ": " + error.error));
    place.append(list);
  }
  place.hidden = false;
  place.focus();
}

// Takes the facts from a fresh copy of this very page, so that they are drawn in one place only.
async function refresh() {
  try {
    const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error("the sidecar answered " + answer.status);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of ["facts", "what", "history", "errors", "state"]) {
      if (id === "state" && current) continue;
      const [old, young] = [find(id), fresh.getElementById(id)];
      if (old && young) old.replaceWith(document.adoptNode(young));
    }
    const access = fresh.getElementById("access");
    // Left alone while somebody types into it.
    if (access.dataset.control !== find("access").dataset.control) {
      find("access").replaceWith(document.adoptNode(access));
      showAccess();
    }
    const running = fresh.getElementById("now").dataset.run;
    if (running && !current) follow(running, false);
    showApprovals();
    countDown();
  } catch (error) {
    say("The sidecar can't be reached: " + error.message, "bad");
  }
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

// Shows what this browser may do: the buttons, the form for the token, or why neither.
function showAccess() {
  const access = find("access");
  access.hidden = false;
  find("controls").hidden = !["user", "unlocked"].includes(access.dataset.control);
  showApprovals();
  if (access.dataset.control === "locked") {
    access.addEventListener("submit", (event) => {
      event.preventDefault();
      unlock(find("token").value.trim());
    });
  }
  if (access.dataset.control === "unlocked") find("forget").addEventListener("click", lock);
}

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

showAccess();
takeTokenFromAddress();
addEventListener("hashchange", takeTokenFromAddress);
find("preview").addEventListener("click", () => begin(true));
find("run").addEventListener("click", () => begin(false));
find("cancel").addEventListener("click", async () => {
  if (!current) return;
  try {
    say((await call("/api/jobs/" + encodeURIComponent(current) + "/cancel")).message);
  } catch (error) {
    say(error.message, "bad");
  }
});
const running = find("now").dataset.run;
if (running) follow(running, false);
countDown();
setInterval(countDown, 1000);
setInterval(refresh, 5000);
