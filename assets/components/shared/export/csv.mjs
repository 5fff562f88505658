/** Tensors as tables: nothing is rounded. */

/** Write rows as CSV (RFC 4180): the first is the heading. Float32 keeps its nine digits. */
export function csv(rows) {
  const cell = (value) => {
    const text = String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return rows.map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}

/** List a tensor's cells for `csv`: one row each, its indices and then its value. */
export function tensorRows({shape, values}, names) {
  const rows = [[...names.slice(0, shape.length), "value"]];
  for (let i = 0; i < values.length; i++) {
    const index = [];
    for (let axis = shape.length - 1, rest = i; axis >= 0; axis--) {
      index.unshift(rest % shape[axis]);
      rest = Math.floor(rest / shape[axis]);
    }
    rows.push([...index, float32Text(values[i])]);
  }
  return rows;
}

/** Write a float32 with as few digits as bring it back. */
export function float32Text(value) {
  for (let digits = 6; digits < 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return String(Number(text));
  }
  return String(Number(value.toPrecision(9)));
}
