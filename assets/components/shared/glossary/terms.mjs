/**
 * The terms of the field in the visitor's language: the page hands them over once, for all
 * components.
 *
 * @typedef {{name: string, text: string}} Term its name, and what it means in two sentences
 *
 * @typedef {object} Glossary
 * @property {Record<string, Term>} terms by their keys: "convolution"
 * @property {Record<string, any>} words what is said around them
 */

/** @type {Glossary} */
let glossary = {terms: {}, words: {}};
/** @type {Set<WeakRef<() => void>>} whoever is gone from the page is forgotten */
const listeners = new Set();

/** @param {Glossary} newest */
export function setGlossary(newest) {
  glossary = newest;
  for (const reference of listeners) {
    const listener = reference.deref();
    if (listener) listener();
    else listeners.delete(reference);
  }
}

/** Return the words around the terms. */
export const glossaryWords = () => glossary.words;

/**
 * Return a term; before the glossary has come, one without a text.
 *
 * @param {string} key
 * @returns {Term}
 */
export const termOf = (key) => glossary.terms[key] ?? {name: key, text: ""};

/**
 * Call `listener` whenever the glossary comes in a language; only as long as somebody else keeps it.
 *
 * @param {() => void} listener
 */
export function onGlossary(listener) {
  listeners.add(new WeakRef(listener));
}
