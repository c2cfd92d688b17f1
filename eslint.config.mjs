import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

// The table of layers is shared with test/arch/layers.test.ts, which also follows dynamic imports and finds cycles.
const { owned, layers } = JSON.parse(readFileSync(new URL('test/arch/layers.json', import.meta.url), 'utf8'));

const escape = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
const anyOf = (names) => `(?:${names.map(escape).join('|')})`;

const extension = { regex: '^\\.{1,2}/.*\\.[cm]?[jt]sx?$', message: 'Imports carry no file extension.' };
const exact = (patterns) => patterns.map((pattern) => ({ ...pattern, caseSensitive: true }));

/** The patterns of no-restricted-imports that keep `layer` to its row of the table. */
function patternsFor(layer) {
  const { may, packages } = layers[layer];
  const up = layer === 'extension' ? '^\\./' : layer === 'webview' ? '^(?:\\.\\./)+src/' : '^(?:\\.\\./)+';
  const patterns = [{ regex: '^(?:\\.\\./)+test(?:/|$)', message: 'Nothing that ships knows of test/.' }, extension];
  if (layer !== 'webview') patterns.push({ regex: '^(?:\\.\\./)+webview/', message: 'Nothing imports webview/.' });
  for (const other of Object.keys(layers)) {
    if (other === layer || other === 'webview' || may.includes(other)) continue;
    const parts = may.filter((name) => name.startsWith(`${other}/`)).map((name) => name.slice(other.length + 1));
    const rest = parts.length > 0 ? `/(?!${anyOf(parts)}(?:/|$))` : '(?:/|$)';
    patterns.push({ regex: `${up}${other}${rest}`, message: `${layer} may not import this part of ${other}.` });
  }
  for (const name of owned.filter((name) => !packages.includes(name))) {
    patterns.push({ regex: `^${escape(name)}(?:/|$)`, message: `${name} is not for ${layer}.` });
  }
  if (!packages.includes('*')) {
    patterns.push({ regex: `^(?!\\.{1,2}(?:/|$)|${anyOf(packages)}(?:/|$))`, message: `${layer} is pure.` });
  } else if (!packages.includes('node:*')) {
    const builtin = `^(?:node:|${anyOf(builtinModules)}$)`;
    patterns.push({ regex: builtin, message: `${layer} does not run on Node.` });
  }
  return patterns;
}

function layerConfig(layer) {
  const places = { extension: 'src/extension.ts', webview: 'webview/**/*.{ts,tsx}' };
  return {
    files: [places[layer] ?? `src/${layer}/**/*.{ts,tsx}`],
    rules: { 'no-restricted-imports': ['error', { patterns: exact(patternsFor(layer)) }] },
  };
}

const zodImport = {
  selector:
    "ImportDeclaration[importKind='value'][source.value='zod'] > :matches(ImportSpecifier[importKind='value'], ImportDefaultSpecifier)",
  message: "Write `import * as z from 'zod'`: it bundles to a third.",
};
const barrel = { selector: 'ExportAllDeclaration', message: 'No barrels: import from the file that declares it.' };
const defaultExport = { selector: 'ExportDefaultDeclaration', message: 'Exports have names.' };
const clock = 'The core is pure: time and ids arrive in facts and arguments.';
const impureSyntax = [
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: clock },
  { selector: "CallExpression[callee.name='Date']", message: clock },
];
const impureGlobals = [
  ...['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'clearImmediate'],
  ...['queueMicrotask', 'process', 'console', 'performance', 'crypto', 'fetch', 'Buffer', 'globalThis', 'window'],
].map((name) => ({ name, message: clock }));

export default defineConfig(
  globalIgnores(['dist/', '.cache/', 'test/artefacts/', 'coverage/', '.vscode-test/']),
  {
    linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' },
    rules: { eqeqeq: 'error', 'no-var': 'error', 'prefer-const': 'error', 'object-shorthand': 'error' },
  },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/ban-ts-comment': [
        'error',
        { 'ts-ignore': true, 'ts-nocheck': true, 'ts-check': false, 'ts-expect-error': 'allow-with-description' },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      'no-console': 'error',
      'no-restricted-syntax': ['error', zodImport, barrel, defaultExport],
    },
  },
  {
    files: ['{src,webview,test}/**/*.{ts,tsx,mjs}'],
    rules: { 'max-lines': ['error', { max: 400, skipBlankLines: false, skipComments: false }] },
  },
  ...Object.keys(layers).map(layerConfig),
  {
    files: ['src/core/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', ...impureGlobals],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: clock },
        { object: 'Math', property: 'random', message: clock },
      ],
      'no-restricted-syntax': ['error', zodImport, barrel, defaultExport, ...impureSyntax],
    },
  },
  {
    // OpenCode takes a plugin module's default export too.
    files: ['src/bridge/plugin.ts'],
    rules: { 'no-restricted-syntax': ['error', zodImport, barrel] },
  },
  {
    files: ['src/cli/**/*.ts', 'test/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['test/**/*.{ts,tsx}'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      'no-restricted-imports': ['error', { patterns: exact([extension]) }],
    },
  },
);
