"use strict";
// A large network as rows to unfold: reading the packed data, and what follows from what is open, shown and hidden.
// Rows of the whole forest are called nodes; each branch is one run of them. Nothing here touches the page.
const orgnetOutline = (() => {
  function rising(steps) {
    const found = new Int32Array(steps.length);
    let at = 0;
    steps.forEach((step, i) => { found[i] = at += step; });
    return found;
  }

  function readColumn(packed, n) {
    const column = { title: packed.title, type: packed.type, role: packed.role, words: packed.words, colours: packed.colours, shapes: packed.shapes };
    const numeric = packed.type === "number" || packed.type === "date";
    const values = packed.type === "text" ? new Array(n).fill(null) : numeric ? new Float64Array(n).fill(NaN) : new Int32Array(n).fill(-1);
    const at = packed.at ? rising(packed.at) : null;
    packed.values.forEach((value, i) => { if (value !== null) values[at ? at[i] : i] = value; });
    return { ...column, numeric, values };
  }

  // A number or a date as a reader knows it.
  function show(column, value, lang) {
    if (column.type === "date") return new Date(value * 864e5).toISOString().slice(0, 10);
    return value.toLocaleString(lang, { maximumSignificantDigits: Math.abs(value) < 1e6 && !Number.isInteger(value) ? 5 : 15 });
  }

  function readTies(packed, layers) {
    return packed.layers.map((ties) => {
      const a = rising(ties.a);
      const b = Int32Array.from(ties.b, (step, i) => step + a[i]);
      const count = new Int32Array(a.length).fill(1);
      if (ties.many) rising(ties.many[0]).forEach((at, i) => { count[at] = ties.many[1][i]; });
      return { ...layers[ties.layer], number: ties.layer, a, b, count, types: ties.types };
    });
  }

  function read(data) {
    const total = data.up.length;
    const above = Int32Array.from(data.up, (step, i) => (step ? i - step : -1));
    const size = new Int32Array(total).fill(1);
    const depth = new Int32Array(total);
    for (let i = total - 1; i >= 0; i -= 1) if (above[i] >= 0) size[above[i]] += size[i];
    for (let i = 0; i < total; i += 1) depth[i] = above[i] < 0 ? 0 : depth[above[i]] + 1;
    const unit = new Int32Array(total);
    const label = new Map();
    rising(data.groups.at).forEach((at, i) => label.set(at, data.groups.labels[i]));
    const node = new Int32Array(data.names.length);
    let next = 0;
    for (let i = 0; i < total; i += 1) {
      unit[i] = label.has(i) ? -1 : next;
      if (unit[i] < 0) continue;
      node[next] = i;
      next += 1;
    }
    // The unit that each unit hangs under, whatever groups stand between.
    const holder = new Int32Array(total).fill(-1);
    for (let i = 0; i < total; i += 1) if (above[i] >= 0) holder[i] = unit[above[i]] >= 0 ? unit[above[i]] : holder[above[i]];
    return {
      total, above, size, depth, unit, node, holder, via: Int8Array.from(data.via), n: next,
      name: (i) => (unit[i] < 0 ? label.get(i) : data.names[unit[i]]),
      id: (i) => (unit[i] < 0 ? "" : data.ids[unit[i]]),
      columns: data.columns.map((column) => readColumn(column, next)),
      ties: readTies(data.ties, data.layers),
      words: data.ties.words,
    };
  }

  // How many of the units shown stand at a node or below it.
  function counts(model, shown) {
    const found = new Int32Array(model.total);
    for (let i = model.total - 1; i >= 0; i -= 1) {
      if (model.unit[i] >= 0 && shown[model.unit[i]]) found[i] += 1;
      if (model.above[i] >= 0) found[model.above[i]] += found[i];
    }
    return found;
  }

  function children(model, count, node) {
    const found = [];
    const end = node < 0 ? model.total : node + model.size[node];
    for (let i = node + 1; i < end; i += model.size[i]) if (count[i]) found.push(i);
    return found;
  }

  // What is open at first: whole levels while they fit; where that is little, the first branches that fit.
  function firstOpen(model, count, most) {
    const open = new Uint8Array(model.total);
    let level = children(model, count, -1);
    let rows = level.length;
    while (level.length) {
      const below = level.map((node) => children(model, count, node));
      const more = below.reduce((sum, nodes) => sum + nodes.length, 0);
      if (!more) break;
      const whole = rows + more <= most;
      if (!whole && rows > most / 3) break;
      level.forEach((node, i) => {
        if (!below[i].length || (!whole && rows + below[i].length > most)) return;
        open[node] = 1;
        if (!whole) rows += below[i].length;
      });
      if (!whole) break;
      rows += more;
      level = below.flat();
    }
    return open;
  }

  // The nodes drawn, top to bottom.
  function rowsOf(model, open, count) {
    const found = [];
    for (let i = 0; i < model.total;) {
      if (!count[i]) i += model.size[i];
      else {
        found.push(i);
        i += open[i] ? 1 : model.size[i];
      }
    }
    return Int32Array.from(found);
  }

  // The row in which each node is drawn, its own or that of the branch it is folded into; -1 where it is filtered out.
  function placesOf(model, open, rows) {
    const place = new Int32Array(model.total).fill(-1);
    rows.forEach((node, row) => place.fill(row, node, open[node] ? node + 1 : node + model.size[node]));
    return place;
  }

  // Ties between rows, summed; what a branch of the tree already shows is not drawn again.
  function bundles(model, place, rows, shown, hidden) {
    const sums = new Map();
    const inside = new Map();
    for (const layer of model.ties) {
      if (hidden.has(layer.name)) continue;
      for (let i = 0; i < layer.a.length; i += 1) {
        const a = layer.a[i];
        const b = layer.b[i];
        if (!shown[a] || !shown[b]) continue;
        const from = place[model.node[a]];
        const to = place[model.node[b]];
        if (from < 0 || to < 0) continue;
        if (from === to) {
          inside.set(from, (inside.get(from) || 0) + layer.count[i]);
          continue;
        }
        if (model.holder[model.node[a]] === b && model.via[a] === layer.number) continue;
        if (model.holder[model.node[b]] === a && model.via[b] === layer.number) continue;
        const turned = !layer.directed && from > to;
        const key = (layer.number * rows.length + (turned ? to : from)) * rows.length + (turned ? from : to);
        sums.set(key, (sums.get(key) || 0) + layer.count[i]);
      }
    }
    const found = [];
    for (const [key, count] of sums) {
      const pair = key % (rows.length * rows.length);
      found.push({ layer: Math.round((key - pair) / (rows.length * rows.length)), from: Math.floor(pair / rows.length), to: pair % rows.length, count });
    }
    found.sort((x, y) => y.count - x.count || x.layer - y.layer || x.from - y.from || x.to - y.to);
    return { found, inside };
  }

  // Classes that a column puts units in: its words, or five steps of its numbers. The last class is "not recorded".
  const STEPS = 5;

  function classes(column, palette, say, show) {
    const n = column.values.length;
    const code = new Int32Array(n);
    const found = [];
    let colour = (u) => found[code[u]].colour;
    if (column.numeric) {
      let [low, high] = [Infinity, -Infinity];
      for (const value of column.values) {
        if (value < low) low = value;
        if (value > high) high = value;
      }
      const known = low <= high;
      const share = (value) => (high > low ? (value - low) / (high - low) : 0);
      const steps = known ? (high > low ? STEPS : 1) : 0;
      const stops = palette.scale.length - 1;
      for (let k = 0; k < steps; k += 1) {
        const [from, to] = [low + ((high - low) * k) / steps, low + ((high - low) * (k + 1)) / steps];
        const text = steps > 1 ? show(column, from) + " – " + show(column, to) : show(column, low);
        found.push({ label: text, colour: palette.scale[Math.round((stops * k) / Math.max(steps - 1, 1))], shape: "" });
      }
      for (let u = 0; u < n; u += 1) {
        code[u] = Number.isNaN(column.values[u]) ? steps : Math.min(steps - 1, Math.floor(share(column.values[u]) * steps));
      }
      colour = (u) => (code[u] < steps ? palette.scale[Math.round(share(column.values[u]) * stops)] : palette.missing);
    } else {
      column.colours.forEach((one, k) => {
        found.push({ label: column.words[k], colour: one, shape: column.shapes ? column.shapes[k] : "" });
      });
      const rest = column.words.length - column.colours.length;
      if (rest > 0) found.push({ label: say.other + " (" + rest.toLocaleString() + ")", colour: palette.other, shape: "" });
      for (let u = 0; u < n; u += 1) {
        const value = column.values[u];
        code[u] = value < 0 ? found.length : Math.min(value, found.length - 1);
      }
    }
    found.push({ label: say.missing, colour: palette.missing, shape: "" });
    return { code, found, colour };
  }

  return { bundles, children, classes, counts, firstOpen, placesOf, read, readColumn, rowsOf, show };
})();
