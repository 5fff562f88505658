/**
 * Tiles of one size in rows: where each lies, which one is under the pointer, how many fit.
 *
 * @typedef {object} Grid lengths are in whatever unit its maker counts in
 * @property {number} count how many tiles there are
 * @property {number} columns how many stand in a row
 * @property {number} tileWidth
 * @property {number} tileHeight
 * @property {number} gap between two tiles
 * @property {number} width of the whole
 * @property {number} height of the whole
 */

const TILE = 56; // CSS pixels that a map measures where many stand beside each other
const LARGEST = 88; // CSS pixels that a map grows to where few do
const GAP = 5; // CSS pixels between two maps

/**
 * Measure a grid.
 *
 * @param {{count: number, columns: number, tileWidth: number, tileHeight: number, gap: number}} tiles
 * @returns {Grid}
 */
export function gridOfTiles({count, columns, tileWidth, tileHeight, gap}) {
  const rows = Math.ceil(count / columns);
  return {
    count,
    columns,
    tileWidth,
    tileHeight,
    gap,
    width: columns * (tileWidth + gap) - gap,
    height: rows * (tileHeight + gap) - gap,
  };
}

/**
 * Find where a tile begins.
 *
 * @param {Grid} grid
 * @param {number} index
 */
export function tilePlace({columns, tileWidth, tileHeight, gap}, index) {
  return {
    left: (index % columns) * (tileWidth + gap),
    top: Math.floor(index / columns) * (tileHeight + gap),
  };
}

/**
 * Find the tile at (x, y), and the place in it: {index, x, y}, or null between and beside them.
 *
 * @param {Grid} grid
 * @param {number} x
 * @param {number} y
 */
export function tileUnder(grid, x, y) {
  const {columns, tileWidth, tileHeight, gap, count} = grid;
  const column = Math.floor(x / (tileWidth + gap));
  const row = Math.floor(y / (tileHeight + gap));
  const index = row * columns + column;
  if (column < 0 || row < 0 || column >= columns || index >= count) return null;
  const {left, top} = tilePlace(grid, index);
  if (x - left >= tileWidth || y - top >= tileHeight) return null;
  return {index, x: x - left, y: y - top};
}

/**
 * Choose how many tiles stand in a row: full rows where that needs no more than double.
 *
 * @param {number} count
 * @param {number} most that fit into a row
 */
export function evenColumns(count, most) {
  for (let columns = Math.min(count, most); columns > most / 2; columns--) {
    if (count % columns === 0) return columns;
  }
  return Math.ceil(count / Math.ceil(count / most));
}

/**
 * Lay out `count` maps of `width` × `height` cells in `space` CSS pixels, in device pixels.
 *
 * @param {object} maps
 * @param {number} maps.count
 * @param {number} maps.width
 * @param {number} maps.height
 * @param {number} maps.space
 * @param {number} maps.ratio device pixels of a CSS pixel
 * @param {number} [maps.tile] CSS pixels that a map is to measure where there are many
 * @returns {Grid & {zoom: number}} with the device pixels of a cell
 */
export function mapGrid({count, width, height, space, ratio, tile = TILE}) {
  const gap = Math.round(GAP * ratio);
  const side = Math.max(width, height);
  const zoomTo = (pixels) => Math.max(1, Math.floor(pixels / side));
  const small = zoomTo(tile * ratio);
  const most = Math.max(1, Math.floor((space * ratio + gap) / (small * width + gap)));
  const columns = evenColumns(count, most);
  const room = (space * ratio + gap) / columns - gap;
  const zoom = Math.max(small, zoomTo(Math.min(room, LARGEST * ratio)));
  const tiles = {count, columns, tileWidth: zoom * width, tileHeight: zoom * height, gap};
  return {...gridOfTiles(tiles), zoom};
}

/**
 * Find which map and cell lies at a place in device pixels: {channel, row, column} or null.
 *
 * @param {number[]} place
 * @param {Grid & {zoom: number}} grid
 */
export function cellUnder([x, y], grid) {
  const tile = tileUnder(grid, x, y);
  if (!tile) return null;
  const [row, column] = [tile.y, tile.x].map((side) => Math.floor(side / grid.zoom));
  return {channel: tile.index, row, column};
}
