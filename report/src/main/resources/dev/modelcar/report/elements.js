// What every picture and table of the page is made of.
const elements = (function () {
  "use strict";
  const ROWS = 1000;

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

  const code = (text) => el("code", {}, text);
  const words = (key) => key.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
  const count = (number, one) => `${number} ${one}${number === 1 ? "" : "s"}`;

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

  // ---- pictures whose figures stand beside them ----

  function legend(kinds) {
    return el("ul", { class: "legend" }, kinds.map(([kind, name]) =>
      el("li", {}, svg("svg", { viewBox: "0 0 10 10", "aria-hidden": "true" }, svg("rect", { class: kind, width: 10, height: 10 })), name)));
  }

  /**
   * A bar for each row: its name, its parts, and its figures as text. A part is a class, its size, and, if bars lie above each other, which of
   * how many it is in; a mark is a place on the bar.
   */
  function bars(rows, most) {
    const x = (value) => Math.max(0, Math.min(1000, 1000 * value / Math.max(1, most)));
    return el("ul", { class: "bars" }, rows.map(({ name, parts, mark, text }) => {
      const picture = svg("svg", { viewBox: "0 0 1000 20", preserveAspectRatio: "none", "aria-hidden": "true" });
      const ends = [];
      for (const [kind, value, stripe, stripes] of parts) {
        const from = ends[stripe || 0] || 0;
        ends[stripe || 0] = from + value;
        const high = 20 / (stripes || 1);
        value > 0 && picture.append(svg("rect", { class: kind, x: x(from), y: (stripe || 0) * high, width: Math.max(2, x(from + value) - x(from)),
          height: stripes > 1 ? high * 0.85 : high }));
      }
      mark && picture.append(svg("line", { class: "mark", x1: Math.min(998, x(mark)), x2: Math.min(998, x(mark)), y1: 0, y2: 20 }));
      return el("li", {}, el("span", { class: "name" }, name), picture, el("span", { class: "figures" }, text));
    }));
  }

  return { ROWS, el, svg, section, table, searchable, size, time, code, words, count, legend, bars };
})();
