/** Where ink is in a picture, to find the place at which two digits that touch are parted. */

import {element} from "../shared/dom.mjs";

const DARK = 128; // of 255: what is darker is ink in the picture of the ink

/** Build what counts ink: {load, count}. */
export function inkCounter() {
  const canvas = element("canvas");
  const brush = canvas.getContext("2d", {willReadFrequently: true});

  return {
    /** Take the picture of the ink, black on white, as large as the photo from now on. */
    load(source, [width, height]) {
      const image = new Image();
      image.onload = () => {
        Object.assign(canvas, {width, height});
        brush.drawImage(image, 0, 0, width, height);
      };
      image.src = source;
    },

    /**
     * Count the ink in each column of a box.
     *
     * @param {import("./boxes.mjs").Box} box
     * @returns {number[]}
     */
    count([x, y, wide, high]) {
      const {data} = brush.getImageData(x, y, wide, high);
      const columns = new Array(wide).fill(0);
      for (let i = 0; i < wide * high; i++) if (data[4 * i] < DARK) columns[i % wide] += 1;
      return columns;
    },
  };
}
