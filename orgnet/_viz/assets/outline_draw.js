"use strict";
// The picture of the rows: a tree on the left, what each folded branch holds in the middle, ties between rows on the right.
// A pen draws it, on a canvas or into SVG; both get the same paths and texts.
const orgnetDrawing = (() => {
  const { outline, svg } = orgnetPage;
  const BARE = 9; // pixels a row, below which rows have no words
  const GREY = 0.45; // how strong a row is drawn that stands here only because of what is below it

  function canvasPen(context, ratio, face) {
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.textBaseline = "middle";
    const widths = new Map();
    const font = (look) => `${look.slant ? "italic " : ""}${look.weight || 400} ${look.size || 12.5}px ${face}`;
    return {
      path(d, look) {
        const path = new Path2D(d);
        context.globalAlpha = look.alpha === undefined ? 1 : look.alpha;
        if (look.fill) {
          context.fillStyle = look.fill;
          context.fill(path);
        }
        if (look.stroke) {
          context.strokeStyle = look.stroke;
          context.lineWidth = look.width || 1;
          context.setLineDash(look.dashes || []);
          context.stroke(path);
        }
      },
      text(words, x, y, look) {
        context.globalAlpha = look.alpha === undefined ? 1 : look.alpha;
        context.font = font(look);
        context.textAlign = look.align || "left";
        context.fillStyle = look.fill;
        context.fillText(words, x, y);
      },
      width(words, look) {
        const key = font(look) + words;
        if (!widths.has(key)) {
          context.font = font(look);
          widths.set(key, context.measureText(words).width);
        }
        return widths.get(key);
      },
    };
  }

  function svgPen(root, face, measure) {
    const alpha = (look) => (look.alpha === undefined || look.alpha === 1 ? {} : { opacity: look.alpha });
    return {
      path(d, look) {
        const line = look.stroke ? { stroke: look.stroke, "stroke-width": look.width || 1, "stroke-dasharray": (look.dashes || []).join(" ") } : {};
        root.append(svg("path", { d, fill: look.fill || "none", ...line, ...alpha(look) }));
      },
      text(words, x, y, look) {
        const anchor = { left: "start", right: "end", center: "middle" }[look.align || "left"];
        root.append(svg("text", {
          x, y, fill: look.fill, "font-family": face, "font-size": look.size || 12.5, "font-weight": look.weight || 400,
          "font-style": look.slant ? "italic" : "normal", "text-anchor": anchor, "dominant-baseline": "central", ...alpha(look),
        }, words));
      },
      width: measure.width,
    };
  }

  // Where things stand across: words, counts, bars, ties.
  function columns(width, height, deepest) {
    const bar = Math.max(30, Math.min(110, width * 0.1));
    const words = Math.min(width * 0.56, 470);
    const ties = Math.min(width - words - bar - 60, 420);
    return {
      width, row: height, ties: words + bar + 60, room: ties - 14, bar: words + 46, barWidth: bar, count: words + 40, words,
      step: Math.max(2, Math.min(20, (words * 0.45) / Math.max(deepest, 1))), left: 22,
    };
  }

  const middle = (view, row) => (row + 0.5) * view.across.row - view.top;
  const glyphAt = (view, depth) => view.across.left + Math.min(depth * view.across.step, view.across.words * 0.5);

  function shortened(pen, words, room, look) {
    if (pen.width(words, look) <= room) return words;
    const letters = [...words];
    let [low, high] = [0, letters.length];
    while (low < high) {
      const half = (low + high + 1) >> 1;
      if (pen.width(letters.slice(0, half).join("") + "…", look) <= room) low = half;
      else high = half - 1;
    }
    return low ? letters.slice(0, low).join("") + "…" : "";
  }

  // Lines from each unit down to what hangs under it, in the colour of the tie that it hangs by.
  function branches(pen, view, first, last) {
    const { model, rows, across, ink } = view;
    const open = new Set();
    for (let node = model.above[rows[first]]; node >= 0; node = model.above[node]) open.add(node);
    for (let row = first; row < last; row += 1) if (view.open[rows[row]]) open.add(rows[row]);
    for (const node of open) {
      const [from, to] = [view.rowOf.get(node), view.lastBelow.get(node)];
      if (to === undefined) continue;
      const x = glyphAt(view, model.depth[node]);
      const top = Math.max(middle(view, from), -20);
      const bottom = Math.min(middle(view, to), view.height + 20);
      if (bottom > top) pen.path(`M${x} ${top}V${bottom}`, { stroke: ink.rule });
    }
    for (let row = first; row < last; row += 1) {
      const node = rows[row];
      if (!model.depth[node]) continue;
      const y = middle(view, row);
      const layer = view.hangsBy(node);
      const look = layer ? { stroke: layer.colour, dashes: layer.dashes, width: 1.4 } : { stroke: ink.rule, dashes: [1, 3] };
      const from = glyphAt(view, model.depth[node] - 1);
      pen.path(`M${from} ${y}H${glyphAt(view, model.depth[node])}`, layer === null ? { stroke: ink.rule } : look);
    }
  }

  function rowWords(pen, view, row, node, x, y, alpha) {
    const { across, ink, model } = view;
    const look = { fill: ink.text, alpha, slant: model.unit[node] < 0, weight: view.tops.has(node) || node === view.chosen ? 650 : 400 };
    const tags = view.tags(node);
    const small = { size: 11, weight: 600 };
    const room = across.words - x - tags.reduce((sum, tag) => sum + pen.width(tag.text, small) + 14, 0);
    const words = shortened(pen, view.nameOf(node), room, look);
    pen.text(words, x, y, look);
    let at = x + pen.width(words, look) + 8;
    for (const tag of tags) {
      const width = pen.width(tag.text, small);
      pen.path(`M${at} ${y - 7}h${width + 8}v14h${-width - 8}Z`, { stroke: tag.colour, alpha });
      pen.text(tag.text, at + 4, y, { ...small, fill: tag.colour, alpha });
      at += width + 14;
    }
  }

  // What a folded branch holds: the classes of its units as parts of a bar.
  function bar(pen, view, node, y, alpha) {
    const { across, ink } = view;
    const high = Math.max(2, Math.min(11, across.row * 0.5));
    const parts = view.partsOf(node);
    const all = parts.reduce((sum, count) => sum + count, 0);
    let x = across.bar;
    parts.forEach((count, k) => {
      const wide = (across.barWidth * count) / all;
      if (wide > 0.2) pen.path(`M${x} ${y - high / 2}h${wide}v${high}h${-wide}Z`, { fill: view.classes.found[k].colour, alpha });
      x += wide;
    });
    pen.path(`M${across.bar} ${y - high / 2}h${across.barWidth}v${high}h${-across.barWidth}Z`, { stroke: ink.rule, alpha });
  }

  function oneRow(pen, view, row) {
    const { across, ink, model } = view;
    const node = view.rows[row];
    const y = middle(view, row);
    const x = glyphAt(view, model.depth[node]);
    const alpha = view.isContext(node) ? GREY : 1;
    const branch = view.hasBelow(node);
    if (node === view.hovered || node === view.chosen) {
      pen.path(`M0 ${y - across.row / 2}H${across.width}V${y + across.row / 2}H0Z`, { fill: ink.band });
    }
    const r = Math.max(1.2, Math.min(view.radiusOf(node), across.row * 0.46));
    if (branch && !view.open[node]) pen.path(outline("dot", x, y, r + 2.2), { stroke: ink.soft, alpha });
    const edge = view.tops.has(node) ? { stroke: ink.top, width: 2.2 } : { stroke: ink.edge, width: 0.8 };
    pen.path(outline(view.shapeOf(node), x, y, r), { fill: view.colourOf(node) || ink.paper, alpha, ...edge });
    if (across.row >= BARE || node === view.hovered || node === view.chosen) {
      if (branch) {
        const t = across.row >= BARE ? 3.4 : 2;
        const at = x - r - 8;
        const d = view.open[node] ? `M${at - t} ${y - t / 2}h${2 * t}l${-t} ${1.6 * t}Z` : `M${at - t / 2} ${y - t}v${2 * t}l${1.6 * t} ${-t}Z`;
        pen.path(d, { fill: ink.soft, alpha });
        pen.text(view.countOf(node), across.count, y, { fill: ink.soft, align: "right", size: 11.5, alpha });
      }
      rowWords(pen, view, row, node, x + Math.max(r, 6) + 7, y, alpha);
    }
    if (branch && !view.open[node]) bar(pen, view, node, y, alpha);
    if (node === view.cursor) {
      pen.path(`M1 ${y - across.row / 2 + 1}H${across.ties - 4}V${y + across.row / 2 - 1}H1Z`, { stroke: ink.mark, width: 1.6, dashes: [4, 2] });
    }
  }

  // Ties between rows as arcs to the right, the wider the more ties they stand for.
  function arcs(pen, view) {
    const { across, bundles } = view;
    const most = Math.max(1, ...bundles.map((bundle) => bundle.count));
    const dense = bundles.length > 60;
    const span = Math.max(Math.min(view.rows.length, 80) * across.row, 1);
    const near = new Set([view.rowOf.get(view.chosen), view.rowOf.get(view.hovered)]);
    const touches = (bundle) => near.has(bundle.from) || near.has(bundle.to);
    const chosen = bundles.some(touches);
    for (const bundle of bundles) {
      const [from, to] = [middle(view, bundle.from), middle(view, bundle.to)];
      if (Math.max(from, to) < -5 || Math.min(from, to) > view.height + 5) continue;
      const layer = view.layers[bundle.layer];
      const x = across.ties + 4 + bundle.layer * 2;
      const touched = touches(bundle);
      const share = Math.sqrt((bundle.count - 1) / Math.max(most - 1, 1));
      const alpha = touched ? 1 : chosen ? 0.07 : dense ? 0.12 + 0.75 * share : 0.8;
      const far = Math.min(1, Math.abs(to - from) / span);
      const swing = (4 / 3) * Math.min(across.room, 10 + (across.room - 10) * far ** 0.7);
      const full = 4 * Math.min(1, across.room / 250);
      const width = 0.8 + full * Math.sqrt((bundle.count - 1) / Math.max(most - 1, 30)) + (touched ? 0.6 : 0);
      const d = `M${x} ${from}C${x + swing} ${from} ${x + swing} ${to} ${x} ${to}`;
      pen.path(d, { stroke: layer.colour, dashes: dense && !touched ? [] : layer.dashes, width, alpha });
      if (layer.directed) pen.path(`M${x - 4} ${to}l7 -3.4v6.8Z`, { fill: layer.colour, alpha });
      else pen.path(outline("dot", x, to, 1.8), { fill: layer.colour, alpha });
      if (!layer.directed) pen.path(outline("dot", x, from, 1.8), { fill: layer.colour, alpha });
    }
  }

  // Draw what stands between `view.top` and `view.top + view.height`.
  function draw(pen, view) {
    const first = Math.max(0, Math.floor(view.top / view.across.row) - 1);
    const last = Math.min(view.rows.length, Math.ceil((view.top + view.height) / view.across.row) + 1);
    pen.path(`M0 0H${view.across.width}V${view.height}H0Z`, { fill: view.ink.paper });
    if (first < last) branches(pen, view, first, last);
    for (let row = first; row < last; row += 1) oneRow(pen, view, row);
    arcs(pen, view);
  }

  return { canvasPen, columns, draw, glyphAt, svgPen };
})();
