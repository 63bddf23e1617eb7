"use strict";
// What both pages to explore have in common: elements, colours of the theme, ways to headquarters, files, the address.
const orgnetPage = (() => {
  const SVG = "http://www.w3.org/2000/svg";
  const darkness = window.matchMedia("(prefers-color-scheme: dark)");
  const framed = window.self !== window.top; // inside another page: no address of its own, and no files

  // Text goes into the page as text, never as markup.
  function make(tag, text, className) {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    if (className) element.className = className;
    return element;
  }

  function button(text, action, className) {
    const element = make("button", text, className);
    element.type = "button";
    element.addEventListener("click", action);
    return element;
  }

  function svg(tag, attributes, text) {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    if (text !== undefined) element.textContent = text;
    return element;
  }

  const OUTLINES = {
    square: [[-0.8, -0.8], [0.8, -0.8], [0.8, 0.8], [-0.8, 0.8]],
    triangle: [[0, -1], [1, 0.8], [-1, 0.8]],
    diamond: [[0, -1.05], [1.05, 0], [0, 1.05], [-1.05, 0]],
    hexagon: [[-0.5, -0.87], [0.5, -0.87], [1, 0], [0.5, 0.87], [-0.5, 0.87], [-1, 0]],
    "": [[-1, -0.65], [1, -0.65], [1, 0.65], [-1, 0.65]],
  };

  // The path of a shape around a point, the same on canvas, in SVG and in the legend.
  function outline(shape, x, y, r) {
    const at = (value) => Math.round(value * 100) / 100;
    if (!(shape in OUTLINES)) return `M${at(x - r)} ${at(y)}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;
    return "M" + OUTLINES[shape].map(([dx, dy]) => at(x + dx * r) + " " + at(y + dy * r)).join("L") + "Z";
  }

  function glyph(shape, colour) {
    const box = svg("svg", { width: 16, height: 16, viewBox: "0 0 16 16", "aria-hidden": "true" });
    const look = { fill: colour || "none", stroke: "currentColor", "stroke-width": 1, "stroke-opacity": 0.6 };
    box.append(svg("path", { d: outline(shape, 8, 8, 6.2), ...look }));
    return box;
  }

  function lineSample(layer) {
    const sample = svg("svg", { width: 34, height: 10, viewBox: "0 0 34 10", "aria-hidden": "true" });
    const ends = { x1: 1, y1: 5, x2: layer.directed ? 27 : 33, y2: 5 };
    sample.append(svg("line", { ...ends, stroke: layer.colour, "stroke-width": 2, "stroke-dasharray": layer.dashes.join(" ") }));
    if (layer.directed) sample.append(svg("polygon", { points: "26,1.5 33,5 26,8.5", fill: layer.colour }));
    return sample;
  }

  // A row of the legend or of the switches: a tick, a sample, words and a number.
  function tickRow(sample, text, count, on, change) {
    const row = make("label", undefined, "key");
    const tick = make("input");
    tick.type = "checkbox";
    tick.checked = on;
    tick.addEventListener("change", () => change(tick.checked));
    row.append(tick, sample, make("span", text), make("output", count.toLocaleString()));
    return [row, tick];
  }

  // One of several, by name.
  function choice(label, options, value, change) {
    const row = make("label", undefined, "choice");
    const box = make("select");
    for (const [text, key] of options) {
      const option = make("option", text);
      option.value = key;
      box.append(option);
    }
    box.value = value;
    box.addEventListener("change", () => change(box.value));
    row.append(make("span", label), box);
    return row;
  }

  function theme(dark) {
    return dark
      ? { paper: "#14181d", text: "#e8ecf0", soft: "#a3afbb", halo: "#14181d", edge: "rgba(255,255,255,0.65)", top: "#ffffff", mark: "#7cc0ff", rule: "#46505b", band: "#222932", gap: "#ff9d6e", cut: "#d3a6ff" }
      : { paper: "#ffffff", text: "#1b2129", soft: "#5a6673", halo: "#ffffff", edge: "rgba(0,0,0,0.5)", top: "#000000", mark: "#0a5ea8", rule: "#bcc5ce", band: "#eef2f6", gap: "#b3400a", cut: "#7a2ea0" };
  }

  const fill = (text, parts) => text.replace(/\{(\w+)\}/g, (whole, name) => (name in parts ? parts[name] : whole));

  // Which places of a picture are taken, so that labels do not touch.
  function boxes(cell) {
    const grid = new Map();
    const cells = (box) => {
      const keys = [];
      for (let i = Math.floor(box[0] / cell); i <= Math.floor(box[2] / cell); i += 1)
        for (let j = Math.floor(box[1] / cell); j <= Math.floor(box[3] / cell); j += 1) keys.push(i + ":" + j);
      return keys;
    };
    return {
      add(box, owner) {
        for (const key of cells(box)) {
          if (!grid.has(key)) grid.set(key, []);
          grid.get(key).push([box, owner]);
        }
      },
      free(box, owner) {
        return cells(box).every((key) => (grid.get(key) || []).every(
          ([other, by]) => by === owner || box[0] >= other[2] || box[2] <= other[0] || box[1] >= other[3] || box[3] <= other[1],
        ));
      },
    };
  }

  // --- ways from headquarters: `layers` are lists of ties {name, directed, a, b}; down is away from the top

  function arcsDown(n, layers) {
    const start = new Int32Array(n + 1);
    const each = (visit) => layers.forEach((layer, k) => {
      const turned = layer.name === "report";
      for (let i = 0; i < layer.a.length; i += 1) {
        visit(turned ? layer.b[i] : layer.a[i], turned ? layer.a[i] : layer.b[i], k);
        if (!layer.directed) visit(layer.b[i], layer.a[i], k);
      }
    });
    each((from) => { start[from + 1] += 1; });
    for (let i = 0; i < n; i += 1) start[i + 1] += start[i];
    const next = start.slice();
    const to = new Int32Array(start[n]);
    const by = new Uint8Array(start[n]);
    each((from, target, k) => {
      to[next[from]] = target;
      by[next[from]] = k;
      next[from] += 1;
    });
    return { start, to, by };
  }

  function waysFrom(n, layers, tops) {
    const { start, to, by } = arcsDown(n, layers);
    const before = new Int32Array(n).fill(-2); // -2: not reached, -1: a headquarters
    const layer = new Uint8Array(n);
    const queue = new Int32Array(n);
    let end = 0;
    for (const top of tops) {
      before[top] = -1;
      queue[end] = top;
      end += 1;
    }
    for (let k = 0; k < end; k += 1) {
      for (let i = start[queue[k]]; i < start[queue[k] + 1]; i += 1) {
        if (before[to[i]] !== -2) continue;
        before[to[i]] = queue[k];
        layer[to[i]] = by[i];
        queue[end] = to[i];
        end += 1;
      }
    }
    return { before, layer };
  }

  // The shortest way up: along command where command reaches the unit, else along all ties. Null where there is none.
  function waysToHeadquarters(n, layers, tops) {
    const channels = layers.filter((layer) => layer.name !== "contains");
    const command = channels.filter((layer) => layer.name === "command");
    let chain = null;
    let all = null;
    return (unit) => {
      chain = chain || waysFrom(n, command, tops);
      let used = [chain, command];
      if (chain.before[unit] === -2) {
        all = all || waysFrom(n, channels, tops);
        used = [all, channels];
      }
      const [found, names] = used;
      if (found.before[unit] === -2) return null;
      const steps = [];
      for (let at = unit; at >= 0; at = found.before[at]) {
        steps.push([at, found.before[at] >= 0 ? names[found.layer[at]] : null]);
      }
      return steps;
    };
  }

  // --- files

  // A cell that a spreadsheet would run as a formula becomes text.
  function cell(value) {
    const text = value === null || value === undefined ? "" : String(value);
    const safe = typeof value !== "number" && /^[=+\-@\t\r]/.test(text) ? "'" + text : text;
    return /[",\n\r]/.test(safe) ? '"' + safe.replace(/"/g, '""') + '"' : safe;
  }

  const csv = (rows) => "\ufeff" + rows.map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";

  function save(blob, ending) {
    const link = make("a");
    const address = URL.createObjectURL(blob);
    link.href = address; // of the file made here, never of anything outside
    link.download = (document.title.replace(/[\\/:*?"<>|\s]+/g, "_").slice(0, 60) || "orgnet") + "." + ending;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  }

  const saveText = (text, type, ending) => save(new Blob([text], { type: type + ";charset=utf-8" }), ending);
  const saveCanvas = (canvas) => canvas.toBlob((blob) => save(blob, "png"));

  function fileButtons(say, { asCanvas, asSvg, table }) {
    if (framed) return;
    const row = make("div", undefined, "actions");
    row.append(
      button(say.save_png, () => saveCanvas(asCanvas())),
      button(say.save_svg, () => saveText(new XMLSerializer().serializeToString(asSvg()), "image/svg+xml", "svg")),
      button(say.save_csv, () => saveText(table(), "text/csv", "csv")),
    );
    document.getElementById("files").append(make("h2", say.save_title), row);
  }

  // --- the state, kept in the address so that a link shows what was seen

  const readAddress = () => new URLSearchParams(framed ? "" : window.location.hash.slice(1));

  function writeAddress(state) {
    if (framed) return;
    const kept = new URLSearchParams();
    for (const [name, value] of Object.entries(state)) if (value !== "" && value !== null) kept.set(name, value);
    window.history.replaceState(null, "", "#" + kept.toString());
  }

  return {
    boxes, button, choice, csv, darkness, fileButtons, fill, framed, glyph, lineSample, make, outline, readAddress, svg, theme, tickRow, waysToHeadquarters, writeAddress,
  };
})();
