import assert from 'node:assert/strict';
import { about } from '../../../src/vscode/actions/aboutSelection';

const place = { path: 'src/a.ts', first: 3, last: 4, language: 'typescript' };

describe('a mission about a selection', () => {
  it('names the lines and quotes them', () => {
    const text = about({ ...place, text: 'const a = 1;\nconst b = 2;\n' });
    assert.equal(text, 'About src/a.ts:3-4\n\n```typescript\nconst a = 1;\nconst b = 2;\n```\n\n');
  });

  it('fences what holds fences itself', () => {
    const text = about({ ...place, text: 'a ```` b' });
    assert.ok(text.includes('`````typescript\na ```` b\n`````\n'));
  });

  it('only names the place of nothing, or of too much', () => {
    assert.equal(about({ ...place, last: 3, text: '  ' }), 'About src/a.ts:3\n\n');
    assert.equal(about({ ...place, text: 'x'.repeat(20_001) }), 'About src/a.ts:3-4\n\n');
  });

  it('takes marks that nobody sees out', () => {
    assert.ok(!about({ ...place, text: 'a\u202eb' }).includes('\u202e'));
  });
});
