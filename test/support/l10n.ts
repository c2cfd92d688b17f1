/**
 * Which strings the editor’s side shows through l10n. `npx tsx test/support/l10n.ts` writes them into the bundle that
 * translators start from; test/unit/manifest.test.ts holds the bundle to the sources.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { root } from './scratch';

/** The bundle of English strings. */
export const bundleFile = path.join(root, 'media', 'l10n', 'bundle.l10n.json');

/** The strings of all `l10n.t('…')` in src/vscode and `t('…')` in webview, sorted; `faults` are calls without a plain string. */
export function stringsUsed(): { strings: string[]; faults: string[] } {
  const strings = new Set<string>();
  const faults: string[] = [];
  for (const file of [...sources('src/vscode'), ...sources('webview')]) {
    const text = readFileSync(path.join(root, file), 'utf8');
    const kind = file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, false, kind);
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node) && isTranslation(node.expression, file)) {
        const [first] = node.arguments;
        if (first && ts.isStringLiteralLike(first)) strings.add(first.text);
        else faults.push(`${file}: ${text.slice(node.pos, node.end).trim().slice(0, 80)}`);
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return { strings: [...strings].sort(), faults };
}

function isTranslation(callee: ts.Expression, file: string): boolean {
  if (ts.isIdentifier(callee)) return callee.text === 't' && file.startsWith('webview/');
  if (!ts.isPropertyAccessExpression(callee) || callee.name.text !== 't') return false;
  const { expression } = callee;
  if (ts.isPropertyAccessExpression(expression)) return expression.name.text === 'l10n';
  return ts.isIdentifier(expression) && expression.text === 'l10n';
}

function sources(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { strings, faults } = stringsUsed();
  for (const fault of faults) console.error(`no plain string: ${fault}`);
  writeFileSync(
    bundleFile,
    `${JSON.stringify(Object.fromEntries(strings.map((text) => [text, text])), undefined, 2)}\n`,
  );
  console.log(`${strings.length} strings`);
  process.exitCode = faults.length > 0 ? 1 : 0;
}
