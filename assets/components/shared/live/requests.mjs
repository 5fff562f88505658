/** Requests to the routes beside the pages, and how they fail. */

const NO_MORE = 204; // what was asked for was there once; a 404 would be an error in the console

/** A request that failed; its message is the server's sentence, or "" where it was not reached. */
export class RequestError extends Error {
  /**
   * @param {string} sentence
   * @param {boolean} passing whether the same request may succeed later
   */
  constructor(sentence, passing) {
    super(sentence);
    this.passing = passing;
  }
}

/** Return the address of something beside the pages, wherever the app is mounted. */
export function beside(path) {
  return new URL(path, document.baseURI).href;
}

/**
 * Get something beside the pages; rejects with a RequestError.
 *
 * @param {...(string | number)} parts of the path below /live
 * @returns {Promise<Response>}
 */
export async function get(...parts) {
  const response = await ask(parts);
  if (response.status === NO_MORE) throw new RequestError("", false);
  return response;
}

/**
 * Send JSON to something beside the pages; rejects with a RequestError.
 *
 * @param {any} content
 * @param {...(string | number)} parts of the path below /live
 * @returns {Promise<Response>}
 */
export async function post(content, ...parts) {
  const headers = {"content-type": "application/json"};
  return ask(parts, {method: "POST", body: JSON.stringify(content), headers});
}

async function ask(parts, options = {}) {
  let response;
  try {
    response = await fetch(beside(["live", ...parts.map(encodeURIComponent)].join("/")), options);
  } catch {
    throw new RequestError("", true);
  }
  if (response.ok) return response;
  const passing = response.status === 429 || response.status >= 500;
  throw new RequestError(await sentenceOf(response), passing);
}

async function sentenceOf(response) {
  try {
    return (await response.json()).error ?? "";
  } catch {
    return ""; // a proxy's page, not ours
  }
}
