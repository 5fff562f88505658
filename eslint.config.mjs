/** What a module of the browser may look like; tests may be longer, for they list cases. */

import globals from "globals";

export default [
  {ignores: ["node_modules/", ".*/"]},
  {
    files: ["**/*.mjs"],
    linterOptions: {reportUnusedDisableDirectives: "error"},
    rules: {
      complexity: ["error", 12],
      eqeqeq: "error",
      "max-depth": ["error", 4],
      "max-lines": ["error", {max: 400, skipBlankLines: false, skipComments: false}],
      "max-lines-per-function": ["error", {max: 60, skipBlankLines: false, skipComments: false}],
      "max-params": ["error", 6],
      "no-restricted-properties": [
        "error",
        {property: "innerHTML", message: "Data goes in as text: element() and textContent."},
        {property: "outerHTML", message: "Data goes in as text: element() and textContent."},
        {property: "insertAdjacentHTML", message: "Data goes in as text."},
      ],
      "no-shadow": "error",
      "no-undef": "error",
      "no-unused-vars": ["error", {argsIgnorePattern: "^_", ignoreRestSiblings: true}],
      "no-var": "error",
      "prefer-const": ["error", {destructuring: "all"}],
    },
  },
  {
    // Functions that stand in for compiled ones: WebAssembly takes numbers and nothing else.
    files: ["assets/components/shared/engine/products.mjs"],
    rules: {"max-depth": "off", "max-lines-per-function": ["error", 70], "max-params": "off"},
  },
  {files: ["assets/**/*.mjs"], languageOptions: {globals: globals.browser}},
  {
    // WebKit and Firefox lose the click on a button whose text is written while it is pressed.
    files: ["assets/**/*.mjs"],
    ignores: ["assets/components/shared/dom.mjs"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector: "AssignmentExpression[left.property.name=/^(textContent|innerText)$/]",
          message: "Text is written only where it differs: setText() of shared/dom.mjs.",
        },
      ],
    },
  },
  {files: ["tests/**/*.mjs", "*.mjs"], languageOptions: {globals: globals.node}},
];
