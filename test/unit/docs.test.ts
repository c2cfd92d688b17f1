import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { defaultSettings } from '../../src/core/mission/settings';
import { policyTable } from '../../src/core/recovery/policies';
import { passedOn } from '../../src/opencode/environment';
import { root } from '../support/scratch';

const readme = readFileSync(path.join(root, 'README.md'), 'utf8');

/** The settings that the README’s table names, with the default it gives. */
function settingsInReadme(): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, names, fallback] of readme.matchAll(/^\| (`[^|]+`) \| ([^|]+) \| [^|]+ \|$/gm)) {
    let stem = '';
    for (const [, name] of (names ?? '').matchAll(/`([^`]+)`/g)) {
      const full = name?.startsWith('.') ? stem + name : (name ?? '');
      stem = full.slice(0, full.lastIndexOf('.'));
      found.set(full, (fallback ?? '').trim().replaceAll('`', '').replaceAll('"', ''));
    }
  }
  return found;
}

describe('the README', () => {
  it('names every setting with its default, and no other', () => {
    const said = [...settingsInReadme()].sort(([a], [b]) => a.localeCompare(b));
    const real = Object.entries(defaultSettings).map(([key, value]) => [key, String(value)]);
    assert.deepEqual(
      said,
      real.sort(([a], [b]) => String(a).localeCompare(String(b))),
    );
  });

  it('lists every variable of OpenCode’s that is passed on', () => {
    for (const name of passedOn) assert.ok(readme.includes(`\`${name}\``), name);
  });

  it('has the table of failures as the policies are', () => {
    assert.ok(readme.includes(policyTable()), policyTable());
  });

  it('numbers the invariants without a gap', () => {
    const section = /### Invariants\n([\s\S]*?)\n### /.exec(readme)?.[1] ?? '';
    const numbers = [...section.matchAll(/^(\d+)\. \*\*/gm)].map((match) => Number(match[1]));
    assert.deepEqual(
      numbers,
      Array.from({ length: numbers.length }, (_, index) => index + 1),
    );
    assert.ok(numbers.length >= 10);
  });
});
