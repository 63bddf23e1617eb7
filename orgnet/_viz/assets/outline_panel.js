"use strict";
// The panel beside the rows: facts, ways and neighbours of what was chosen, search, what to draw, marks, the legend.
(() => {
  const { button, choice, make, fill, glyph, lineSample, tickRow } = orgnetPage;
  const {
    about, belowOf, branch, choose, cuts, data, gaps, kindOf, model, now, pickNode, rebundle, recolour, redraw, refilter, resize,
    restrict, state, told, tops, unfold, unfoldAll, unitsIn, valueOf, within,
  } = orgnetRows;
  const say = data.say;
  const FIRST = 10; // of a list
  const MORE = 500;
  const way = orgnetPage.waysToHeadquarters(model.n, model.ties, data.top);

  // --- one unit or group: its facts, its way to headquarters, its neighbours

  function pick(node, small) {
    const item = make("li");
    const one = button(model.name(node), () => pickNode(node), "pick");
    if (small) one.append(" ", make("small", small));
    item.append(one);
    return item;
  }

  function list(items, first = FIRST) {
    const box = make("ul");
    box.append(...items.slice(0, first).map((item) => item()));
    if (items.length > first) {
      const last = make("li");
      last.append(button("… " + (items.length - first).toLocaleString() + " " + say.more, () => {
        last.replaceChildren(list(items.slice(first), MORE));
      }, "pick empty"));
      box.append(last);
    }
    return box;
  }

  function actions(node) {
    const box = make("div", undefined, "actions");
    if (branch(node) && unitsIn(node)) {
      const open = state.open[node];
      box.append(button(open ? say.fold : say.unfold, () => { unfold(node, !open); facts(); }));
      box.append(button(say.unfold_all, () => { unfoldAll(node, true); facts(); }));
      if (!state.only || state.only.node !== node) box.append(button(say.only_branch, () => restrict({ node })));
    }
    const area = data.area === null || model.unit[node] < 0 ? -1 : model.columns[data.area].values[model.unit[node]];
    if (area >= 0 && !(state.only && state.only.area === area)) {
      box.append(button(fill(say.only_area, { area: model.columns[data.area].words[area] }), () => restrict({ area })));
    }
    return box;
  }

  function wayUp(unit) {
    const box = make("div", undefined, "near way");
    if (!data.top.length) return box;
    const steps = way(unit);
    box.append(make("h3", say.way + (steps ? " (" + fill(say.steps, { n: (steps.length - 1).toLocaleString() }) + ")" : "")));
    if (!steps) box.append(make("p", say.no_way, "empty"));
    else if (steps.length > 1) {
      box.append(list(steps.slice(1).map(([at], i) => () => pick(model.node[at], steps[i][1].label))));
    }
    return box;
  }

  function neighbours(unit) {
    const groups = new Map();
    const add = (layer, way_, other, i) => {
      const key = layer.label + (way_ ? " · " + way_ : "");
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push([other, layer.count[i], layer.types && layer.types[i] >= 0 ? model.words[layer.types[i]] : ""]);
    };
    for (const layer of model.ties) {
      const vertical = layer.name === "command";
      for (let i = 0; i < layer.a.length; i += 1) {
        if (layer.a[i] === unit) add(layer, layer.directed ? (vertical ? say.down : say.out) : "", layer.b[i], i);
        if (layer.b[i] === unit) add(layer, layer.directed ? (vertical ? say.up : say.in) : "", layer.a[i], i);
      }
    }
    return groups;
  }

  function neighbourList(unit) {
    const box = make("div", undefined, "near");
    for (const [title, found] of neighbours(unit)) {
      box.append(make("h3", title + " (" + found.length.toLocaleString() + ")"));
      box.append(list(found.map(([other, times, types]) => () => {
        return pick(model.node[other], [times > 1 ? "× " + times.toLocaleString() : "", types].filter(Boolean).join(" · "));
      })));
    }
    return box;
  }

  function summed(node) { // ties of a folded branch, as they are drawn
    const box = make("div", undefined, "near");
    const row = now.rowOf.get(node);
    if (row === undefined || state.open[node] || !branch(node)) return box;
    const mine = now.bundles.filter((bundle) => bundle.from === row || bundle.to === row);
    if (mine.length) {
      box.append(make("h3", say.summed));
      box.append(list(mine.map((bundle) => () => {
        return pick(now.rows[bundle.from === row ? bundle.to : bundle.from], data.layers[bundle.layer].label + " × " + bundle.count.toLocaleString());
      })));
    }
    if (now.inside.get(row)) box.append(make("p", fill(say.inside, { n: now.inside.get(row).toLocaleString() }), "empty"));
    return box;
  }

  function facts() {
    const box = document.getElementById("chosen");
    const node = state.chosen;
    if (node === null) return box.replaceChildren(make("p", say.hint_rows, "hint"));
    const unit = model.unit[node];
    const head = make("div", undefined, "head");
    head.append(make("strong", model.name(node)), button(say.close, () => choose(null)));
    const table = make("dl");
    const fact = (name, text) => table.append(make("dt", name), make("dd", text));
    if (unit >= 0) {
      fact(say.kind, kindOf(node));
      fact(say.id, model.id(node));
      for (const column of model.columns.slice(1)) if (valueOf(column, unit) !== null) fact(column.title, valueOf(column, unit));
      if (model.via[unit] === -2) fact(say.place, say.by_area);
    }
    if (branch(node)) {
      fact(say.below, unitsIn(node).toLocaleString());
      const parts = belowOf(node).parts;
      const title = model.columns[state.colour].title;
      const top = parts.map((n, k) => [n, now.classes.found[k].label]).filter(([n]) => n).sort((x, y) => y[0] - x[0]).slice(0, 8);
      fact(fill(say.below_by, { what: title }), top.map(([n, label]) => label + " " + n.toLocaleString()).join(" · "));
    }
    const around = unit >= 0 ? [wayUp(unit), neighbourList(unit)] : [];
    box.replaceChildren(head, actions(node), table, ...around, summed(node));
  }

  // --- search: names, ids, areas

  const search = document.getElementById("search");
  const found = document.getElementById("found");
  const haystack = data.names.map((name, unit) => (name + "\n" + data.ids[unit]).toLocaleLowerCase());

  function matches(text) {
    const needle = text.trim().toLocaleLowerCase();
    if (!needle) return { areas: [], units: [], more: 0 };
    const [starts, holds] = [[], []];
    haystack.forEach((hay, unit) => {
      const at = hay.indexOf(needle);
      if (at >= 0) (at === 0 || hay[at - 1] === "\n" ? starts : holds).push(unit);
    });
    const ranked = [...starts, ...holds];
    const words = data.area === null ? [] : model.columns[data.area].words;
    const areas = words.map((word, k) => [word, k]).filter(([word]) => word.toLocaleLowerCase().includes(needle)).slice(0, 3);
    return { areas, units: ranked.slice(0, 8), more: Math.max(0, ranked.length - 8) };
  }

  function showMatches() {
    const hits = matches(search.value);
    const items = hits.units.map((unit) => pick(model.node[unit], about(model.node[unit])));
    if (hits.more) items.push(make("li", "… " + hits.more.toLocaleString() + " " + say.more, "empty"));
    hits.areas.forEach(([word, area]) => {
      const item = make("li");
      item.append(button(fill(say.only_area, { area: word }), () => restrict({ area }), "pick"));
      items.push(item);
    });
    if (!items.length && search.value.trim()) items.push(make("li", say.none, "empty"));
    found.replaceChildren(...items);
  }
  search.addEventListener("input", showMatches);
  search.addEventListener("keydown", (event) => {
    const hits = event.key === "Enter" ? matches(search.value) : null;
    if (hits && hits.units.length) pickNode(model.node[hits.units[0]]);
    else if (hits && hits.areas.length) restrict({ area: hits.areas[0][1] });
    else if (event.key === "ArrowDown" && found.querySelector("button")) {
      event.preventDefault();
      found.querySelector("button").focus();
    } else if (event.key === "Escape") {
      search.value = "";
      showMatches();
    }
  });

  // --- the panel: what to draw, what to mark, the legend

  function looks() {
    const box = document.getElementById("looks");
    const named = (test) => model.columns.map((column, k) => [column, k]).filter(([column]) => test(column)).map(([column, k]) => [column.title, String(k)]);
    const colours = choice(say.colour, named((column) => column.type !== "text"), String(state.colour), (value) => {
      state.colour = Number(value);
      recolour();
      refilter(false);
      legend();
      facts();
    });
    const sized = choice(say.size, [[say.same, ""], ...named((column) => column.type === "number")], state.size === null ? "" : String(state.size), (value) => {
      state.size = value === "" ? null : Number(value);
      resize();
      told.remember();
      redraw();
    });
    box.replaceChildren(colours, sized);
  }

  function layers() {
    const box = document.getElementById("layers");
    if (!model.ties.length) return;
    const shownLayers = data.layers.map((layer) => model.ties.find((ties) => ties.name === layer.name));
    box.replaceChildren(make("h2", say.layers), ...shownLayers.map((layer) => {
      const total = layer.count.reduce((sum, n) => sum + n, 0);
      const [row, tick] = tickRow(lineSample(layer), layer.label, total, !state.hidden.has(layer.name), (on) => {
        if (on) state.hidden.delete(layer.name);
        else state.hidden.add(layer.name);
        rebundle();
        facts();
      });
      tick.dataset.layer = layer.name;
      return row;
    }));
  }

  function marks() {
    const box = document.getElementById("marks");
    const known = [["gap", gaps, now.ink.gap], ["cut", cuts, now.ink.cut]].filter(([, column]) => column);
    if (!known.length) return;
    box.replaceChildren(make("h2", say.marks), ...known.map(([role, column, colour]) => {
      const total = column.values.reduce((sum, value) => sum + (column.numeric ? value > 0 : value >= 0), 0);
      const [row, tick] = tickRow(glyph("", colour), role === "cut" ? say.cut_units : column.title, total, state.marks.has(role), (on) => {
        if (on) state.marks.add(role);
        else state.marks.delete(role);
        told.remember();
        redraw();
      });
      tick.dataset.mark = role;
      return row;
    }));
  }

  function legend() {
    const box = document.getElementById("legend");
    const column = model.columns[state.colour];
    const totals = new Array(now.classes.found.length).fill(0);
    for (let unit = 0; unit < model.n; unit += 1) if (within(unit)) totals[now.classes.code[unit]] += 1;
    const items = now.classes.found.map((one, k) => {
      const [row, tick] = tickRow(glyph(one.shape, one.colour), one.label, totals[k], !state.off.has(k), (on) => {
        if (on) state.off.delete(k);
        else state.off.add(k);
        refilter(false);
        facts();
      });
      tick.dataset.class = k;
      return [row, totals[k] > 0 || state.off.has(k)];
    }).filter(([, used]) => used).map(([row]) => row);
    const only = make("div", undefined, "only");
    if (state.only) {
      const name = state.only.area === undefined ? model.name(state.only.node) : model.columns[data.area].words[state.only.area];
      only.append(make("span", fill(say.only, { what: name })), button(say.everything, () => restrict(null)));
    }
    const hints = [say.bars];
    if (tops.size) hints.push(say.hq);
    box.replaceChildren(make("h2", column.title), only, ...items, ...hints.map((hint) => make("p", hint, "hint sub")));
  }

  function rebuild() {
    looks();
    layers();
    marks();
    legend();
  }
  Object.assign(told, { facts, legend });
  Object.assign(orgnetRows, { marks, rebuild, way });
})();
