import assert from 'node:assert/strict';
import { mask } from '../../../src/vscode/mask';

describe('the log', () => {
  const cases: readonly (readonly [line: string, clean: string, secrets?: readonly string[]])[] = [
    ['the password hunter2hunter2 was refused', 'the password ••• was refused', ['hunter2hunter2']],
    ['http://me:topsecret@127.0.0.1:4096/x', 'http://•••@127.0.0.1:4096/x'],
    ['Authorization: Bearer abcdef0123456789', 'Authorization: Bearer •••'],
    ['OPENCODE_SERVER_PASSWORD=abc123 npm test', 'OPENCODE_SERVER_PASSWORD=••• npm test'],
    ['{"api_key": "sk"}', '{"api_key": •••}'],
    ['key sk-abcdefghijklmnop0123 used', 'key ••• used'],
    ['318k tokens, 4 sessions', '318k tokens, 4 sessions'],
    ['a short secret of ab stays', 'a short secret of ab stays', ['ab']],
  ];
  for (const [line, clean, secrets] of cases) {
    it(`shows “${line}” as “${clean}”`, () => assert.equal(mask(line, secrets ?? []), clean));
  }
});
