import assert from 'node:assert/strict';
import { missingFromLock, type LockFile } from './rules';
import lock from '../../package-lock.json';

describe('package-lock.json', () => {
  it('holds the optional packages of every platform', () => {
    assert.deepEqual(missingFromLock(lock as LockFile), []);
  });
});

describe('the lock file rule', () => {
  it('names what is missing', () => {
    const packages = {
      'node_modules/tool': {
        optionalDependencies: { 'tool-linux': '1.0.0', 'tool-win': '1.0.0', 'tool-mac': '1.0.0' },
      },
      'node_modules/tool-linux': {},
      'node_modules/tool/node_modules/tool-mac': {},
    };
    assert.deepEqual(missingFromLock({ packages }), ['node_modules/tool wants tool-win']);
  });
});
