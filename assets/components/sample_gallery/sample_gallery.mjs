/**
 * Offer digits to start with.
 *
 * data: {label, sheet, samples: [{name, title}]}; see shared/samples.mjs
 * trigger: chosen = the name of a sample
 */

import {mountOnce} from "../shared/component.mjs";
import {sampleRow} from "../shared/samples.mjs";

export default mountOnce({build, update});

function build() {
  const view = {row: sampleRow((name) => view.choose(name))};
  view.root = view.row.root;
  return view;
}

function update(view, {data, setTriggerValue}) {
  view.choose = (name) => setTriggerValue("chosen", name);
  view.row.show(data);
}
