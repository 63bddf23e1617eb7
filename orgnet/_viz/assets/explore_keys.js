"use strict";
// Keys on the picture of nodes: arrows go to the nearest unit that way, + and - zoom, 0 shows all, / searches, Escape clears.
const orgnetNodeKeys = ({ data, picture, network, isOff, chosen, choose, fit }) => {
  const WIDE = 2; // a unit that far aside counts as this much further away

  function nearest(dx, dy) {
    const spots = network.getPositions();
    const shown = data.nodes.filter((node) => !isOff(node) && node.id in spots);
    if (chosen() === null) return shown.length ? (data.top.length ? data.top[0] : shown[0].id) : null;
    const from = spots[chosen()];
    let [best, least] = [null, Infinity];
    for (const { id } of shown) {
      const [x, y] = [spots[id].x - from.x, spots[id].y - from.y];
      const along = x * dx + y * dy;
      const aside = Math.abs(x * dy - y * dx);
      const cost = along + WIDE * aside;
      if (along > 1 && aside <= 1.2 * along && cost < least) [best, least] = [id, cost];
    }
    return best;
  }

  function go(dx, dy) {
    const id = nearest(dx, dy);
    if (id !== null) choose(id, true);
  }

  const zoom = (factor) => network.moveTo({ scale: network.getScale() * factor, animation: false });
  const keys = {
    ArrowLeft: () => go(-1, 0),
    ArrowRight: () => go(1, 0),
    ArrowUp: () => go(0, -1),
    ArrowDown: () => go(0, 1),
    "+": () => zoom(1.25),
    "-": () => zoom(0.8),
    0: fit,
    "/": () => document.getElementById("search").focus(),
    Escape: () => choose(null, false),
  };
  picture.addEventListener("keydown", (event) => {
    if (!Object.hasOwn(keys, event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    keys[event.key]();
  });
};
