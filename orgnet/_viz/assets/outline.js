"use strict";
// Mouse and keys on the rows, the state in the address, and the start.
(() => {
  const { button, make } = orgnetPage;
  const {
    about, branch, canvas, choose, data, model, now, picture, pickNode, recolour, redraw, refilter, relist, remeasure, resize, reveal,
    state, told, unfold, unfoldAll, unitsIn, USUAL_ROW,
  } = orgnetRows;
  const say = data.say;
  const [LEAST_ROW, MOST_ROW] = [2, 40]; // pixels
  const MOST_KEPT = 2000; // branches opened or folded by hand that the address remembers
  const tip = document.getElementById("tip");
  const nodeOfId = new Map(data.ids.map((id, unit) => [id, model.node[unit]]));

  // --- mouse and keys

  const rowAt = (event) => Math.floor((event.clientY - picture.getBoundingClientRect().top + picture.scrollTop) / state.row);

  function hover(event) {
    const node = event === null ? null : now.rows[rowAt(event)];
    const over = node === undefined ? null : node;
    if (over !== state.hovered) {
      state.hovered = over;
      redraw();
    }
    tip.hidden = over === null;
    if (over === null) return;
    const below = branch(over) ? say.below + " " + unitsIn(over).toLocaleString() : "";
    tip.replaceChildren(make("div", model.name(over)), make("small", [about(over), below].filter(Boolean).join(" · ")));
    const box = document.getElementById("stage").getBoundingClientRect();
    tip.style.left = Math.max(4, Math.min(event.clientX - box.left + 14, box.width - tip.offsetWidth - 8)) + "px";
    tip.style.top = Math.max(4, Math.min(event.clientY - box.top + 16, box.height - tip.offsetHeight - 6)) + "px";
  }
  picture.addEventListener("pointermove", (event) => { if (event.pointerType === "mouse") hover(event); });
  picture.addEventListener("pointerleave", () => hover(null));
  picture.addEventListener("scroll", redraw);
  picture.addEventListener("focus", redraw);
  picture.addEventListener("blur", redraw);

  canvas.addEventListener("click", (event) => {
    const node = now.rows[rowAt(event)];
    if (node === undefined) return choose(null);
    const x = event.clientX - picture.getBoundingClientRect().left;
    const left = orgnetDrawing.glyphAt({ across: orgnetRows.across() }, model.depth[node]);
    const sign = branch(node) && x > left - 22 && x < left - 5;
    if (sign) unfold(node, !state.open[node]);
    else if (branch(node) && !state.open[node]) unfold(node, true);
    if (!sign) choose(node);
  });
  canvas.addEventListener("dblclick", (event) => {
    const node = now.rows[rowAt(event)];
    if (node !== undefined && node === state.chosen) unfold(node, false);
  });

  function zoom(factor, y) {
    const at = (picture.scrollTop + y) / state.row;
    state.row = Math.max(LEAST_ROW, Math.min(MOST_ROW, state.row * factor));
    remeasure();
    picture.scrollTop = at * state.row - y;
    remember();
  }
  picture.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    zoom(event.deltaY < 0 ? 1.15 : 1 / 1.15, event.clientY - picture.getBoundingClientRect().top);
  }, { passive: false });

  function fit() {
    state.row = Math.max(LEAST_ROW, Math.min(USUAL_ROW, (picture.clientHeight - 12) / Math.max(now.rows.length, 1)));
    picture.scrollTop = 0;
    remeasure();
    remember();
  }

  const spoken = document.getElementById("spoken");
  function moveTo(row) {
    if (!now.rows.length) return;
    const node = now.rows[Math.max(0, Math.min(now.rows.length - 1, row))];
    state.cursor = node;
    reveal(node);
    const how = branch(node) ? (state.open[node] ? say.is_open : say.is_folded) + ", " + say.below + " " + unitsIn(node).toLocaleString() : "";
    spoken.textContent = [model.name(node), about(node), how].filter(Boolean).join(", ");
  }

  const page = () => Math.max(1, Math.floor(picture.clientHeight / state.row) - 1);
  const keys = {
    ArrowDown: (row) => moveTo(row + 1),
    ArrowUp: (row) => moveTo(row - 1),
    PageDown: (row) => moveTo(row + page()),
    PageUp: (row) => moveTo(row - page()),
    Home: () => moveTo(0),
    End: () => moveTo(now.rows.length - 1),
    ArrowRight(row, node) {
      if (branch(node) && !state.open[node]) unfold(node, true);
      else if (branch(node)) return moveTo(row + 1);
      return moveTo(row);
    },
    ArrowLeft(row, node) {
      if (branch(node) && state.open[node]) unfold(node, false);
      else if (model.above[node] >= 0) return moveTo(now.rowOf.get(model.above[node]));
      return moveTo(row);
    },
    Enter: (row, node) => choose(node),
    " ": (row, node) => choose(node),
    "*": (row, node) => unfoldAll(node, true),
    "+": () => zoom(1.2, picture.clientHeight / 2),
    "-": () => zoom(1 / 1.2, picture.clientHeight / 2),
    0: fit,
    "/": () => document.getElementById("search").focus(),
    Escape: () => choose(null),
  };
  picture.addEventListener("keydown", (event) => {
    if (!Object.hasOwn(keys, event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const at = now.rowOf.has(state.cursor) ? now.rowOf.get(state.cursor) : -1;
    if (at < 0 && event.key.length > 1 && event.key !== "Escape") moveTo(0);
    else keys[event.key](at, now.rows[Math.max(at, 0)]);
  });

  // --- the state in the address

  const short = (number) => number.toString(36);

  function remember() {
    if (!now.firstOpen) return;
    const turned = [];
    let last = 0;
    for (let i = 0; i < model.total && turned.length <= MOST_KEPT; i += 1) {
      if (state.open[i] === now.firstOpen[i]) continue;
      turned.push(short(i - last));
      last = i;
    }
    const only = state.only === null ? "" : state.only.area === undefined ? "n" + state.only.node : "a" + state.only.area;
    orgnetPage.writeAddress({
      unit: state.chosen === null ? "" : model.unit[state.chosen] < 0 ? "" : data.ids[model.unit[state.chosen]],
      only,
      turned: turned.length > MOST_KEPT ? "" : turned.join("."),
      hidden: [...state.hidden].join("."),
      colour: state.colour === data.colour ? "" : state.colour,
      size: state.size === data.size ? "" : state.size === null ? "none" : state.size,
      off: [...state.off].join("."),
      marks: [...state.marks].join(".") === "gap" ? "" : [...state.marks].join(".") || "none",
      row: state.row === USUAL_ROW ? "" : state.row.toFixed(1),
    });
  }

  function recall() {
    const kept = orgnetPage.readAddress();
    const listed = (name) => (kept.get(name) || "").split(".").filter(Boolean);
    const number = (text, end) => (/^\d+$/.test(text || "") && Number(text) < end ? Number(text) : null);
    const colour = number(kept.get("colour"), model.columns.length);
    state.colour = colour !== null && model.columns[colour].type !== "text" ? colour : data.colour;
    const size = number(kept.get("size"), model.columns.length);
    state.size = kept.get("size") === "none" ? null : size !== null && model.columns[size].numeric ? size : data.size;
    state.hidden = new Set(listed("hidden").filter((name) => data.layers.some((layer) => layer.name === name)));
    state.marks = new Set(kept.has("marks") ? listed("marks") : ["gap"]);
    const row = Number(kept.get("row"));
    state.row = row >= LEAST_ROW && row <= MOST_ROW ? row : USUAL_ROW;
    const only = kept.get("only") || "";
    const [node, area] = [number(only.slice(1), model.total), number(only.slice(1), data.area === null ? 0 : model.columns[data.area].words.length)];
    state.only = only[0] === "n" && node !== null ? { node } : only[0] === "a" && area !== null ? { area } : null;
    recolour();
    resize();
    listed("off").forEach((one) => { if (number(one, now.classes.found.length) !== null) state.off.add(Number(one)); });
    now.firstOpen = null;
    refilter(true);
    let at = 0;
    listed("turned").forEach((step) => {
      at += parseInt(step, 36);
      if (at >= 0 && at < model.total && branch(at)) state.open[at] = 1 - state.open[at];
    });
    relist();
    [state.chosen, state.cursor] = [null, null];
    const chosen = nodeOfId.get(kept.get("unit"));
    orgnetRows.rebuild();
    if (chosen === undefined) told.facts();
    else pickNode(chosen);
    remember();
  }
  window.addEventListener("hashchange", recall);

  // --- the buttons on the picture, and the start

  const bar = document.getElementById("bar");
  const bars = [
    [say.start, () => { state.open = now.firstOpen.slice(); state.row = USUAL_ROW; picture.scrollTop = 0; relist(); }],
    [say.fold_all, () => { picture.scrollTop = 0; unfoldAll(null, false); }],
    ["−", () => zoom(1 / 1.3, picture.clientHeight / 2), say.smaller],
    ["+", () => zoom(1.3, picture.clientHeight / 2), say.larger],
    [say.fit, fit],
  ];
  bar.append(...bars.map(([text, action, label]) => {
    const one = button(text, action);
    if (label) one.setAttribute("aria-label", label);
    return one;
  }));
  told.remember = remember;
  recall();
  orgnetRows.paint(); // at once: a frame that is out of sight gets no animation frames
  new ResizeObserver(redraw).observe(picture);
  orgnetPage.darkness.addEventListener("change", () => {
    now.ink = orgnetPage.theme(orgnetPage.darkness.matches);
    orgnetRows.marks();
    redraw();
  });

  window.orgnetExplore = {
    ...orgnetRows, fit, nodeOf: (id) => nodeOfId.get(id),
    rowBox: (node) => {
      const box = picture.getBoundingClientRect();
      return [box.left + orgnetDrawing.glyphAt({ across: orgnetRows.across() }, model.depth[node]), box.top + (now.rowOf.get(node) + 0.5) * state.row - picture.scrollTop];
    },
  };
})();
