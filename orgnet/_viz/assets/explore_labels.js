"use strict";
// Labels on the picture of nodes: as many as fit without touching, the most important first, at the same size at any zoom;
// and the rings that mark gaps and the units that others depend on.
const orgnetNodeLabels = ({ data, network, radius, tops, face, marks, gaps, cuts, now }) => {
  const SIZE = 12;
  const LINE = 14;
  const measured = new Map();
  const drawn = [];

  function wrapped(context, id, whole) {
    const key = (whole ? "w" : "s") + id;
    if (!measured.has(key)) {
      const text = whole ? data.names[id].slice(0, 80) : data.labels[id];
      let lines = [text];
      if (context.measureText(text).width > 96) {
        const letters = [...text];
        const middle = letters.length / 2;
        let cut = Math.ceil(middle);
        let gap = letters.length;
        letters.forEach((letter, i) => {
          if (letter === " " && Math.abs(i - middle) < gap && Math.abs(i - middle) < middle / 1.6) {
            gap = Math.abs(i - middle);
            cut = i;
          }
        });
        lines = [letters.slice(0, cut).join("").trim(), letters.slice(cut).join("").trim()];
      }
      measured.set(key, { lines, width: Math.max(...lines.map((line) => context.measureText(line).width)), height: lines.length * LINE });
    }
    return measured.get(key);
  }

  // A ring around a gap, a wider, dashed one around a unit that others depend on.
  function drawMarks(context, id, at, reach) {
    const rings = [];
    if (marks.has("gap") && gaps.has(id)) rings.push([now().ink.gap, 2.5, []]);
    if (marks.has("cut") && cuts.has(id)) rings.push([now().ink.cut, 5, [4, 2]]);
    for (const [colour, more, dashes] of rings) {
      context.beginPath();
      context.setLineDash(dashes);
      context.lineWidth = reach < 5 ? 1 : 1.6;
      context.strokeStyle = colour;
      context.arc(at.x, at.y, reach + Math.min(more, more * reach / 6), 0, 2 * Math.PI);
      context.stroke();
    }
    context.setLineDash([]);
    context.lineWidth = 3.5;
  }

  const within = (at, margin, end) => Math.max(margin, Math.min(end - margin, at));

  function drawLabels(context) {
    const canvas = context.canvas;
    const ratio = canvas.width / Math.max(canvas.clientWidth, 1);
    const scale = network.getScale();
    const spots = network.getPositions();
    const taken = orgnetPage.boxes(48);
    const seen = [];
    context.save();
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineJoin = "round";
    context.lineWidth = 3.5;
    for (const node of data.nodes) {
      if (!(node.id in spots)) continue; // hidden
      const at = network.canvasToDOM(spots[node.id]);
      const reach = radius(node) * scale;
      if (at.x < -60 || at.y < -40 || at.x > canvas.clientWidth + 60 || at.y > canvas.clientHeight + 40) continue;
      seen[node.id] = { at, reach };
      if (now().chosen === null || node.id === now().chosen || now().near.has(node.id)) drawMarks(context, node.id, at, reach);
      taken.add([at.x - reach, at.y - reach, at.x + reach, at.y + reach], node.id);
    }
    const middle = network.canvasToDOM({ x: 0, y: 0 });
    const first = [now().hovered, now().chosen, ...now().near].filter((id) => id !== null);
    const queue = new Set([...first, ...data.rank]);
    drawn.length = 0;
    for (const id of queue) {
      const spot = seen[id];
      if (!spot) continue;
      const must = id === now().hovered || id === now().chosen;
      if (!must && now().chosen !== null && !now().near.has(id)) continue;
      context.font = (tops.has(id) || must ? "600 " : "") + SIZE + "px " + face;
      const label = wrapped(context, id, must);
      const away = spot.reach + 3;
      const half = label.width / 2;
      const side = spot.at.x < middle.x ? -1 : 1;
      const tries = [
        [0, away + label.height / 2], [side * (away + half), 0], [-side * (away + half), 0], [0, -away - label.height / 2],
      ];
      for (const [dx, dy] of must ? tries.slice(0, 1) : tries) {
        const x = must ? within(spot.at.x + dx, half + 4, canvas.clientWidth) : spot.at.x + dx;
        const y = must ? within(spot.at.y + dy, label.height / 2 + 2, canvas.clientHeight) : spot.at.y + dy;
        const box = [x - half - 2, y - label.height / 2, x + half + 2, y + label.height / 2];
        const inside = box[0] >= 0 && box[1] >= 0 && box[2] <= canvas.clientWidth && box[3] <= canvas.clientHeight;
        if (!must && (!inside || !taken.free(box, id))) continue;
        taken.add(box, id);
        context.strokeStyle = now().ink.halo;
        context.fillStyle = now().ink.text;
        label.lines.forEach((line, i) => {
          const level = y - label.height / 2 + LINE * (i + 0.5);
          context.strokeText(line, x, level);
          context.fillText(line, x, level);
        });
        drawn.push(id);
        break;
      }
    }
    context.restore();
  }

  return { drawLabels, drawn };
};
