/** Tensors as files: CSV for a table, NPZ for NumPy. Nothing is compressed, nothing is rounded. */

const encoder = new TextEncoder();

/** Put the channels of an activation last, as Keras has them: {shape, values}. */
export function channelsLast({shape, values}) {
  if (shape.length === 1) return {shape, values};
  const channels = shape.at(-1);
  const size = values.length / channels;
  const turned = new Float32Array(values.length);
  for (let channel = 0; channel < channels; channel++) {
    for (let cell = 0; cell < size; cell++)
      turned[cell * channels + channel] = values[channel * size + cell];
  }
  return {shape, values: turned};
}

/** Write one float32 tensor as NumPy's format 1.0 (numpy.lib.format), rows last. */
export function npy({shape, values}) {
  const sides = shape.join(", ") + (shape.length === 1 ? "," : "");
  const head = `{'descr': '<f4', 'fortran_order': False, 'shape': (${sides}), }`;
  const text = head.padEnd(Math.ceil((head.length + 11) / 64) * 64 - 11) + "\n";
  const bytes = new Uint8Array(10 + text.length + 4 * values.length);
  bytes.set([0x93, ...encoder.encode("NUMPY"), 1, 0, text.length & 255, text.length >> 8]);
  bytes.set(encoder.encode(text), 10);
  const view = new DataView(bytes.buffer, 10 + text.length);
  values.forEach((value, i) => view.setFloat32(4 * i, value, true));
  return bytes;
}

/** Pack tensors as NPZ: `{name: {shape, values}}`. */
export function npz(tensors) {
  return zip(
    Object.entries(tensors).map(([name, tensor]) => ({name: `${name}.npy`, bytes: npy(tensor)})),
  );
}

/** Pack files as a ZIP archive, stored as they are (PKWARE APPNOTE 4.3). */
export function zip(files) {
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const {name, bytes} of files) {
    const title = encoder.encode(name);
    const facts = [
      [2, 20],
      [2, 0x800],
      [2, 0],
      [2, 0],
      [2, 0x21],
      [4, crc32(bytes)],
      [4, bytes.length],
      [4, bytes.length],
      [2, title.length],
      [2, 0],
    ];
    const local = join([numbers([[4, 0x04034b50], ...facts]), title, bytes]);
    directory.push(
      numbers([[4, 0x02014b50], [2, 20], ...facts, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]]),
      title,
    );
    parts.push(local);
    offset += local.length;
  }
  const central = join(directory);
  const end = numbers([
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, files.length],
    [2, files.length],
    [4, central.length],
    [4, offset],
    [2, 0],
  ]);
  return join([...parts, central, end]);
}

/** Compute the checksum of ZIP (CRC-32, ISO 3309). */
export function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) crc = (crc >>> 8) ^ CRC[(crc ^ byte) & 255];
  return ~crc >>> 0;
}

const CRC = Uint32Array.from({length: 256}, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

function numbers(fields) {
  const bytes = new Uint8Array(fields.reduce((sum, [size]) => sum + size, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [size, value] of fields) {
    if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += size;
  }
  return bytes;
}

function join(arrays) {
  const all = new Uint8Array(arrays.reduce((sum, each) => sum + each.length, 0));
  let at = 0;
  for (const each of arrays) {
    all.set(each, at);
    at += each.length;
  }
  return all;
}
