/**
 * Offer digits to start with.
 *
 * data: {words, samples: [{name, title, source}]}; `source` is a data URL.
 * trigger: chosen = the name of a sample
 */

import {element, isNews} from "../shared/dom.mjs";

const views = new WeakMap();

export default function SampleGallery({parentElement, data, setTriggerValue}) {
  let view = views.get(parentElement);
  if (!view) views.set(parentElement, (view = mount(parentElement)));
  view.choose = (name) => setTriggerValue("chosen", name);
  if (isNews(view, data)) paint(view, data);
  return () => views.delete(parentElement);
}

function mount(parent) {
  const root = element("div", {className: "samples"});
  root.setAttribute("role", "group");
  parent.append(root);
  return {root};
}

function paint(view, {words, samples}) {
  view.root.ariaLabel = words.samples;
  view.root.replaceChildren(
    ...samples.map(({name, title, source}) =>
      element(
        "button",
        {type: "button", title, ariaLabel: title, onclick: () => view.choose(name)},
        element("img", {src: source, alt: "", width: 44, height: 44}),
      ),
    ),
  );
}
