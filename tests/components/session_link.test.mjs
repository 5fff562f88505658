import assert from "node:assert/strict";
import {test} from "node:test";

import {sessionLink} from "../../assets/components/digit_canvas/session_link.mjs";

globalThis.document = {baseURI: "http://here/below/"};

const GONE = () => Response.json({error: "It is gone."}, {status: 404});
const TAKEN = () => new Response(null, {status: 204});

/** A link to a session whose mailbox answers when it is told to, and what came of it. */
function linked() {
  const self = {drawing: {revision: 0, strokes: [], picture: null}, told: [], left: [], asked: []};
  globalThis.fetch = (address, {body}) => {
    self.asked.push(address);
    self.left.push(JSON.parse(body).revision);
    return new Promise((resolve) => (self.answer = (answer) => resolve(answer())));
  };
  self.link = sessionLink(
    () => self.drawing,
    ({revision}) => self.told.push(revision),
  );
  self.link.use("here");
  self.draw = () => {
    self.drawing = {...self.drawing, revision: self.drawing.revision + 1};
    self.link.changed();
  };
  self.until = async (condition) => {
    while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  self.answered = async (answer) => {
    self.answer(answer);
    await new Promise((resolve) => setTimeout(resolve, 20));
  };
  return self;
}

test("a lifted pen leaves the drawing in the mailbox, and no script is run", async () => {
  const self = linked();
  self.draw();
  await self.until(() => self.left.length);
  await self.answered(TAKEN);
  self.link.settle();
  assert.deepEqual(self.asked, ["http://here/below/live/drawings/here"]);
  assert.deepEqual([self.left, self.told], [[1], []]);
});

test("what follows before the drawing has arrived finds it: it goes ahead over the other connection", async () => {
  const self = linked();
  self.draw();
  self.link.settle();
  assert.deepEqual(self.told, [1], "not even sent");
  self.draw();
  await self.until(() => self.left.length);
  self.link.settle();
  self.link.settle();
  assert.deepEqual(self.told, [1, 2], "under way, and told once");
});

test("a drawing that is changed while its forerunner is under way is not taken for arrived", async () => {
  const self = linked();
  self.draw();
  await self.until(() => self.left.length);
  self.draw();
  await self.answered(TAKEN);
  self.link.settle();
  assert.deepEqual(self.told, [2]);
});

test("of many lifts while one is under way the last one follows", async () => {
  const self = linked();
  self.draw();
  for (let i = 0; i < 20; i++) self.draw();
  await self.answered(TAKEN);
  await self.answered(TAKEN);
  assert.deepEqual([self.left, self.told], [[1, 21], []]);
});

test("while the next stroke is drawn nothing is sent again", async () => {
  const self = linked();
  self.draw();
  await self.until(() => self.left.length);
  self.drawing = {...self.drawing, revision: 9}; // the pen is down
  await self.answered(TAKEN);
  self.link.settle();
  assert.deepEqual([self.left, self.told], [[1], []]);
});

test("before there is a session nothing is sent", () => {
  const self = linked();
  self.link.use("");
  self.draw();
  self.link.settle();
  assert.deepEqual([self.left, self.told], [[], []]);
});

test("where the mailbox is gone or out of reach the drawing goes the other way", async () => {
  const self = linked();
  for (const refused of [GONE, () => Promise.reject(new TypeError("Failed to fetch"))]) {
    const before = self.left.length;
    self.draw();
    await self.until(() => self.left.length > before);
    await self.answered(refused);
  }
  assert.deepEqual(self.told, [1, 2]);
});

test("another session has another mailbox, and says so once", () => {
  const {link} = linked();
  assert.deepEqual([link.use("here"), link.use("there"), link.use("there")], [false, true, false]);
});
