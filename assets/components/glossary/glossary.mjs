/**
 * Hand the glossary to whatever explains a term on this page.
 *
 * data: {words, terms: {key: {name, text}}}; shows nothing.
 */

import {setGlossary} from "../shared/glossary/terms.mjs";

export default function Glossary({data}) {
  setGlossary(data);
}
