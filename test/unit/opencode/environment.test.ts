import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { passedOn, serverConfig, serverEnvironment } from '../../../src/opencode/environment';
import { OpenCodeError } from '../../../src/opencode/errors';
import { findOpenCode } from '../../../src/opencode/executable';

describe('the server’s environment', () => {
  it('is the person’s, without what would change OpenCode or Node behind their back', () => {
    const kept = { PATH: '/bin', HOME: '/home/person', ANTHROPIC_API_KEY: 'k', LANG: 'C', MY_OPENCODE_NOTE: 'n' };
    const dropped = {
      OPENCODE: '1',
      OPENCODE_SERVER_PASSWORD: 'theirs',
      OPENCODE_PERMISSION: '{"edit":"allow"}',
      OPENCODE_CONFIG_CONTENT: '{}',
      OPENCODE_AUTO_SHARE: '1',
      OPENCODE_CLIENT: 'x',
      opencode_permission: '{}',
      NODE_OPTIONS: '--require ./evil.js',
      Node_Options: '--inspect',
      ELECTRON_RUN_AS_NODE: '1',
      NODE_CHANNEL_FD: '3',
    };
    const wanted = Object.fromEntries(passedOn.map((name) => [name, 'set']));
    assert.equal(wanted['OPENCODE_API_KEY'], 'set');
    assert.deepEqual(serverEnvironment({ ...kept, ...dropped, ...wanted }, {}), { ...kept, ...wanted });
  });

  it('has our variables over the person’s, and leaves the given environment as it was', () => {
    const env = { PATH: '/bin', OPENCODE_SERVER_PASSWORD: 'theirs', OPENCODE_CONFIG: 'c.json' };
    const before = { ...env };
    const made = serverEnvironment(env, { OPENCODE_SERVER_PASSWORD: 'ours', OPENCODE_CONFIG: 'ours.json' });
    assert.deepEqual(made, { PATH: '/bin', OPENCODE_SERVER_PASSWORD: 'ours', OPENCODE_CONFIG: 'ours.json' });
    assert.deepEqual(env, before);
  });

  it('says how the server is configured: the bridge, and nothing that slows fifty sessions down', () => {
    const config = JSON.parse(serverConfig('file:///a/bridge.mjs')) as Record<string, unknown>;
    assert.deepEqual(config['plugin'], ['file:///a/bridge.mjs']);
    const { snapshot, lsp, formatter, autoupdate, share } = config;
    assert.deepEqual(
      { snapshot, lsp, formatter, autoupdate, share },
      {
        ...{ snapshot: false, lsp: false, formatter: false, autoupdate: false, share: 'disabled' },
      },
    );
    assert.equal('permission' in config, false, 'the person’s permissions stay theirs');
  });
});

describe('the OpenCode executable', () => {
  let base: string;
  beforeEach(() => {
    base = realpathSync(mkdtempSync(path.join(tmpdir(), 'orchestrator-')));
  });
  afterEach(() => {
    rmSync(base, { recursive: true, force: true });
  });

  function program(folder: string, mode = 0o755): string {
    const file = path.join(base, folder, 'opencode');
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, '#!/bin/sh\n');
    chmodSync(file, mode);
    return file;
  }
  const onPath = (...folders: string[]) => ({ PATH: folders.join(path.delimiter) });
  const missing = (error: unknown) => error instanceof OpenCodeError && error.kind === 'missing';

  it('is the first on PATH', () => {
    const [first, second] = [program('one'), program('two')];
    assert.equal(findOpenCode('', onPath(path.dirname(first), path.dirname(second))), first);
    assert.equal(findOpenCode('', onPath(path.join(base, 'none'), path.dirname(second))), second);
  });

  it('is never taken from an entry of PATH that is not absolute: the workspace would choose what runs', () => {
    const relative = path.relative(process.cwd(), path.dirname(program('bin')));
    assert.equal(path.isAbsolute(relative), false);
    assert.throws(() => findOpenCode('', onPath(relative, '.', '', 'node_modules/.bin')), missing);
  });

  it('is a file that may be run: folders and plain files of that name are passed over', () => {
    const good = program('good');
    program('plain', 0o644);
    mkdirSync(path.join(base, 'folder', 'opencode'), { recursive: true });
    const entries = [path.join(base, 'folder'), path.dirname(good)];
    assert.equal(findOpenCode('', onPath(...entries)), good);
    // Root may run nothing either that has no x for anyone.
    assert.equal(findOpenCode('', onPath(path.join(base, 'plain'), ...entries)), good);
  });

  it('is the one that is named, or none', () => {
    const named = program('named');
    assert.equal(findOpenCode(named, onPath()), named);
    assert.equal(findOpenCode(path.relative(process.cwd(), named), onPath()), named);
    const other = program('other');
    assert.throws(
      () => findOpenCode(path.join(base, 'gone'), onPath(path.dirname(other))),
      (error) => missing(error) && String(error).includes(path.join(base, 'gone')),
    );
  });

  it('missing is told with what to do', () => {
    for (const env of [{}, onPath(''), onPath(base)]) {
      assert.throws(
        () => findOpenCode('', env),
        (error) => missing(error) && /npm install -g opencode-ai/.test(String(error)),
      );
    }
  });
});
