import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { routes } from '../src/router.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

for (const route of routes) {
  test(`the README names ${route}`, () => assert.ok(readme.includes(`\`${route}`)));
}
