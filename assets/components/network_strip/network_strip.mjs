/**
 * Networks at a glance, one below the other: each layer as large as what it answers.
 *
 * data: {networks: [{title, facts, layers: [{title, look, shape}]}]}, with what
 *   silhouette.mjs draws as `look`
 */

import {mountOnce} from "../shared/component.mjs";
import {element} from "../shared/dom.mjs";
import {silhouette} from "../shared/silhouette.mjs";

export default mountOnce({build, update});

function build() {
  return {root: element("ul")};
}

function update({root}, {data}) {
  root.replaceChildren(
    ...data.networks.map(({title, facts, layers}) =>
      element(
        "li",
        {},
        element("span", {className: "title"}, title),
        element("span", {className: "facts"}, facts),
        strip(layers),
      ),
    ),
  );
}

function strip(layers) {
  const drawn = element("span", {className: "layers"}, ...layers.map(layerOf));
  drawn.setAttribute("role", "img");
  drawn.ariaLabel = layers.map(({title}) => title).join(", ");
  return drawn;
}

function layerOf({title, look, shape}) {
  return element("span", {title, className: "layer"}, silhouette(look, shape));
}
