/** Tiles of one size in rows: how many stand in a row, how large, and where each lies. */

const TILE = 56; // CSS pixels that a map measures where many stand beside each other

const LARGEST = 88; // CSS pixels that a map grows to where few do

const GAP = 5; // CSS pixels between two maps

/** Lay out `count` maps of `width` × `height` cells in `space` CSS pixels, in device pixels. */
export function tileLayout({count, width, height, space, ratio, tile = TILE}) {
  const gap = Math.round(GAP * ratio);
  const side = Math.max(width, height);
  const zoomTo = (pixels) => Math.max(1, Math.floor(pixels / side));
  const small = zoomTo(tile * ratio);
  const most = Math.max(1, Math.floor((space * ratio + gap) / (small * width + gap)));
  const columns = columnsOf(count, most);
  const room = (space * ratio + gap) / columns - gap;
  const zoom = Math.max(small, zoomTo(Math.min(room, LARGEST * ratio)));
  const [tileWidth, tileHeight] = [zoom * width, zoom * height];
  return {
    zoom,
    columns,
    tileWidth,
    tileHeight,
    gap,
    width: columns * (tileWidth + gap) - gap,
    height: Math.ceil(count / columns) * (tileHeight + gap) - gap,
  };
}

/** Choose how many maps stand in a row: full rows where that needs no more than double. */
function columnsOf(count, most) {
  for (let columns = Math.min(count, most); columns > most / 2; columns--) {
    if (count % columns === 0) return columns;
  }
  return Math.ceil(count / Math.ceil(count / most));
}

/** Tell which map and cell lies at a place in device pixels: {channel, row, column} or null. */
export function cellUnder(place, {columns, tileWidth, tileHeight, gap, zoom}, count) {
  const [x, y] = place;
  const column = Math.floor(x / (tileWidth + gap));
  const row = Math.floor(y / (tileHeight + gap));
  const insideX = x - column * (tileWidth + gap);
  const insideY = y - row * (tileHeight + gap);
  const channel = row * columns + column;
  if (insideX < 0 || insideY < 0 || insideX >= tileWidth || insideY >= tileHeight) return null;
  if (column >= columns || channel >= count) return null;
  return {channel, row: Math.floor(insideY / zoom), column: Math.floor(insideX / zoom)};
}
