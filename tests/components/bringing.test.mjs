import assert from "node:assert/strict";
import {test} from "node:test";

import {failureOf} from "../../assets/components/shared/bringing/camera.mjs";
import {bytesOf} from "../../assets/components/shared/verdicts.mjs";

test("each reason why there is no camera has a word, an unknown one too", () => {
  assert.equal(failureOf({name: "NotAllowedError"}), "camera_refused");
  assert.equal(failureOf({name: "NotFoundError"}), "camera_missing");
  assert.equal(failureOf({name: "NotReadableError"}), "camera_busy");
  assert.equal(failureOf({name: "SomeOtherError"}), "camera_failed");
  assert.equal(failureOf(undefined), "camera_failed");
});

test("ink is saved as white on black, opaque", () => {
  assert.deepEqual(
    [...bytesOf(Float32Array.of(0, 1, 0.5), 1)],
    [0, 0, 0, 255, 255, 255, 255, 255, 128, 128, 128, 255],
  );
});
