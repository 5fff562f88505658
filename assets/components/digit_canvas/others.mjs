/** Says which other digits there are, at the foot of the paper: of a page, or drawn beside. */

import {element, setText} from "../shared/dom.mjs";
import {fill, percent} from "../shared/format.mjs";
import {contentOf} from "./editor.mjs";

/**
 * Build the bar.
 *
 * @param {object} told
 * @param {() => void} told.page the page of numbers is asked for
 * @param {(number: number) => void} told.chosen gets which of the drawn digits
 */
export function othersBar({page, chosen}) {
  const sentence = element("p");
  sentence.setAttribute("role", "status");
  const all = element("button", {type: "button", className: "all", onclick: page});
  const digits = element("div", {className: "parts"});
  digits.setAttribute("role", "group");
  const root = element("div", {className: "others", hidden: true}, sentence, all, digits);

  function showDrawn(parts, place, words) {
    setText(sentence, fill(words.several, {count: parts.length}));
    digits.ariaLabel = sentence.textContent;
    while (digits.children.length > parts.length) digits.lastChild.remove();
    while (digits.children.length < parts.length) {
      const number = digits.children.length;
      digits.append(element("button", {type: "button", onclick: () => chosen(number)}));
    }
    parts.forEach(({isSure, label, probability}, number) => {
      const button = digits.children[number];
      setText(button, isSure ? String(label) : "?");
      button.ariaPressed = String(number === place);
      button.ariaLabel = fill(isSure ? words.several_one : words.several_unsure, {
        digit: label,
        place: number + 1,
        probability: percent(probability),
      });
      button.title = button.ariaLabel;
    });
  }

  return {
    root,
    /**
     * @param {object} shown
     * @param {{sentence: string, all: string} | null} shown.page that the picture is of
     * @param {{isSure: boolean, label: number | null, probability: number}[]} shown.parts of the drawing
     * @param {number} shown.place the part that is looked at
     * @param {Record<string, string>} shown.words
     */
    show({page: sheet, parts, place, words}) {
      root.hidden = !sheet && !parts.length;
      all.hidden = !sheet;
      digits.hidden = !parts.length;
      if (sheet) {
        setText(sentence, sheet.sentence);
        setText(all, sheet.all);
      } else if (parts.length) showDrawn(parts, place, words);
    },
  };
}

/** Look at another digit of the drawing. */
export function lookAt({several, editor}, number) {
  several.choose(number);
  editor.changed();
  editor.finished();
}

/** Say which other digits there are: of the page that the picture is of, or drawn beside. */
export function paintOthers({editor, several, others, page, words}) {
  const {strokes, picture} = contentOf(editor);
  others.show({
    page: picture && page?.picture === picture.id ? page : null,
    parts: several.parts,
    place: several.parts.length ? several.place(strokes) : 0,
    words,
  });
}
