// What a document says, as pictures, cards and links; all of it as text, too.
const pictures = (function () {
  "use strict";
  const { ROWS, el, section, table, size, code, count, legend, bars } = elements;
  const PICTURED = 60;
  const resultOf = (run) => run.result || {};

  // ---- kinds of files, and what would move ----

  const KINDS = [
    ["weights", /\.(safetensors|bin|pth?|ckpt|gguf|ggml|onnx|onnx[._]data|h5|msgpack|pb|tflite|npz|npy|nemo|engine|plan|index|data-\d+-of-\d+)$/],
    ["tokenizer", /(^|[._-])(tokenizer|tokenization|vocab|merges|spiece|sentencepiece|tekken|special_tokens|added_tokens|chat_template)|\.(model|tiktoken|jinja)$/],
    ["code", /\.(py|ipynb|so|cu|cuh|c|cc|cpp|h|hpp|sh|js|rs)$/],
    ["config", /\.(json|ya?ml|toml|ini|cfg|pbtxt|xml|properties)$/],
    ["documents", /\.(md|txt|pdf|rst|html|png|jpe?g|svg)$|^(licen[cs]e|notice|readme|copying)/],
  ];

  function kindOf(path) {
    const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
    const known = KINDS.find(([, form]) => form.test(name));
    const ending = name.includes(".") ? name.slice(name.lastIndexOf(".")) : name;
    return [known ? known[0] : "other", ending];
  }

  const isPlan = (run) => Array.isArray(resultOf(run).layers) && resultOf(run).layers.some((layer) => "base" in layer);
  const MOVES = [["lane-move", "to move"], ["lane-have", "already there"], ["lane-wait", "not known"]];

  /** Which of MOVES a layer is at a target. */
  function moveOf(layer, target, i) {
    return target.error || !layer ? 2 : (layer.present || [])[i] ? 1 : 0;
  }

  function kindSums(run, targets) {
    const layers = new Map((resultOf(run).layers || []).map((layer) => [layer.name, layer]));
    const sums = new Map();
    const add = (kind, ending, bytes, layer) => {
      const sum = sums.get(kind) || { files: 0, bytes: 0, endings: new Set(), moves: targets.map(() => [0, 0, 0]) };
      sum.files++;
      sum.bytes += bytes;
      sum.endings.add(ending);
      targets.forEach((target, i) => sum.moves[i][moveOf(layer, target, i)] += bytes);
      sums.set(kind, sum);
    };
    (run.files || []).forEach((file) => add(...kindOf(file.path), file.bytes, layers.get(file.layer)));
    isPlan(run) && resultOf(run).layers.filter((layer) => layer.base).forEach((layer) => add("base image", "layers", layer.bytes, layer));
    return [...sums].sort((a, b) => b[1].bytes - a[1].bytes);
  }

  const moveWords = (move) => MOVES.map(([, name], i) => move[i] ? `${size(move[i])} ${name}` : "").filter(Boolean).join(", ") || "nothing";
  const endings = (sum) => [...sum.endings].slice(0, 8).join(", ") + (sum.endings.size > 8 ? " …" : "");

  function kinds(run) {
    const targets = isPlan(run) ? resultOf(run).targets || [] : [];
    const sums = kindSums(run, targets);
    if (!sums.length) {
      return null;
    }
    const most = Math.max(...sums.map(([, sum]) => sum.bytes));
    const drawn = targets.slice(0, 4).flatMap((target, i) => [el("h3", {}, target.reference),
      bars(sums.map(([kind, sum]) => ({ name: kind, parts: MOVES.map(([look], k) => [look, sum.moves[i][k]]), text: moveWords(sum.moves[i]) })), most)]);
    const picture = targets.length ? [...drawn, legend(MOVES)]
      : bars(sums.map(([kind, sum]) => ({ name: kind, parts: [["lane-move", sum.bytes]], text: `${count(sum.files, "file")}, ${size(sum.bytes)}` })), most);
    return section(targets.length ? "What would move, by kind of file" : "Kinds of files", picture,
      table("Kinds of files", ["kind", "files#", "size#", ...targets.map((target) => "at " + target.reference), "endings"],
        sums.map(([kind, sum]) => [kind, String(sum.files), size(sum.bytes), ...targets.map((_, i) => moveWords(sum.moves[i])), endings(sum)])));
  }

  function plannedTargets(run) {
    const { layers, targets } = resultOf(run);
    if (!(targets || []).length) {
      return null;
    }
    const whole = layers.reduce((sum, layer) => sum + layer.bytes, 0);
    const most = Math.max(1, whole);
    const rows = targets.map((target) => target.error ? { name: target.reference, parts: [["lane-wait", whole]], text: "not known: " + target.error.message }
      : { name: target.reference, parts: [["lane-move", target.bytesToMove], ["lane-have", whole - target.bytesToMove]],
        text: `${size(target.bytesToMove)} to move, ${size(whole - target.bytesToMove)} already there` });
    return section("Targets", bars(rows.slice(0, PICTURED), most), legend(MOVES), table("Targets", ["image", "to move#", "already there#", "error"],
      targets.map((target) => target.error ? [target.reference, "", "", target.error.message]
        : [target.reference, size(target.bytesToMove), size(whole - target.bytesToMove), ""])));
  }

  function plannedLayers(run) {
    const { layers, targets = [] } = resultOf(run);
    const most = Math.max(1, ...layers.map((layer) => layer.bytes));
    const largest = [...layers].sort((a, b) => b.bytes - a.bytes).slice(0, PICTURED);
    const at = (layer) => targets.map((target, i) => moveOf(layer, target, i));
    const told = (states) => MOVES.map(([, name], k) => [states.filter((state) => state === k).length, name]).filter(([number]) => number)
      .map(([number, name]) => targets.length === 1 ? name : `${name} ${name === "to move" ? "to" : "for"} ${number} of ${targets.length}`).join(", ");
    const rows = largest.map((layer) => {
      const states = at(layer);
      return { name: layer.name + (layer.base ? " (base)" : ""),
        parts: states.length ? states.map((state, i) => [MOVES[state][0], layer.bytes, i, states.length]) : [["lane-move", layer.bytes]],
        text: [size(layer.bytes), told(states).replace("already there for", "already at")].filter(Boolean).join(", ") };
    });
    return section(targets.length ? "What would move, by layer" : "Layers", layers.length > PICTURED ? el("p", {}, `The picture has the ${PICTURED} largest of ${layers.length} layers.`) : null,
      bars(rows, most), targets.length ? legend(MOVES) : null,
      table("Layers", ["layer", "size#", "digest", ...targets.map((target) => "at " + target.reference)],
        layers.map((layer) => [layer.name + (layer.base ? " (base)" : ""), size(layer.bytes), layer.digest ? code(layer.digest) : "", ...at(layer).map((state) => MOVES[state][1])])));
  }

  const plan = (run) => isPlan(run) ? [plannedTargets(run), kinds(run), plannedLayers(run)] : [];

  // ---- memory of GPUs ----

  const USES = [["lane-move", "weights"], ["lane-open", "activation"], ["lane-close", "CUDA and graphs"], ["lane-have", "KV cache"],
    ["lane-wait", "left over"], ["lane-bad", "missing"]];
  const isSizing = (run) => Boolean(resultOf(run).kv && resultOf(run).weights && Array.isArray(resultOf(run).table));

  function memory(uses, whole) {
    const used = uses.reduce((sum, value) => sum + value, 0);
    return { parts: [...uses, Math.max(0, whole - used)].map((value, i) => [USES[i][0], value]),
      text: uses.map((value, i) => value > 0 ? `${USES[i][1]} ${size(value)}` : "").filter(Boolean).join(", ") };
  }

  function placed(given) {
    const place = given.placement;
    if (!place) {
      return null;
    }
    const cache = given.kv.availableBytes || 0;
    const uses = [given.weights.bytesPerGpu, place.activation.bytes, place.otherBytes, cache];
    const used = uses.reduce((sum, value) => sum + value, 0);
    const needed = given.kv.bytesPerRequest * Math.ceil(given.concurrency / (place.dataParallel || 1));
    const short = given.fits === false ? Math.max(0, needed - cache) : 0;
    const missing = given.fits === false ? Math.max(0, short, used + needed - cache - place.budgetBytes) : 0;
    const drawn = memory(uses, place.memoryBytes);
    drawn.parts.push(["lane-bad", short]);
    const share = (value) => [size(value), (100 * value / place.memoryBytes).toFixed(1) + " %"];
    const rows = [...uses.map((value, i) => [USES[i][1], ...share(value)]), ["left over", ...share(Math.max(0, place.memoryBytes - used))],
      ["memory", ...share(place.memoryBytes)], ["of it, for the engine", ...share(place.budgetBytes)],
      [`KV cache of ${count(given.concurrency, "request")} of ${given.context} tokens`, ...share(needed)]];
    missing && rows.push(["missing", ...share(missing)]);
    return section("Memory of each GPU", el("p", {}, el("span", { class: given.fits ? "good" : "bad" }, given.fits ? "It fits." : "It does not fit."),
      given.reason ? ` ${given.reason}` : ""),
      bars([{ name: `${place.gpus} × ${place.gpu || "GPU"}`, parts: drawn.parts, mark: place.memoryBytes,
        text: `${drawn.text}, of ${size(place.memoryBytes)}${missing ? `; ${size(missing)} missing` : ""}` }], Math.max(place.memoryBytes, used) + short),
      legend(USES), table("Memory of each GPU", ["what for", "on each GPU#", "share#"], rows));
  }

  function sizing(run) {
    if (!isSizing(run)) {
      return [];
    }
    const given = resultOf(run);
    const whole = ({ perGpu: use }) => use ? use.weightBytes + use.activationBytes + use.otherBytes + use.cacheBytes : 0;
    const most = Math.max(1, ...given.table.map((row) => Math.max(row.memoryBytes, whole(row))));
    const rows = given.table.map((row) => {
      const use = row.perGpu;
      const drawn = use ? memory([use.weightBytes, use.activationBytes, use.otherBytes, use.cacheBytes], row.memoryBytes) : { parts: [["lane-wait", row.memoryBytes]], text: "" };
      return { name: use ? `${use.gpus} × ${row.gpu}` : row.gpu, parts: drawn.parts, mark: row.memoryBytes,
        text: `${row.fits ? "" : "does not fit: "}${drawn.text}${drawn.text ? ", of " : ""}${size(row.memoryBytes)}` };
    });
    return [placed(given), given.table.length ? section("GPUs", el("p", {}, `For one request of ${given.context} tokens, on the fewest GPUs that hold it. The line is the end of a GPU's memory.`),
      bars(rows, most), legend(USES.slice(0, 5)), table("GPUs", ["GPU", "memory#", "fits", "GPUs#", "requests at once#", "longest request in tokens#"],
        given.table.map((row) => [row.gpu, size(row.memoryBytes), el("span", { class: row.fits ? "good" : "bad" }, row.fits ? "yes" : "no"),
          row.gpus === undefined ? "" : String(row.gpus), row.maxConcurrency.toFixed(1), String(row.largestContext)]))) : null];
  }

  // ---- findings ----

  const SEVERITIES = { error: "bad", warning: "warn", info: "soft" };
  let wanted = "all";

  function card(finding) {
    const look = SEVERITIES[finding.severity] || "soft";
    const facts = [["role", finding.role], ["object", finding.object], ["task", finding.task], ["step", finding.step],
      ["place", finding.file && `${finding.file}:${finding.line}:${finding.column}`], ["field", finding.path], ["proof", finding.proven === undefined ? "" : finding.proven ? "proven" : "likely"]];
    const fixes = [].concat(finding.fix || []).filter(Boolean);
    const list = (name, items) => items && items.length ? [el("h4", {}, name), el("ul", {}, items.map((item) => el("li", {}, typeof item === "string" ? item : JSON.stringify(item))))] : [];
    return el("article", { class: "card " + look },
      el("h3", {}, el("span", { class: "badge " + look }, finding.severity || finding.role || "finding"), " ", finding.title || finding.message || ""),
      el("dl", { class: "facts" }, facts.filter(([, value]) => value).map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)))),
      finding.title && finding.message && finding.message !== finding.title ? el("p", {}, finding.message) : null,
      (finding.evidence || []).length ? [el("h4", {}, "Evidence"), el("pre", {}, finding.evidence.join("\n"))] : [],
      list("Looked for and not found", finding.counterEvidence), list("What to do", fixes), list("Prevent it", [].concat(finding.prevent || [])),
      finding.probe ? el("p", {}, "To be sure: ", code(finding.probe)) : null,
      finding.rule ? el("p", { class: "soft" }, "Rule ", code(finding.rule), finding.file === undefined
        ? [", explained by ", code("modelcar explain " + finding.rule), " and in docs/troubleshooting"] : ", of docs/guides/lint.md") : null);
  }

  function cards(title, all) {
    const shown = all.slice(0, ROWS);
    const made = shown.map((finding) => [finding.severity || "info", card(finding)]);
    const present = Object.keys(SEVERITIES).filter((severity) => all.some((finding) => (finding.severity || "info") === severity));
    const numbers = new Map(present.map((severity) => [severity, all.filter((finding) => (finding.severity || "info") === severity).length]));
    const status = el("span", { role: "status" });
    const show = () => {
      const chosen = numbers.has(wanted) ? wanted : "all";
      made.forEach(([severity, one]) => one.hidden = chosen !== "all" && severity !== chosen);
      status.textContent = `${made.filter(([, one]) => !one.hidden).length} of ${all.length} shown`;
    };
    const choice = (value, text) => {
      const radio = el("input", { type: "radio", name: "severity", id: "severity-" + value });
      radio.checked = value === (numbers.has(wanted) ? wanted : "all");
      radio.addEventListener("change", () => {
        wanted = value;
        show();
      });
      return el("label", { for: "severity-" + value }, radio, " ", text);
    };
    show();
    return section(title, el("p", {}, [...numbers].map(([severity, number]) => severity === "info" ? count(number, "note") : count(number, severity)).join(", ")),
      numbers.size > 1 ? el("fieldset", { class: "search" }, el("legend", {}, "Severity"), choice("all", `all (${all.length})`),
        [...numbers].map(([severity, number]) => choice(severity, `${severity} (${number})`)), status) : null,
      all.length > ROWS ? el("p", {}, `the first ${ROWS} of ${all.length}`) : null, made.map(([, one]) => one));
  }

  function findings(run) {
    const { findings: all, cause, deployment, fixed } = resultOf(run);
    const causes = [cause, (deployment || {}).cause].filter((one) => one && typeof one === "object").map((one) => ({ role: "cause", severity: "error", ...one }));
    const found = [...(Array.isArray(all) ? all : []), ...causes];
    return [found.length ? cards("Findings", found) : Array.isArray(all) ? section("Findings", el("p", { class: "good" }, "Nothing was found.")) : null,
      Array.isArray(fixed) && fixed.length ? section("Fixed", fixed.slice(0, ROWS).map(card)) : null];
  }

  // ---- the chain of custody ----

  const LINKS = { good: "good", broken: "bad", unknown: "warn" };

  function served(deployment, add) {
    if (deployment.error) {
      add("broken", "InferenceService", deployment.name || "", deployment.error.message);
      return;
    }
    const state = { serving: "good", failed: "broken", timeout: "broken" }[deployment.outcome] || "unknown";
    add(state, "InferenceService", `${deployment.name} in ${deployment.namespace}`,
      (deployment.cause || {}).title || (state === "unknown" ? `${deployment.outcome}: nobody waited for its pods` : deployment.outcome));
    (deployment.pods || []).forEach((pod) => add(state === "good" ? "good" : "unknown", "pod", pod, deployment.proof));
  }

  function shipped(run, add) {
    const { source, from, layers, digest, targets, registration } = resultOf(run);
    if (source && source.reference) {
      add("good", "source", source.reference);
      add(source.revision ? "good" : "unknown", "commit", source.revision || "", source.revision ? "" : "the source names no commit");
    } else if (typeof from === "string") {
      add("good", "source", from);
    }
    if (run.files) {
      const known = run.files.filter((file) => file.digest).length;
      add(known ? "good" : "unknown", "files", count(run.files.length, "file"), known === run.files.length ? "each with a digest of the source"
        : known ? `${known} with a digest of the source, the others by the commit` : "the source has no digests: they are known by what was read");
    }
    const digests = (Array.isArray(layers) ? layers : []).filter((layer) => layer.digest);
    digests.length ? add("good", "layers", count(digests.length, "layer"), "each with its digest, in the list of files below")
      : run.files && add("unknown", "layers", "", "no layer was finished");
    digest ? add("good", "image", digest) : source && add("unknown", "image", "", run.exitCode === undefined ? "the run is not over" : "no image was made");
    (targets || []).filter((target) => target && target.reference).forEach((target) => target.status === "failed"
      ? add("broken", "registry", target.reference, (target.error || {}).message)
      : add("good", "registry", target.reference, target.bytesMoved === undefined ? "" : `${size(target.bytesMoved)} sent, ${size(target.bytesReused)} were there`));
    if (registration) {
      registration.version ? add("good", "registered version", `${registration.model.name} ${registration.version.name} (id ${registration.version.id}) in ${registration.modelRegistry}`)
        : add("broken", "registered version", "", (registration.error || {}).message);
    }
  }

  function chain(run) {
    const { chain: given, outcome, namespace, image, deployment } = resultOf(run);
    const links = [];
    const add = (state, link, value, detail) => links.push(el("li", { class: LINKS[state] || "warn" }, el("span", { class: LINKS[state] || "warn" }, state), " ",
      el("span", { class: "soft" }, link), " ", value ? code(value) : null, detail ? el("span", { class: "plain" }, " " + detail) : null));
    if (Array.isArray(given)) {
      given.forEach((link) => add(link.state, link.link, link.value, link.detail));
    } else if (!isPlan(run)) {
      shipped(run, add);
      if (outcome && image && namespace) {
        add("unknown", "commit", "", "modelcar status follows the image back to it");
        add(image.includes("@") ? "good" : "unknown", "image", image, image.includes("@") ? "" : "a tag, which may have moved");
        served(resultOf(run), add);
      }
      deployment && served(deployment, add);
    }
    return links.length > 2 ? section("Chain of custody", el("ol", { class: "chain" }, links)) : null;
  }

  /** What of a result is shown by the above. */
  function known(run) {
    return ["chain", "cause", "fixed", ...(isPlan(run) ? ["layers"] : []), ...(isSizing(run) ? ["table", "reason"] : [])];
  }

  return { isPlan, kinds, plan, sizing, findings, chain, known };
})();
