/** What is around the products of a group: the channel that they were read from, and their sum. */

import {element, setText} from "../../shared/dom.mjs";
import {decimal} from "./sums.mjs";

/** Build the frame around `content`, for cells of a kind; `show(group, at)` fills it, in place. */
export function groupFrame(kind, content) {
  const [name, sum] = [element("span"), element("b")];
  const parts = kind === "max" || kind === "min" ? [name] : [name, sum];
  const heading = element("h4", {}, ...parts);
  const root = element(
    "section",
    {className: "group", dataset: {testid: "group"}},
    heading,
    content,
  );
  return {
    root,
    show({layer, channel, subtotal, depthwise, pointwise}, {digits}) {
      setText(name, `${layer} · ${channel}`);
      if (root.dataset.channel !== String(channel)) Object.assign(root.dataset, {layer, channel});
      const scaled =
        pointwise === undefined
          ? ""
          : `${decimal(depthwise, digits)} × ${decimal(pointwise, digits)} = `;
      setText(sum, scaled + decimal(subtotal, digits));
    },
  };
}
