(function () {
  "use strict";
  const { ROWS, el, svg, section, table, searchable, size, time, code, words, legend } = elements;
  const byId = (id) => document.getElementById(id);
  const page = byId("page");
  let run = { command: [] };
  let chart = null;

  const result = () => run.result || {};

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
    if (!Array.isArray(all) || !all.length || typeof all[0] !== "object" || pictures.isPlan(run)) {
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
    const second = (at) => at === undefined ? "" : at.toFixed(2);
    const rows = line.lanes.map((lane) => [lane.run ? `${lane.run}: ${lane.layer}` : lane.layer, lane.target, size(lane.size || lane.moved), lane.state,
      second(lane.begun), second(lane.first), second(lane.last), second(lane.ended), String(lane.resumes || 0)]);
    return section("Layers over time", picture, legend(PHASES), table("Layers over time",
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

  function dropped() {
    const all = (result().selection || {}).dropped || [];
    return all.length ? searchable("Left out", ["file", "size#", "reason", "evidence"],
      all.map((file) => [file.path, size(file.bytes), words(file.reason), file.evidence || ""]), "dropped") : null;
  }

  // ---- whatever else a command says ----

  const KNOWN = ["source", "selection", "digest", "targets", "bytesMoved", "bytesReused", "seconds", "findings", "error", "timeline"];
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
      if (key === "diff") {
        return el("pre", {}, given.join("\n"));
      }
      return given.map((item) => typeof item === "object" ? JSON.stringify(item) : String(item)).join(", ");
    }
    return depth > 3 ? JSON.stringify(given) : el("dl", { class: "facts" }, Object.entries(given).map(([name, inner]) =>
      el("div", {}, el("dt", {}, words(name)), el("dd", {}, value(name, inner, depth + 1)))));
  }

  function others() {
    const made = [];
    const flat = {};
    const known = new Set([...KNOWN, ...pictures.known(run)]);
    for (const [key, given] of Object.entries(result())) {
      if (known.has(key)) {
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
      run.timeline ? el("p", { class: "soft" }, "What has arrived is kept: the same command continues.") : null);
  }

  function show() {
    // The runs of several machines have theirs in the result.
    run.timeline = run.timeline || result().timeline;
    document.title = `modelcar ${run.command[0] || ""}: ${run.exitCode === undefined ? "running" : run.exitCode === 0 ? "succeeded" : "failed"}`;
    const focused = document.activeElement && document.activeElement.id;
    const typed = focused && focused.startsWith("find-") ? document.activeElement.value : null;
    const parts = [head(), errors(), ...pictures.findings(run), ...pictures.sizing(run), ...pictures.plan(run), targets(), pictures.chain(run), throughput(), lanes(),
      happened(), pictures.isPlan(run) ? null : pictures.kinds(run), files(), dropped(), ...others(), again(),
      el("footer", {}, run.version)];
    page.replaceChildren(...parts.filter(Boolean));
    draw();
    if (focused && byId(focused)) {
      if (typed !== null) {
        byId(focused).value = typed;
        byId(focused).dispatchEvent(new Event("input"));
      }
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
