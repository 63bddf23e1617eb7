"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const say = data.say;
  const { button, choice, darkness, fill, glyph, lineSample, make, tickRow } = orgnetPage;
  const picture = document.getElementById("picture");
  const stillness = window.matchMedia("(prefers-reduced-motion: reduce)");
  const layerOf = new Map(data.layers.map((layer) => [layer.name, layer]));
  const tops = new Set(data.top);
  const hidden = new Set(); // layers
  const marks = new Set(["gap"]);
  const columns = data.columns.map((column) => orgnetOutline.readColumn(column, data.nodes.length));
  const looks = orgnetNodeLooks(data, columns);
  const { isOff } = looks;
  const [gaps, cuts] = [marked("gap"), marked("cut")];
  let chosen = null;
  let near = new Set();
  let hovered = null;
  let grown = [1, 0]; // factor and least radius: small nodes can be seen and hit when the whole is far away
  let ink = orgnetPage.theme(darkness.matches);

  // The units that have a value in the column of this role, and the value.
  function marked(role) {
    const column = columns.find((one) => one.role === role);
    const found = new Map();
    if (column) column.values.forEach((value, id) => { if (value >= 0) found.set(id, column.words ? column.words[value] : value); });
    return found;
  }

  const isChain = (layer) => layer === "command" || layer === "contains";
  // The more lines cross, the fainter each is, so that the whole still shows where they are many.
  const crossing = data.edges.filter((edge) => !isChain(edge.layer)).length;
  const thinned = Math.max(0.22, Math.min(1, Math.sqrt(300 / Math.max(crossing, 1))));

  function tip(first, second) {
    const box = make("div", first);
    if (second) box.append(make("small", second));
    return box;
  }

  // --- nodes and ties

  const largest = () => Math.max(1, ...data.nodes.map((node) => node.size));
  const radius = (node) => Math.max(node.size * grown[0], grown[1]);

  function lookOfNode(node) {
    const border = node.id === chosen ? ink.mark : tops.has(node.id) ? ink.top : ink.edge;
    const colour = { background: node.color, border };
    return {
      color: { ...colour, highlight: { background: node.color, border: ink.mark }, hover: { background: node.color, border: ink.mark } },
      borderWidth: tops.has(node.id) ? 3.5 : grown[1] > 8 ? 0.4 : 1,
      borderWidthSelected: 3.5,
      hidden: isOff(node),
    };
  }

  function lookOfEdge(edge) {
    const layer = layerOf.get(edge.layer);
    const mine = chosen !== null && (edge.from === chosen || edge.to === chosen);
    const base = isChain(edge.layer) ? 0.85 : 0.65 * thinned;
    return {
      color: { color: layer.colour, highlight: layer.colour, hover: layer.colour, opacity: mine ? 1 : base },
      width: edge.width * grown[0] * (mine ? 1.8 : 1),
      hidden: hidden.has(edge.layer) || isOff(data.nodes[edge.from]) || isOff(data.nodes[edge.to]),
    };
  }

  function edgeTip(edge) {
    const layer = layerOf.get(edge.layer);
    const joint = layer.directed ? " → " : " – ";
    const count = data.counts[edge.id] > 1 ? " × " + data.counts[edge.id].toLocaleString() : "";
    const types = data.types[edge.id] ? " · " + data.types[edge.id] : "";
    return tip(data.names[edge.from] + joint + data.names[edge.to], layer.label + count + types);
  }

  const nodes = new vis.DataSet(
    data.nodes.map((node) => ({
      id: node.id, x: node.x, y: node.y, shape: node.shape, size: node.size, ...lookOfNode(node),
      title: tip(data.names[node.id], [data.kinds[node.id], data.ids[node.id]].filter(Boolean).join(" · ")),
    })),
  );
  const order = new Map(data.layers.map((layer, i) => [layer.name, i]));
  const edges = new vis.DataSet(
    data.edges.map((edge) => {
      const layer = layerOf.get(edge.layer);
      const straight = isChain(edge.layer);
      return {
        id: edge.id, from: edge.from, to: edge.to, ...lookOfEdge(edge), title: edgeTip(edge),
        dashes: layer.dashes.length ? layer.dashes : false,
        arrows: layer.directed && (straight || crossing < 1000) ? { to: { enabled: true, scaleFactor: 0.45 } } : undefined,
        smooth: straight ? { enabled: false } : { enabled: true, type: "curvedCW", roundness: 0.14 + 0.05 * order.get(edge.layer) },
      };
    }),
  );
  const options = {
    ...data.options,
    nodes: { chosen: true },
    edges: { selectionWidth: 0.8, hoverWidth: 0.6, arrowStrikethrough: false },
  };
  const network = new vis.Network(picture, { nodes, edges }, options);

  function repaint(theseNodes = data.nodes, theseEdges = data.edges) {
    if (theseNodes.length) nodes.update(theseNodes.map((node) => ({ id: node.id, ...lookOfNode(node) })));
    if (theseEdges.length) edges.update(theseEdges.map((edge) => ({ id: edge.id, ...lookOfEdge(edge) })));
  }

  const face = getComputedStyle(document.body).fontFamily;
  const labels = orgnetNodeLabels({ data, network, radius, tops, face, marks, gaps, cuts, now: () => ({ chosen, hovered, ink, near }) });

  // Where a unit is chosen, all else steps back behind a veil of paper, and what is tied to it is drawn again before it.
  function drawVeil(context) {
    if (chosen === null) return;
    context.save();
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.globalAlpha = 0.8;
    context.fillStyle = ink.paper;
    context.fillRect(0, 0, context.canvas.width, context.canvas.height);
    context.restore();
    for (const edge of touching(chosen)) if (!lookOfEdge(edge).hidden) network.body.edges[edge.id].draw(context);
    for (const id of [...near, chosen]) if (!isOff(data.nodes[id])) network.body.nodes[id].draw(context);
  }

  network.on("afterDrawing", (context) => {
    drawVeil(context);
    labels.drawLabels(context);
  });

  // --- choosing a unit

  const FIRST = 10; // neighbours of one sort that are listed at once

  function neighbours(id) {
    const groups = new Map();
    for (const edge of touching(id)) {
      const layer = layerOf.get(edge.layer);
      const outward = edge.from === id;
      const vertical = edge.layer === "command";
      const way = !layer.directed ? "" : outward ? (vertical ? say.down : say.out) : vertical ? say.up : say.in;
      const key = layer.label + (way ? " · " + way : "");
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push([outward ? edge.to : edge.from, edge]);
    }
    return groups;
  }

  function pick(id, small) {
    const item = make("li");
    const one = button(data.names[id], () => choose(id, true), "pick");
    if (small) one.append(" ", make("small", small));
    item.append(one);
    return item;
  }

  const channels = data.layers.map((layer) => {
    const mine = data.edges.filter((edge) => edge.layer === layer.name);
    return { ...layer, a: mine.map((edge) => edge.from), b: mine.map((edge) => edge.to) };
  });
  const way = orgnetPage.waysToHeadquarters(data.nodes.length, channels, data.top);

  function wayUp(id) {
    const box = make("div", undefined, "near way");
    if (!data.top.length || !data.ids[id]) return box;
    const steps = way(id);
    const length = steps ? " (" + fill(say.steps, { n: (steps.length - 1).toLocaleString() }) + ")" : "";
    box.append(make("h3", say.way + length));
    if (!steps) box.append(make("p", say.no_way, "empty"));
    else {
      const items = make("ul");
      items.append(...steps.slice(1).map(([at], i) => pick(at, steps[i][1].label)));
      box.append(items);
    }
    return box;
  }

  function facts(id) {
    const box = document.getElementById("chosen");
    if (id === null) return box.replaceChildren(make("p", say.hint, "hint"));
    const head = make("div", undefined, "head");
    head.append(make("strong", data.names[id]), button(say.close, () => choose(null, false)));
    const list = make("dl");
    list.append(make("dt", say.kind), make("dd", data.kinds[id]));
    if (data.ids[id]) list.append(make("dt", say.id), make("dd", data.ids[id]));
    for (const [field, text] of data.facts[id]) list.append(make("dt", data.fields[field]), make("dd", text));
    if (gaps.has(id)) list.append(make("dt", say.gap), make("dd", gaps.get(id)));
    if (cuts.has(id)) list.append(make("dt", say.cut), make("dd", cuts.get(id).toLocaleString()));
    const around = make("div", undefined, "near");
    for (const [title, found] of neighbours(id)) {
      around.append(make("h3", title + " (" + found.length.toLocaleString() + ")"));
      found.sort(([, a], [, b]) => data.counts[b.id] - data.counts[a.id]);
      const rows = found.map(([other, edge]) => {
        const count = data.counts[edge.id] > 1 ? "× " + data.counts[edge.id].toLocaleString() : "";
        return pick(other, [count, data.types[edge.id]].filter(Boolean).join(" · "));
      });
      const items = make("ul");
      items.append(...rows.slice(0, FIRST));
      if (rows.length > FIRST) {
        const rest = button("… " + (rows.length - FIRST).toLocaleString() + " " + say.more, () => rest.parentElement.replaceWith(...rows.slice(FIRST)), "pick empty");
        const last = make("li");
        last.append(rest);
        items.append(last);
      }
      around.append(items);
    }
    const actions = make("div", undefined, "actions");
    const area = looks.areaOf(id);
    if (area >= 0 && looks.state.only !== area) actions.append(button(fill(say.only_area, { area: looks.areaName(area) }), () => restrict(area)));
    box.replaceChildren(head, actions, list, wayUp(id), around);
  }

  const tiesOf = data.nodes.map(() => []);
  for (const edge of data.edges) {
    tiesOf[edge.from].push(edge);
    tiesOf[edge.to].push(edge);
  }
  const touching = (id) => (id === null ? [] : tiesOf[id]);

  function choose(id, centre) {
    if (id !== null && isOff(data.nodes[id])) {
      looks.state.off.clear();
      looks.state.only = null;
      buildLegend();
      repaint();
    }
    const before = chosen;
    chosen = id;
    near = new Set(touching(id).filter((edge) => !hidden.has(edge.layer)).flatMap((edge) => [edge.from, edge.to]));
    near.delete(id);
    if (before !== id) {
      repaint([before, id].filter((one) => one !== null).map((one) => data.nodes[one]), [...touching(before), ...touching(id)]);
    }
    if (id === null) network.unselectAll();
    else network.selectNodes([id], false);
    if (id !== null && centre) {
      const scale = Math.max(network.getScale(), 0.8);
      network.focus(id, { scale, animation: stillness.matches ? false : { duration: 350, easingFunction: "easeInOutQuad" } });
    }
    facts(id);
    remember();
  }

  function refilter() {
    repaint();
    choose(chosen, false);
  }

  network.on("click", (event) => choose(event.nodes.length ? event.nodes[0] : null, false));
  network.on("hoverNode", (event) => { hovered = event.node; network.redraw(); });
  network.on("blurNode", () => { hovered = null; network.redraw(); });

  // --- search

  const search = document.getElementById("search");
  const found = document.getElementById("found");
  const haystack = data.names.map((name, i) => (name + "\n" + data.ids[i]).toLocaleLowerCase());

  function matches(text) {
    const needle = text.trim().toLocaleLowerCase();
    if (!needle) return [];
    const hits = data.rank.filter((i) => haystack[i].includes(needle));
    return hits.sort((a, b) => haystack[b].startsWith(needle) - haystack[a].startsWith(needle));
  }

  function showMatches() {
    const hits = matches(search.value);
    const items = hits.slice(0, 8).map((i) => pick(i, [data.kinds[i], data.ids[i]].filter(Boolean).join(" · ")));
    if (hits.length > 8) items.push(make("li", "… " + (hits.length - 8) + " " + say.more, "empty"));
    if (!hits.length && search.value.trim()) items.push(make("li", say.none, "empty"));
    found.replaceChildren(...items);
  }
  search.addEventListener("input", showMatches);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      const hits = matches(search.value);
      if (hits.length) choose(hits[0], true);
    } else if (event.key === "ArrowDown" && found.querySelector("button")) {
      event.preventDefault();
      found.querySelector("button").focus();
    } else if (event.key === "Escape") {
      search.value = "";
      showMatches();
    }
  });

  // --- legend and layers

  function key(item, k) {
    const { off } = looks.state;
    const [row, tick] = tickRow(glyph(item.shape, item.colour), item.label, item.count, !off.has(k), (on) => {
      if (on) off.delete(k);
      else off.add(k);
      refilter();
    });
    tick.dataset.item = k;
    return row;
  }

  function buildMarks() {
    const box = document.getElementById("marks");
    const known = [["gap", gaps, ink.gap], ["cut", cuts, ink.cut]].filter(([, found]) => found.size);
    if (!known.length) return;
    box.replaceChildren(make("h2", say.marks), ...known.map(([name, found, colour]) => {
      const [row, tick] = tickRow(glyph("dot", colour), name === "cut" ? say.cut_units : say[name], found.size, marks.has(name), (on) => {
        if (on) marks.add(name);
        else marks.delete(name);
        network.redraw();
        remember();
      });
      tick.dataset.mark = name;
      return row;
    }));
  }

  function buildLegend() {
    const box = document.getElementById("legend");
    const legend = looks.legend();
    const only = make("div", undefined, "only");
    if (looks.state.only !== null) {
      only.append(make("span", fill(say.only, { what: looks.areaName(looks.state.only) })), button(say.everything, () => restrict(null)));
    }
    box.replaceChildren(make("h2", legend.title), only);
    if (legend.stops) {
      const ramp = make("div", undefined, "ramp");
      ramp.style.background = "linear-gradient(to right, " + legend.stops.join(", ") + ")";
      const ends = make("div", undefined, "ends");
      ends.append(make("span", legend.low), make("span", legend.high));
      box.append(ramp, ends);
    }
    const rows = legend.items.map(key);
    const first = rows.length - legend.apart;
    box.append(...rows.slice(0, first));
    if (legend.apart) {
      const shapes = make("div", undefined, "shapes");
      shapes.append(...rows.slice(first));
      box.append(shapes);
    }
    if (data.size && looks.state.size === "") box.append(make("h2", say.size, "sub"), make("p", data.size.title + ": " + data.size.text));
    if (tops.size) box.append(make("p", say.hq, "hint sub"));
  }

  function restrict(only) {
    looks.state.only = only;
    buildLegend();
    if (chosen !== null && isOff(data.nodes[chosen])) choose(null, false);
    refilter();
  }

  function buildLooks() {
    if (!columns.length) return;
    const named = (test) => columns.map((column, k) => [column.title, String(k), column]).filter(([, , column]) => test(column));
    const number = (value) => (value === "" ? "" : Number(value));
    document.getElementById("looks").replaceChildren(
      choice(say.colour, [[data.legend.title, ""], ...named((column) => column.type !== "text")], String(looks.state.colour), (value) => {
        looks.recolour(number(value));
        buildLegend();
        refilter();
      }),
      choice(say.size, [[data.size ? data.size.title : say.as_level, ""], ...named((column) => column.type === "number")], String(looks.state.size), (value) => {
        looks.resize(number(value));
        buildLegend();
        resized();
        refilter();
      }),
    );
  }

  function buildLayers() {
    const box = document.getElementById("layers");
    if (!data.layers.length) return;
    box.replaceChildren(make("h2", say.layers));
    const counts = new Map();
    for (const edge of data.edges) counts.set(edge.layer, (counts.get(edge.layer) || 0) + data.counts[edge.id]);
    for (const layer of data.layers) {
      const [row, tick] = tickRow(lineSample(layer), layer.label, counts.get(layer.name) || 0, !hidden.has(layer.name), (on) => {
        if (on) hidden.delete(layer.name);
        else hidden.add(layer.name);
        refilter();
      });
      tick.dataset.layer = layer.name;
      box.append(row);
    }
  }
  // --- the state in the address

  function remember() {
    orgnetPage.writeAddress({
      unit: chosen === null ? "" : data.ids[chosen] || "",
      hidden: [...hidden].join("."),
      colour: looks.state.colour,
      size: looks.state.size,
      only: looks.state.only,
      off: [...looks.state.off].join("."),
      marks: [...marks].join(".") === "gap" ? "" : [...marks].join(".") || "none",
    });
  }

  function recall(again) {
    const kept = orgnetPage.readAddress();
    const listed = (name) => (kept.get(name) || "").split(".").filter(Boolean);
    const refill = (set, values) => { set.clear(); values.forEach((value) => set.add(value)); };
    refill(hidden, listed("hidden").filter((name) => layerOf.has(name)));
    const column = (name, test) => (/^\d+$/.test(kept.get(name) || "") && columns[kept.get(name)] && test(columns[kept.get(name)]) ? Number(kept.get(name)) : "");
    looks.recolour(column("colour", (one) => one.type !== "text"));
    looks.resize(column("size", (one) => one.numeric));
    const only = /^\d+$/.test(kept.get("only") || "") ? Number(kept.get("only")) : -1;
    looks.state.only = data.area !== null && only >= 0 && only < columns[data.area].words.length ? only : null;
    const lines = looks.legend().items.length;
    refill(looks.state.off, listed("off").filter((k) => /^\d+$/.test(k) && Number(k) < lines).map(Number));
    buildLooks();
    refill(marks, kept.has("marks") ? listed("marks") : ["gap"]);
    buildLayers();
    buildMarks();
    buildLegend();
    if (again) resized();
    const unit = kept.get("unit") ? data.ids.indexOf(kept.get("unit")) : -1;
    choose(unit < 0 ? null : unit, unit >= 0);
  }
  const files = orgnetNodeFiles({
    data, face, gaps, cuts, picture, network, isOff, isChain, lookOfEdge, layerOf, order, radius, tops, now: () => ({ ink, drawnLabels: labels.drawn }),
  });
  orgnetPage.fileButtons(say, files);
  recall(window.location.hash.length > 1);
  window.addEventListener("hashchange", () => recall(true));

  // --- fitting

  function resized() {
    nodes.update(data.nodes.map((node) => ({ id: node.id, size: radius(node), ...lookOfNode(node) })));
    edges.update(data.edges.map((edge) => ({ id: edge.id, ...lookOfEdge(edge) })));
  }

  function fit() {
    if (!data.nodes.length || !picture.clientWidth || !picture.clientHeight) return;
    network.fit({ maxZoomLevel: 1.3, animation: false });
    network.moveTo({ scale: network.getScale() * 0.92, animation: false });
    const scale = network.getScale();
    const wanted = [Math.max(1, Math.min(2, 31 / largest(), 4 / (7 * scale))), Math.min(16, 3.6 / scale)];
    if (Math.abs(wanted[0] - grown[0]) + Math.abs(wanted[1] - grown[1]) > 0.1) {
      grown = wanted;
      resized();
    }
  }
  document.getElementById("fit").addEventListener("click", fit);
  new ResizeObserver(() => window.requestAnimationFrame(fit)).observe(picture);
  if (window.self !== window.top) {
    // Inside another page the wheel scrolls that page until the picture is clicked.
    network.setOptions({ interaction: { zoomView: false } });
    picture.addEventListener("pointerdown", () => network.setOptions({ interaction: { zoomView: true } }));
    picture.addEventListener("pointerleave", () => network.setOptions({ interaction: { zoomView: false } }));
  }
  darkness.addEventListener("change", () => {
    ink = orgnetPage.theme(darkness.matches);
    repaint();
    buildMarks();
  });
  orgnetNodeKeys({ data, picture, network, isOff, chosen: () => chosen, choose, fit });
  fit();
  network.body.emitter.emit("_redraw"); // at once: a frame that is out of sight gets no animation frames

  window.orgnetExplore = { network, nodes, edges, choose, fit, way, ...files, looks, drawnLabels: () => labels.drawn };
})();
