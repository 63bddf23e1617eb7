"use strict";
// How nodes look and which are shown: colour and size by any column, the legend that filters, only one area.
const orgnetNodeLooks = (data, columns) => {
  const { say, lang, palette } = data;
  const [LEAST, MOST] = [6, 30]; // of a node sized by a column
  const given = data.nodes.map((node) => [node.color, node.size]);
  const state = { colour: "", size: "", only: null, off: new Set() }; // "" is as the page was made
  let classes = null;
  const area = data.area === null ? null : columns[data.area];

  function recolour(k) {
    state.colour = k;
    state.off.clear();
    classes = k === "" ? null : orgnetOutline.classes(columns[k], palette, say, (column, value) => orgnetOutline.show(column, value, lang));
    data.nodes.forEach((node) => { node.color = classes ? classes.colour(node.id) : given[node.id][0]; });
  }

  function resize(k) {
    state.size = k;
    const values = k === "" ? null : columns[k].values;
    const most = values ? values.reduce((high, value) => (value > high ? value : high), 0) : 0;
    data.nodes.forEach((node) => {
      const value = values ? values[node.id] : 0;
      node.size = values ? LEAST + (MOST - LEAST) * (value > 0 && most > 0 ? Math.sqrt(value / most) : 0) : given[node.id][1];
    });
  }

  // The lines of the legend, each with the test of what belongs to it.
  function legend() {
    if (!classes) {
      const belongs = (item) => (node) => (!item.colour || node.color === item.colour) && (!item.shape || node.shape === item.shape);
      const lines = (items) => items.map((item) => ({ ...item, belongs: belongs(item) }));
      const shapes = lines(data.legend.shapes);
      return { ...data.legend, items: [...lines(data.legend.items), ...shapes], apart: shapes.length };
    }
    const totals = classes.found.map(() => 0);
    classes.code.forEach((code) => { totals[code] += 1; });
    const items = classes.found.map((one, k) => ({ ...one, count: totals[k], belongs: (node) => classes.code[node.id] === k }));
    return { title: columns[state.colour].title, items: items.filter((item) => item.count), apart: 0 };
  }

  let items = legend().items;
  const isOff = (node) => [...state.off].some((k) => items[k].belongs(node)) || (state.only !== null && area.values[node.id] !== state.only);
  const areaOf = (id) => (area === null ? -1 : area.values[id]);
  const areaName = (k) => area.words[k];

  return {
    state, legend, isOff, areaOf, areaName, resize,
    recolour(k) {
      recolour(k);
      items = legend().items;
    },
  };
};
