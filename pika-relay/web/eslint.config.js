// The ordinary rules, and those that keep text from becoming markup.

import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: ["node_modules/", "protocol.d.ts"] },
  js.configs.recommended,
  {
    files: ["assets/js/**/*.js"],
    languageOptions: { ecmaVersion: 2022, sourceType: "module", globals: globals.browser },
  },
  { files: ["assets/sw.js"], languageOptions: { ecmaVersion: 2022, sourceType: "script", globals: globals.serviceworker } },
  { files: ["assets/js/theme.js"], languageOptions: { sourceType: "script" } },
  { files: ["tests/**/*.js", "tools/**/*.js", "*.js"], languageOptions: { ecmaVersion: 2024, sourceType: "module", globals: { ...globals.node, ...globals.browser } } },
  {
    rules: {
      curly: ["error", "multi-line"],
      eqeqeq: "error",
      "no-var": "error",
      "prefer-const": "error",
      "no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      // The build drops lines that begin as a comment: a literal over several lines could hold such a line.
      "no-restricted-syntax": [
        "error",
        { selector: "TemplateElement[value.raw=/\\n/]", message: "A template literal stays on one line." },
        { selector: "MemberExpression[property.name=/^(innerHTML|outerHTML|insertAdjacentHTML|write|writeln)$/][object.name=/document|element/]", message: "Text goes in as text, never as markup." },
        { selector: "AssignmentExpression[left.property.name=/^(innerHTML|outerHTML)$/]", message: "Text goes in as text, never as markup." },
      ],
    },
  },
];
