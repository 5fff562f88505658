/** Numbers and sentences as people read them. */

/** Fill the braces of a sentence: fill("{n} maps", {n: 16}) is "16 maps". */
export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (brace, name) => values[name] ?? brace);
}

/** Write a number as people read it: 0 to 3 significant decimals, a true minus sign. */
export function readable(value) {
  if (value === 0) return "0";
  const size = Math.abs(value);
  const text =
    size >= 100 ? value.toFixed(0) : size >= 0.1 ? value.toFixed(2) : value.toPrecision(2);
  return text.replaceAll("-", "−");
}

/** Write a probability as a percentage that never claims 100 or 0 by rounding. */
export function percent(probability) {
  if (probability === 0 || probability === 1) return `${100 * probability}%`;
  if (probability > 0.999) return "> 99.9%";
  if (probability < 0.001) return "< 0.1%";
  return `${(100 * probability).toFixed(1)}%`;
}

/** Write a count with its thousands apart: "62,500". */
export function counted(count) {
  return Math.round(count).toLocaleString("en-US");
}
