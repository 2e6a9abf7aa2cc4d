"use strict";
(function () {
  const ROWS = 1000;
  const byId = (id) => document.getElementById(id);
  const page = byId("page");
  let run = { command: [] };
  let chart = null;

  // ---- making elements: text stays text ----

  function el(name, attributes, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      made.setAttribute(key, value);
    }
    for (const child of children.flat()) {
      if (child !== null && child !== undefined && child !== "") {
        made.append(child instanceof Node ? child : String(child));
      }
    }
    return made;
  }

  function svg(name, attributes, ...children) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes || {})) {
      made.setAttribute(key, value);
    }
    made.append(...children);
    return made;
  }

  function section(title, ...children) {
    return el("section", {}, el("h2", {}, title), ...children);
  }

  function table(label, heads, rows) {
    const shown = rows.slice(0, ROWS);
    const numeric = heads.map((head) => head.endsWith("#"));
    const names = heads.map((head) => head.replace("#", ""));
    const body = el("tbody", {}, shown.map((row) => el("tr", {}, row.map((cell, i) =>
      el("td", numeric[i] ? { class: "num" } : i === 0 ? { class: "path" } : {}, cell)))));
    const made = el("table", {},
      rows.length > ROWS ? el("caption", {}, `the first ${ROWS} of ${rows.length}`) : null,
      el("thead", {}, el("tr", {}, names.map((name, i) =>
        el("th", numeric[i] ? { class: "num", scope: "col" } : { scope: "col" }, name)))), body);
    return el("div", { class: "wide", tabindex: "0", role: "region", "aria-label": label }, made);
  }

  // ---- words ----

  function size(bytes) {
    const units = ["B", "KiB", "MiB", "GiB", "TiB"];
    let value = Number(bytes) || 0;
    let unit = 0;
    while (value >= 1024 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    return (unit === 0 ? value : value.toFixed(value < 10 ? 2 : 1)) + " " + units[unit];
  }

  function time(seconds) {
    if (seconds < 60) {
      return seconds.toFixed(seconds < 10 ? 2 : 1) + " s";
    }
    const whole = Math.round(seconds);
    const hours = Math.floor(whole / 3600);
    return (hours ? hours + " h " : "") + Math.floor((whole % 3600) / 60) + " min " + (whole % 60) + " s";
  }

  const result = () => run.result || {};
  const code = (text) => el("code", {}, text);
  const words = (key) => key.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();

  // ---- parts ----

  function outcome() {
    if (run.exitCode === undefined) {
      return el("span", { class: "badge warn" }, "running");
    }
    const failed = run.exitCode !== 0;
    const part = (result().targets || []).some((target) => target.status === "done") && failed;
    return el("span", { class: "badge " + (failed ? "bad" : "good") },
      failed ? `${part ? "partly failed" : "failed"} (exit code ${run.exitCode})` : "succeeded");
  }

  function head() {
    const name = run.command[0] || "run";
    const source = (result().source || {}).reference || run.command.slice(1).find((word) => !word.startsWith("-")) || "";
    const facts = [];
    const add = (term, value) => value !== undefined && value !== "" && facts.push(el("div", {}, el("dt", {}, term), el("dd", {}, value)));
    add("digest", result().digest && code(result().digest));
    add("took", time(result().seconds !== undefined ? result().seconds : run.seconds));
    add("moved", result().bytesMoved !== undefined ? size(result().bytesMoved) : undefined);
    add("reused", result().bytesReused !== undefined ? size(result().bytesReused) : undefined);
    add("revision", (result().source || {}).revision && code(result().source.revision));
    add("packed", (result().selection || {}).bytes !== undefined
      ? `${result().selection.files} files, ${size(result().selection.bytes)}` : undefined);
    add("began", run.started.replace("T", " ").replace(/\.\d+Z|Z$/, " UTC"));
    return el("header", {}, el("h1", {}, `modelcar ${name} ${source}`), el("p", {}, outcome()), el("dl", { class: "facts" }, facts));
  }

  function failure(error) {
    return [el("p", { class: "bad" }, error.message), error.hint ? el("p", {}, "What to do: " + error.hint) : null,
      el("p", { class: "soft" }, "error id: ", code(error.id || ""))];
  }

  function errors() {
    const error = result().error;
    return error ? section("What went wrong", ...failure(error)) : null;
  }

  function targets() {
    const all = result().targets;
    if (!Array.isArray(all) || !all.length || typeof all[0] !== "object") {
      return null;
    }
    const rows = all.map((target) => [target.reference,
      el("span", { class: target.status === "failed" ? "bad" : "good" }, target.status || "done"),
      size(target.bytesMoved), size(target.bytesReused), target.error ? target.error.message : ""]);
    return section("Targets", table("Targets", ["image", "outcome", "moved#", "reused#", "error"], rows));
  }

  function throughput() {
    const line = run.timeline;
    if (!line || line.samples.length < 2) {
      return null;
    }
    const last = line.samples[line.samples.length - 1];
    const rows = line.targets.map((name, i) => {
      const moved = last[i + 1] || 0;
      const lanes = line.lanes.filter((lane) => lane.target === name && lane.first !== undefined);
      const from = Math.min(...lanes.map((lane) => lane.first));
      const to = Math.max(...lanes.map((lane) => lane.last));
      return [name, size(moved), to > from ? size(moved / (to - from)) + "/s" : "",
        String(lanes.reduce((sum, lane) => sum + (lane.resumes || 0), 0))];
    });
    const box = el("div", { role: "img", id: "chart", "aria-label": "Bytes per second to each target over time; the table below has the figures." });
    return section("Throughput", box, table("Throughput", ["target", "sent#", "average#", "resumed#"], rows));
  }

  function draw() {
    const box = byId("chart");
    const line = run.timeline;
    if (!box || !line) {
      return;
    }
    const samples = line.samples;
    const at = samples.map((sample) => sample[0]);
    const style = getComputedStyle(document.documentElement);
    const colors = ["--accent", "--good", "--close", "--warn", "--bad"].map((name) => style.getPropertyValue(name).trim());
    const rates = line.targets.map((_, i) => samples.map((sample, k) => {
      const before = samples[Math.max(0, k - 1)];
      const span = sample[0] - before[0];
      return span > 0 ? ((sample[i + 1] || 0) - (before[i + 1] || 0)) / span / 1048576 : null;
    }));
    const width = Math.max(240, box.clientWidth);
    const axis = { stroke: style.getPropertyValue("--text").trim(), grid: { stroke: style.getPropertyValue("--line").trim() } };
    if (chart) {
      chart.destroy();
    }
    chart = new uPlot({
      width: width, height: 220, scales: { x: { time: false } }, legend: { show: line.targets.length < 6 },
      axes: [{ ...axis, values: (_, ticks) => ticks.map((tick) => tick + " s") }, { ...axis, size: 92, values: (_, ticks) => ticks.map((tick) => tick + " MiB/s") }],
      series: [{ label: "seconds" }, ...line.targets.map((name, i) => ({ label: name, stroke: colors[i % colors.length], width: 2, spanGaps: true,
        value: (_, value) => value === null || value === undefined ? "" : value.toFixed(1) + " MiB/s" }))],
    }, [at, ...rates], box);
  }

  const PHASES = [["lane-wait", "waiting"], ["lane-open", "opening"], ["lane-move", "reading, hashing and sending"],
    ["lane-close", "closing"], ["lane-have", "already there"], ["lane-bad", "failed"]];

  function lanes() {
    const line = run.timeline;
    if (!line || !line.lanes.length) {
      return null;
    }
    const end = Math.max(line.samples.length ? run.seconds : 0, ...line.lanes.map((lane) => lane.ended || 0), 0.001);
    const height = line.lanes.length > 60 ? 6 : 14;
    const whole = line.lanes.length * (height + 2) + 20;
    const x = (at) => (1000 * at / end).toFixed(1);
    const picture = svg("svg", { viewBox: `0 0 1000 ${whole}`, role: "img", "aria-label": `${line.lanes.length} lanes, one for each layer and target; the table below has the figures.` });
    for (let tick = 0; tick <= 4; tick++) {
      picture.append(svg("line", { class: "grid", x1: tick * 250, x2: tick * 250, y1: 0, y2: whole - 16 }));
      const label = svg("text", { x: tick * 250, y: whole - 4, "text-anchor": tick === 0 ? "start" : tick === 4 ? "end" : "middle" });
      label.textContent = time(end * tick / 4);
      picture.append(label);
    }
    line.lanes.forEach((lane, i) => {
      const bar = (kind, from, to) => to >= from && picture.append(svg("rect",
        { class: kind, x: x(from), y: i * (height + 2), width: Math.max(1, x(to) - x(from)), height: height }));
      const stop = lane.ended === undefined ? (lane.state === "moving" || lane.state === "waiting" ? run.seconds : 0) : lane.ended;
      if (lane.begun === undefined) {
        bar("lane-have", 0, end / 200);
        return;
      }
      bar("lane-wait", 0, lane.begun);
      if (lane.first === undefined) {
        bar(lane.state === "failed" ? "lane-bad" : "lane-open", lane.begun, stop);
        return;
      }
      bar("lane-open", lane.begun, lane.first);
      bar("lane-move", lane.first, lane.target === "" && lane.ended === undefined ? stop : lane.last);
      bar(lane.state === "failed" ? "lane-bad" : "lane-close", lane.last, stop);
    });
    const legend = el("ul", { class: "legend" }, PHASES.map(([kind, name]) =>
      el("li", {}, svg("svg", { viewBox: "0 0 10 10", "aria-hidden": "true" }, svg("rect", { class: kind, width: 10, height: 10 })), name)));
    const second = (at) => at === undefined ? "" : at.toFixed(2);
    const rows = line.lanes.map((lane) => [lane.layer, lane.target, size(lane.size || lane.moved), lane.state,
      second(lane.begun), second(lane.first), second(lane.last), second(lane.ended), String(lane.resumes || 0)]);
    return section("Layers over time", picture, legend, table("Layers over time",
      ["layer", "target", "size#", "state", "begun s#", "first byte s#", "last byte s#", "ended s#", "resumed#"], rows));
  }

  function happened() {
    const events = (run.timeline || {}).events || [];
    if (!events.length) {
      return null;
    }
    const rows = events.map((event) => [event.at.toFixed(2), event.kind, event.text]);
    return section("On the way", table("On the way", ["second#", "what", "details"], rows),
      run.timeline.moreEvents ? el("p", {}, `and ${run.timeline.moreEvents} more`) : null);
  }

  function searchable(title, heads, rows, label) {
    const field = el("input", { id: "find-" + label, type: "search" });
    const count = el("span", { role: "status" }, `${rows.length} in all`);
    const place = el("div", {});
    const plain = rows.map((row) => row.map((cell) => cell instanceof Node ? cell.textContent : String(cell)).join("\n").toLowerCase());
    const show = () => {
      const wanted = field.value.toLowerCase();
      const found = rows.filter((_, i) => plain[i].includes(wanted));
      count.textContent = wanted ? `${found.length} of ${rows.length}` : `${rows.length} in all`;
      place.replaceChildren(table(title, heads, found));
    };
    field.addEventListener("input", show);
    show();
    return section(title, el("p", { class: "search" }, el("label", { for: "find-" + label }, "Search"), field, count), place);
  }

  function files() {
    if (!run.files) {
      return null;
    }
    const digests = new Map((result().layers || []).map((layer) => [layer.name, layer.digest]));
    for (const lane of (run.timeline || {}).lanes || []) {
      lane.digest && digests.set(lane.layer, lane.digest);
    }
    return searchable("Files", ["file", "size#", "content", "layer", "layer's digest"],
      run.files.map((file) => [file.path, size(file.bytes), file.digest ? code(file.digest) : "", file.layer, code(digests.get(file.layer) || "")]), "files");
  }

  function kinds() {
    if (!run.files) {
      return null;
    }
    const sums = new Map();
    for (const file of run.files) {
      const name = file.path.slice(file.path.lastIndexOf("/") + 1);
      const kind = name.includes(".") ? name.slice(name.lastIndexOf(".")) : name;
      const sum = sums.get(kind) || [0, 0];
      sums.set(kind, [sum[0] + 1, sum[1] + file.bytes]);
    }
    const rows = [...sums].sort((a, b) => b[1][1] - a[1][1]).slice(0, 20);
    const most = Math.max(1, rows[0][1][1]);
    const picture = svg("svg", { viewBox: `0 0 1000 ${rows.length * 20}`, role: "img", "aria-label": "Bytes by kind of file; the table below has the figures." },
      ...rows.map(([, sum], i) => svg("rect", { class: "lane-move", x: 0, y: i * 20 + 2, width: Math.max(2, 1000 * sum[1] / most), height: 16 })));
    return section("Kinds of files", picture, table("Kinds of files", ["kind", "files#", "size#"],
      rows.map(([kind, sum]) => [kind, String(sum[0]), size(sum[1])])));
  }

  function dropped() {
    const all = (result().selection || {}).dropped || [];
    return all.length ? searchable("Left out", ["file", "size#", "reason", "evidence"],
      all.map((file) => [file.path, size(file.bytes), words(file.reason), file.evidence || ""]), "dropped") : null;
  }

  function chain() {
    const steps = [];
    const add = (name, value) => value && steps.push(el("li", {}, el("span", { class: "soft" }, name + " "), code(value)));
    const source = result().source || {};
    const layers = result().layers;
    add("source", source.reference);
    add("commit", source.revision);
    run.files && add("files", `${run.files.length}, of which ${run.files.filter((file) => file.digest).length} have a digest of the source`);
    Array.isArray(layers) && layers.length && layers[0].digest && add("layers", `${layers.length}, by digest below`);
    add("image", result().digest);
    (result().targets || []).forEach((target) => target && target.reference && target.status !== "failed" && add("registry", target.reference));
    const registration = result().registration;
    registration && registration.version && add("Model Registry", `${registration.model.name} ${registration.version.name} (id ${registration.version.id}) in ${registration.modelRegistry}`);
    const deployment = result().deployment;
    deployment && deployment.name && add("InferenceService", `${deployment.name} in ${deployment.namespace}: ${deployment.outcome}`);
    deployment && (deployment.pods || []).forEach((pod) => add("pod", pod));
    return steps.length > 2 ? section("Chain of custody", el("ol", { class: "chain" }, steps)) : null;
  }

  function findings() {
    const all = result().findings;
    if (!Array.isArray(all)) {
      return null;
    }
    if (!all.length) {
      return section("Findings", el("p", { class: "good" }, "Nothing was found."));
    }
    return section("Findings", all.map((finding) => el("article", {},
      el("h3", {}, el("span", { class: finding.severity === "error" ? "bad" : finding.severity === "warning" ? "warn" : "soft" }, finding.severity || finding.role || ""),
        " ", finding.title || finding.message, " ", code(finding.rule || "")),
      el("p", { class: "soft" }, [finding.role, finding.object, finding.step, finding.file && `${finding.file}:${finding.line}:${finding.column}`, finding.path].filter(Boolean).join(" · ")),
      finding.title && finding.message !== finding.title ? el("p", {}, finding.message || "") : null,
      (finding.evidence || []).length ? el("pre", {}, finding.evidence.join("\n")) : null,
      (finding.counterEvidence || []).length ? el("p", {}, "Looked for and not found: " + finding.counterEvidence.join("; ")) : null,
      [].concat(finding.fix || []).map((fix) => el("p", {}, "Fix: " + (typeof fix === "string" ? fix : JSON.stringify(fix)))))));
  }

  // ---- whatever else a command says ----

  const KNOWN = new Set(["source", "selection", "digest", "targets", "bytesMoved", "bytesReused", "seconds", "findings", "error", "timeline"]);
  const isSize = (key) => /bytes/i.test(key) || key === "size";

  function value(key, given, depth) {
    if (given === null || given === undefined) {
      return "";
    }
    if (typeof given === "number") {
      return isSize(key) ? size(given) : String(given);
    }
    if (typeof given !== "object") {
      return /^sha256:/.test(given) ? code(given) : String(given);
    }
    if (Array.isArray(given)) {
      if (!given.length) {
        return "none";
      }
      if (given.every((item) => item !== null && typeof item === "object" && !Array.isArray(item))) {
        const keys = [...new Set(given.slice(0, ROWS).flatMap(Object.keys))];
        return table(words(key), keys.map((name) => words(name) + (typeof given[0][name] === "number" ? "#" : "")),
          given.map((item) => keys.map((name) => value(name, item[name], depth + 1))));
      }
      return given.map((item) => typeof item === "object" ? JSON.stringify(item) : String(item)).join(", ");
    }
    return depth > 3 ? JSON.stringify(given) : el("dl", { class: "facts" }, Object.entries(given).map(([name, inner]) =>
      el("div", {}, el("dt", {}, words(name)), el("dd", {}, value(name, inner, depth + 1)))));
  }

  function others() {
    const made = [];
    const flat = {};
    for (const [key, given] of Object.entries(result())) {
      if (KNOWN.has(key)) {
        continue;
      }
      if (given !== null && typeof given === "object" && (!Array.isArray(given) || typeof given[0] === "object")) {
        const title = words(key);
        made.push(section(title.charAt(0).toUpperCase() + title.slice(1), value(key, given, 0)));
      } else {
        flat[key] = given;
      }
    }
    return Object.keys(flat).length ? [section("Details", value("details", flat, 0)), ...made] : made;
  }

  function again() {
    const quoted = run.command.map((word) => /^[\w@%+=:,./-]+$/.test(word) ? word : "'" + word.replace(/'/g, "'\\''") + "'");
    return section("Run it again", el("pre", { tabindex: "0" }, "modelcar " + quoted.join(" ")),
      el("p", { class: "soft" }, "What has arrived is kept: the same command continues."));
  }

  function show() {
    // The runs of several machines have theirs in the result.
    run.timeline = run.timeline || result().timeline;
    document.title = `modelcar ${run.command[0] || ""}: ${run.exitCode === undefined ? "running" : run.exitCode === 0 ? "succeeded" : "failed"}`;
    const focused = document.activeElement && document.activeElement.id;
    const typed = focused && focused.startsWith("find-") ? document.activeElement.value : null;
    const parts = [head(), errors(), findings(), targets(), chain(), throughput(), lanes(), happened(), kinds(), files(), dropped(), ...others(), again(),
      el("footer", {}, run.version)];
    page.replaceChildren(...parts.filter(Boolean));
    draw();
    if (typed !== null && byId(focused)) {
      byId(focused).value = typed;
      byId(focused).dispatchEvent(new Event("input"));
      byId(focused).focus();
    }
  }

  async function embedded() {
    const given = byId("run");
    if (given.type === "application/json") {
      return JSON.parse(given.textContent);
    }
    const bytes = Uint8Array.from(atob(given.textContent), (letter) => letter.charCodeAt(0));
    const text = new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")));
    return JSON.parse(await text.text());
  }

  function follow() {
    const events = new EventSource("events" + location.search);
    events.onmessage = (message) => {
      run = JSON.parse(message.data);
      show();
      if (!run.live) {
        events.close();
      }
    };
  }

  let resizing = 0;
  addEventListener("resize", () => {
    clearTimeout(resizing);
    resizing = setTimeout(draw, 150);
  });
  addEventListener("beforeprint", draw);
  embedded().then((document) => {
    run = document;
    show();
    if (run.live) {
      follow();
    }
  });
})();
