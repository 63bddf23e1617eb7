"use strict";
// What the page of rows knows and does: the state, what follows from it, and the picture. Panel, files and keys stand apart.
const orgnetRows = (() => {
  const { fill } = orgnetPage;
  const MOST_FIRST = 150; // rows that are open at first
  const MOST_ARCS = 1500;
  const USUAL_ROW = 24; // pixels

  const data = JSON.parse(document.getElementById("data").textContent);
  const say = data.say;
  const model = orgnetOutline.read(data);
  const picture = document.getElementById("picture");
  const sizer = document.getElementById("sizer");
  const canvas = document.getElementById("canvas");
  const face = getComputedStyle(document.body).fontFamily;
  const tops = new Set(data.top.map((unit) => model.node[unit]));
  const kinds = model.columns[0];
  const roleOf = (role) => model.columns.find((column) => column.role === role);
  const [gaps, cuts] = [roleOf("gap"), roleOf("cut")];

  const state = { // what the reader chose
    chosen: null, cursor: null, hovered: null, open: new Uint8Array(model.total), hidden: new Set(), colour: data.colour,
    size: data.size, off: new Set(), only: null, row: USUAL_ROW, marks: new Set(["gap"]),
  };
  const now = { // what follows from it
    shown: new Uint8Array(model.n).fill(1), count: null, firstOpen: null, rows: new Int32Array(0), bundles: [], inside: new Map(),
    allBundles: 0, rowOf: new Map(), lastBelow: new Map(), deepest: 0, classes: null, sizes: null, below: new Map(),
    ink: orgnetPage.theme(orgnetPage.darkness.matches),
  };
  const told = { facts() {}, legend() {}, remember() {} }; // whom a change concerns; the other files put themselves in

  // --- values as a reader knows them

  const show = (column, value) => orgnetOutline.show(column, value, data.lang);

  function valueOf(column, unit) {
    const value = column.values[unit];
    if (column.numeric) return Number.isNaN(value) ? null : show(column, value);
    return column.type === "text" ? value : value < 0 ? null : column.words[value];
  }

  function plain(column, unit) { // for a table: a number stays a number
    const value = column.values[unit];
    if (column.type === "number") return Number.isNaN(value) ? "" : value;
    return valueOf(column, unit) || "";
  }

  const kindOf = (node) => (model.unit[node] < 0 ? say.group : valueOf(kinds, model.unit[node]) || say.missing);
  const about = (node) => [kindOf(node), model.id(node)].filter(Boolean).join(" · ");
  const branch = (node) => model.size[node] > 1;
  const unitsIn = (node) => now.count[node] - (model.unit[node] >= 0 && now.shown[model.unit[node]] ? 1 : 0);

  function each(node, visit) { // the units shown at a node and below
    for (let i = node; i < node + model.size[node]; i += 1) if (model.unit[i] >= 0 && now.shown[model.unit[i]]) visit(model.unit[i]);
  }

  // What is said of a branch is counted once, and again only when other units are shown.
  function belowOf(node) {
    if (!now.below.has(node)) {
      const found = { parts: new Array(now.classes.found.length).fill(0), gaps: 0 };
      each(node, (unit) => {
        found.parts[now.classes.code[unit]] += 1;
        if (gaps && gaps.values[unit] >= 0) found.gaps += 1;
      });
      now.below.set(node, found);
    }
    return now.below.get(node);
  }

  const numbered = (text, n, narrow) => (narrow ? n.toLocaleString() : fill(text, { n: n.toLocaleString() }));

  function tags(node, width) {
    const narrow = width < 500; // numbers only
    const found = [];
    const unit = model.unit[node];
    const folded = branch(node) && !state.open[node];
    if (gaps && state.marks.has("gap")) {
      const n = folded ? belowOf(node).gaps : unit >= 0 && gaps.values[unit] >= 0 ? 1 : 0;
      if (n) found.push({ text: folded ? numbered(say.gaps, n, narrow) : say.one_gap, colour: now.ink.gap });
    }
    if (cuts && state.marks.has("cut") && unit >= 0 && cuts.values[unit] > 0) {
      found.push({ text: numbered(say.cuts, cuts.values[unit], narrow), colour: now.ink.cut });
    }
    return found;
  }

  // --- what is shown, what is open, what is drawn

  function recolour() {
    now.classes = orgnetOutline.classes(model.columns[state.colour], data.palette, say, show);
    state.off.clear();
  }

  function resize() {
    const column = state.size === null ? null : model.columns[state.size];
    const most = column ? column.values.reduce((most, value) => (value > most ? value : most), 0) : 0;
    now.sizes = (unit) => {
      if (!column || unit < 0) return 5.5;
      const value = column.values[unit];
      return value > 0 && most > 0 ? 3 + 8.5 * Math.sqrt(value / most) : 3;
    };
  }

  function within(unit) {
    if (!state.only) return true;
    if (state.only.area !== undefined) return model.columns[data.area].values[unit] === state.only.area;
    const at = model.node[unit];
    return at >= state.only.node && at < state.only.node + model.size[state.only.node];
  }

  function refilter(again) {
    for (let unit = 0; unit < model.n; unit += 1) now.shown[unit] = within(unit) && !state.off.has(now.classes.code[unit]) ? 1 : 0;
    now.below = new Map();
    now.count = orgnetOutline.counts(model, now.shown);
    if (again) {
      now.firstOpen = orgnetOutline.firstOpen(model, now.count, MOST_FIRST);
      state.open = now.firstOpen.slice();
    }
    relist();
  }

  function relist() {
    now.rows = orgnetOutline.rowsOf(model, state.open, now.count);
    now.rowOf = new Map();
    now.lastBelow = new Map();
    now.deepest = 0;
    now.rows.forEach((node, row) => {
      now.rowOf.set(node, row);
      now.lastBelow.set(model.above[node], row);
      now.deepest = Math.max(now.deepest, model.depth[node]);
    });
    rebundle();
    remeasure();
  }

  function rebundle() {
    const place = orgnetOutline.placesOf(model, state.open, now.rows);
    const summed = orgnetOutline.bundles(model, place, now.rows, now.shown, state.hidden);
    now.bundles = summed.found.slice(0, MOST_ARCS);
    now.inside = summed.inside;
    now.allBundles = summed.found.length;
    const text = fill(say.rows, { n: now.rows.length.toLocaleString(), m: model.n.toLocaleString() });
    const cut = now.allBundles > now.bundles.length ? " " + fill(say.arcs_cut, { n: now.bundles.length.toLocaleString(), m: now.allBundles.toLocaleString() }) : "";
    document.getElementById("counted").textContent = text + cut;
    told.remember();
    redraw();
  }

  function remeasure() {
    sizer.style.height = Math.max(now.rows.length * state.row + 12, 1) + "px";
    redraw();
  }

  function view(across, top, height) {
    return {
      ...now, model, across, top, height, tops, layers: data.layers, open: state.open,
      chosen: state.chosen, cursor: picture.matches(":focus-visible") ? state.cursor : null, hovered: state.hovered,
      tags: (node) => tags(node, across.width),
      nameOf: (node) => model.name(node).slice(0, 120),
      hasBelow: (node) => branch(node) && unitsIn(node) > 0,
      isContext: (node) => model.unit[node] >= 0 && !now.shown[model.unit[node]],
      countOf: (node) => unitsIn(node).toLocaleString(),
      partsOf: (node) => belowOf(node).parts,
      radiusOf: (node) => now.sizes(model.unit[node]),
      colourOf: (node) => (model.unit[node] < 0 ? null : now.classes.colour(model.unit[node])),
      shapeOf: (node) => (model.unit[node] < 0 ? "hexagon" : kinds.values[model.unit[node]] < 0 ? "diamond" : kinds.shapes[kinds.values[model.unit[node]]]),
      hangsBy(node) {
        const unit = model.unit[node];
        if (unit < 0) return null;
        const layer = data.layers[model.via[unit]];
        return layer && !state.hidden.has(layer.name) ? layer : undefined;
      },
    };
  }

  const across = () => orgnetDrawing.columns(picture.clientWidth, state.row, now.deepest);
  let [asked, pen, wide] = [false, null, null];

  function paint() {
    asked = false;
    const [width, height, ratio] = [picture.clientWidth, picture.clientHeight, window.devicePixelRatio || 1];
    if (!width || !height) return;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio) || !pen) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      canvas.style.width = width + "px";
      canvas.style.height = height + "px";
      pen = orgnetDrawing.canvasPen(canvas.getContext("2d"), ratio, face);
    }
    wide = across();
    orgnetDrawing.draw(pen, view(wide, picture.scrollTop, height));
  }

  function redraw() {
    if (asked) return;
    asked = true;
    window.requestAnimationFrame(paint);
  }

  function reveal(node) { // open what stands above it, show it if it is filtered out, and scroll to it
    if (!now.count[node]) {
      state.only = null;
      state.off.clear();
      refilter(false);
      told.legend();
    }
    let more = false;
    for (let at = model.above[node]; at >= 0; at = model.above[at]) {
      if (!state.open[at]) more = true;
      state.open[at] = 1;
    }
    if (more) relist();
    const y = now.rowOf.get(node) * state.row;
    const [top, height] = [picture.scrollTop, picture.clientHeight];
    if (y < top + state.row || y > top + height - 2 * state.row) picture.scrollTop = y - height / 2;
    redraw();
  }

  function unfold(node, open) {
    if (!branch(node)) return;
    state.open[node] = open ? 1 : 0;
    if (!open && state.chosen > node && state.chosen < node + model.size[node]) choose(node);
    relist();
  }

  function unfoldAll(node, open) {
    const [from, to] = node === null ? [0, model.total] : [node, node + model.size[node]];
    for (let i = from; i < to; i += 1) state.open[i] = open && branch(i) ? 1 : 0;
    relist();
  }

  function choose(node) {
    state.chosen = node;
    state.cursor = node === null ? state.cursor : node;
    told.facts();
    told.remember();
    redraw();
  }

  function pickNode(node) {
    reveal(node);
    choose(node);
  }

  function restrict(only) {
    state.only = only;
    refilter(true);
    if (state.chosen !== null && !now.count[state.chosen]) choose(null);
    else told.facts();
    if (state.chosen !== null) reveal(state.chosen);
    else picture.scrollTop = 0;
    told.legend();
  }

  return {
    about, belowOf, branch, canvas, choose, cuts, data, face, gaps, kindOf, model, now, paint, pen: () => pen, pickNode, picture, plain,
    rebundle, recolour, redraw, refilter, relist, remeasure, resize, restrict, reveal, show, state, told, tops, unfold, unfoldAll,
    unitsIn, USUAL_ROW, valueOf, view, within, across: () => across(),
  };
})();
