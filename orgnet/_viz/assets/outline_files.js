"use strict";
// What can be taken away: the rows that are drawn as a table and as a picture, and the page on paper.
(() => {
  const { make } = orgnetPage;
  const { data, face, kindOf, model, now, pen, picture, plain, redraw, state, unitsIn, view } = orgnetRows;
  const say = data.say;
  const MOST_PICTURE = 1000; // rows of a picture
  const LEAST_WIDTH = 800;
  const SHEET = 36; // rows of a sheet of paper

  function table() {
    const head = [say.level, say.id, say.name, say.kind, say.superior, say.below, ...model.columns.slice(1).map((column) => column.title)];
    const lines = Array.from(now.rows, (node) => {
      const unit = model.unit[node];
      const rest = model.columns.slice(1).map((column) => (unit < 0 ? "" : plain(column, unit)));
      const above = model.holder[node] < 0 ? "" : data.ids[model.holder[node]];
      return [model.depth[node] + 1, model.id(node), model.name(node), kindOf(node), above, unitsIn(node), ...rest];
    });
    return orgnetPage.csv([head, ...lines]);
  }

  // The whole picture, or where it is too long what the window shows: [view, width, height].
  function whole(width) {
    const all = now.rows.length <= MOST_PICTURE;
    const height = all ? now.rows.length * state.row + 12 : picture.clientHeight;
    const shape = orgnetDrawing.columns(width, state.row, now.deepest);
    return [{ ...view(shape, all ? 0 : picture.scrollTop, height), cursor: null, hovered: null }, width, height];
  }

  function asSvg() {
    const [what, width, height] = whole(Math.max(picture.clientWidth, LEAST_WIDTH));
    return drawnSvg(what, width, height);
  }

  function drawnSvg(what, width, height) {
    const root = orgnetPage.svg("svg", { width, height, viewBox: `0 0 ${width} ${height}` });
    orgnetDrawing.draw(orgnetDrawing.svgPen(root, face, pen()), what);
    return root;
  }

  function asCanvas() {
    const [what, width, height] = whole(Math.max(picture.clientWidth, LEAST_WIDTH));
    const ratio = Math.min(2, 16000 / height);
    const sheet = make("canvas");
    sheet.width = Math.round(width * ratio);
    sheet.height = Math.round(height * ratio);
    orgnetDrawing.draw(orgnetDrawing.canvasPen(sheet.getContext("2d"), ratio, face), what);
    return sheet;
  }

  // On paper: light, and in sheets so that no row is cut in two.
  window.addEventListener("beforeprint", () => {
    now.ink = orgnetPage.theme(false);
    const [from, to] = now.rows.length <= MOST_PICTURE ? [0, now.rows.length] : [Math.floor(picture.scrollTop / state.row), Math.ceil((picture.scrollTop + picture.clientHeight) / state.row)];
    const shape = orgnetDrawing.columns(1000, Math.max(state.row, 20), now.deepest);
    const sheets = [];
    for (let row = from; row < to; row += SHEET) {
      const height = Math.min(SHEET, to - row) * shape.row;
      sheets.push(drawnSvg({ ...view(shape, row * shape.row, height), cursor: null, hovered: null, chosen: null }, 1000, height));
    }
    document.getElementById("paper").replaceChildren(...sheets);
  });
  window.addEventListener("afterprint", () => {
    now.ink = orgnetPage.theme(orgnetPage.darkness.matches);
    document.getElementById("paper").replaceChildren();
    redraw();
  });

  orgnetPage.fileButtons(say, { asCanvas, asSvg, table });
  Object.assign(orgnetRows, { asCanvas, asSvg, table });
})();
