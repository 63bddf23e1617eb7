"use strict";
// What can be taken away from the picture of nodes and ties: a table and two pictures of what is drawn.
const orgnetNodeFiles = ({ data, face, gaps, cuts, picture, network, isOff, isChain, lookOfEdge, layerOf, order, radius, tops, now }) => {
  const say = data.say;
  const { make } = orgnetPage;
  const drawnNodes = () => data.nodes.filter((node) => !isOff(node));

  function table() {
    const head = [say.id, say.name, say.kind, say.gap, say.cut, ...data.fields];
    const lines = drawnNodes().map(({ id }) => {
      const known = new Map(data.facts[id]);
      return [data.ids[id], data.names[id], data.kinds[id], gaps.get(id) || "", cuts.has(id) ? cuts.get(id) : "", ...data.fields.map((_, k) => known.get(k))];
    });
    return orgnetPage.csv([head, ...lines]);
  }

  function asCanvas() {
    const from = picture.querySelector("canvas");
    const sheet = make("canvas");
    [sheet.width, sheet.height] = [from.width, from.height];
    const context = sheet.getContext("2d");
    context.fillStyle = now().ink.paper;
    context.fillRect(0, 0, sheet.width, sheet.height);
    context.drawImage(from, 0, 0);
    return sheet;
  }

  function asSvg() {
    const { svg } = orgnetPage;
    const spots = network.getPositions();
    const nodesDrawn = drawnNodes();
    const [xs, ys] = [nodesDrawn.map(({ id }) => spots[id].x), nodesDrawn.map(({ id }) => spots[id].y)];
    const [left, top] = [Math.min(...xs, 0) - 80, Math.min(...ys, 0) - 40];
    const [width, height] = [Math.max(...xs, 0) - left + 80, Math.max(...ys, 0) - top + 60];
    const root = svg("svg", { width, height, viewBox: [left, top, width, height].join(" "), "font-family": face, "font-size": 12 });
    root.append(svg("rect", { x: left, y: top, width, height, fill: now().ink.paper }));
    for (const edge of data.edges) {
      const look = lookOfEdge(edge);
      if (look.hidden) continue;
      const layer = layerOf.get(edge.layer);
      const [a, b] = [spots[edge.from], spots[edge.to]];
      const bend = isChain(edge.layer) ? 0 : 0.1 + 0.03 * order.get(edge.layer);
      const middle = [(a.x + b.x) / 2 + bend * (b.y - a.y), (a.y + b.y) / 2 - bend * (b.x - a.x)];
      root.append(svg("path", {
        d: `M${a.x} ${a.y}Q${middle.join(" ")} ${b.x} ${b.y}`, fill: "none", stroke: layer.colour, "stroke-width": edge.width,
        "stroke-opacity": look.color.opacity, "stroke-dasharray": layer.dashes.join(" "),
      }));
    }
    const labelled = new Set(now().drawnLabels);
    for (const node of nodesDrawn) {
      const { x, y } = spots[node.id];
      const r = radius(node);
      root.append(svg("path", { d: orgnetPage.outline(node.shape, x, y, r), fill: node.color, stroke: tops.has(node.id) ? now().ink.top : now().ink.edge, "stroke-width": tops.has(node.id) ? 3 : 1 }));
      if (labelled.has(node.id)) root.append(svg("text", { x, y: y + r + 13, fill: now().ink.text, "text-anchor": "middle" }, data.labels[node.id]));
    }
    return root;
  }

  return { asCanvas, asSvg, table };
};
