/**
 * Offer digits to start with.
 *
 * data: {words, samples: [{name, title, source}]}; `source` is a data URL.
 * trigger: chosen = the name of a sample
 */

import {mountOnce} from "../shared/component.mjs";
import {element} from "../shared/dom.mjs";

export default mountOnce({build, update});

function build() {
  const root = element("div", {className: "samples"});
  root.setAttribute("role", "group");
  return {root};
}

function update({root}, {data: {words, samples}, setTriggerValue}) {
  root.ariaLabel = words.samples;
  root.replaceChildren(
    ...samples.map(({name, title, source}) =>
      element(
        "button",
        {type: "button", title, ariaLabel: title, onclick: () => setTriggerValue("chosen", name)},
        element("img", {src: source, alt: "", width: 44, height: 44}),
      ),
    ),
  );
}
