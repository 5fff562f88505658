/**
 * Offer digits to start with.
 *
 * data: {words, samples: [{name, title, source}]}; `source` is a data URL.
 * trigger: chosen = the name of a sample
 */

import {element} from "../shared/dom.mjs";

export default function SampleGallery({parentElement, data, setTriggerValue}) {
  const root = parentElement.querySelector(".samples") ?? element("div", {className: "samples"});
  root.ariaLabel = data.words.samples;
  root.setAttribute("role", "group");
  root.replaceChildren(
    ...data.samples.map(({name, title, source}) =>
      element(
        "button",
        {type: "button", title, ariaLabel: title, onclick: () => setTriggerValue("chosen", name)},
        element("img", {src: source, alt: "", width: 44, height: 44}),
      ),
    ),
  );
  parentElement.append(root);
}
