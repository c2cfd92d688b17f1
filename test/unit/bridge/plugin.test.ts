import assert from 'node:assert/strict';
import { mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import { agentNames, chatAgent, instructions } from '../../../src/core/agents/instructions';
import type { ToolName } from '../../../src/core/answers/schemas';
import { toolOf } from '../../../src/core/mission/decide';
import type { Fact, Role } from '../../../src/core/mission/facts';
import { defaultSettings } from '../../../src/core/mission/settings';
import { echoAgent } from '../../../src/bridge/slash';
import bridge from '../../../src/bridge/plugin';
import type { Hooks } from '../../../src/bridge/host';
import { openJournal } from '../../../src/persistence/journal';
import { ensureMissionDir, journalPath } from '../../../src/persistence/workspaceFiles';

const mission = 'm-1';
const draft = (id: string, ...files: string[]) => ({ id, title: `TODO ${id}`, detail: 'Do it.', files, after: [] });
const roles = Object.keys(toolOf) as Role[];
const good: Readonly<Record<ToolName, Record<string, unknown>>> = {
  mission_decide: { summary: 'First a plan.', actions: [{ type: 'plan', brief: 'All of it.' }] },
  mission_plan: { summary: 'One more.', todos: [{ id: 'N1', title: 'New', detail: 'New.', files: ['src/n.ts'] }] },
  mission_report: { status: 'done', summary: 'Done.', files: ['src/a.ts'] },
  mission_review: { verdict: 'pass', summary: 'Fine.', evidence: [{ command: 'true', exitCode: 0 }], issues: [] },
};

describe('the bridge’s tools and hooks', () => {
  let workspace: string;
  let base: string;
  let hooks: Hooks;
  /** What `session.get` answers, and how often it was asked. */
  let sessions: Map<string, unknown>;
  let asked: string[];
  let aborted: string[];

  beforeEach(async () => {
    base = realpathSync(mkdtempSync(path.join(tmpdir(), 'orchestrator-')));
    workspace = base;
    sessions = new Map();
    asked = [];
    aborted = [];
    permissions = [];
    for (const role of [...roles, 'chat']) sessions.set(role, tagged({ role, todo: 'T1' }));
    sessions.set('person', { id: 'person', title: 'Somebody else’s' });
    await ensureMissionDir(workspace, mission);
    await record(
      { type: 'mission.created', mission, text: 'Do it', directory: workspace, settings: defaultSettings },
      ...planned('p1', draft('T1', 'src/a.ts'), draft('T2')),
    );
    const get = ({ path: { id } }: { path: { id: string } }) => {
      asked.push(id);
      const found = sessions.get(id);
      return Promise.resolve(found === undefined ? { error: { name: 'NotFoundError' } } : { data: found });
    };
    const abort = ({ path: { id } }: { path: { id: string } }) => {
      aborted.push(id);
      return Promise.resolve({ data: true });
    };
    hooks = await bridge({ client: { session: { get, abort } }, directory: workspace, worktree: workspace });
  });
  afterEach(() => {
    rmSync(base, { recursive: true, force: true });
  });

  function tagged(tag: object): unknown {
    return { id: 'x', metadata: { orchestrator: { mission, attempt: 1, ...tag } } };
  }

  async function record(...facts: Fact[]): Promise<void> {
    const journal = await openJournal<Fact>(journalPath(workspace, mission), { repair: true });
    await journal.append(facts, 1_000);
    await journal.close();
  }

  function planned(turn: string, ...added: ReturnType<typeof draft>[]): Fact[] {
    return [
      { type: 'turn.ordered', turn, role: 'planner', attempt: 1, kind: 'first', message: `msg_${turn}` },
      { type: 'planner.planned', turn, summary: 'A plan', added, sources: [], refusals: [] },
      { type: 'turn.ended', turn, tokens: 0, cost: 0 },
    ];
  }

  /** What was asked for before a command was run. */
  let permissions: { permission: string; patterns: readonly string[] }[] = [];
  const context = (sessionID: string) => ({
    sessionID,
    callID: 'call_1',
    ask: ({ permission, patterns }: { permission: string; patterns: readonly string[] }) => {
      permissions.push({ permission, patterns });
      return Promise.resolve();
    },
  });
  const call = async (tool: ToolName, args: unknown, sessionID: string): Promise<string> => {
    const definition = hooks.tool[tool];
    assert.ok(definition);
    return await definition.execute(args, context(sessionID));
  };
  /** The sentence with which a tool refuses; the model reads it. */
  async function refusal(tool: ToolName, args: unknown, session: string): Promise<string> {
    const error: unknown = await call(tool, args, session).then(
      (text) => `no refusal: ${text}`,
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof Error, String(error));
    assert.match(error.message, /^[^\n]{10,500}$/);
    return error.message;
  }
  const ownTool = (role: Role) => [toolOf[role], good[toolOf[role]]] as const;

  for (const role of roles) {
    it(`${toolOf[role]} records what the ${role} hands in, and nobody else’s`, async () => {
      const [tool, args] = ownTool(role);
      assert.match(await call(tool, args, role), /^Recorded[^\n]*$/);
      for (const other of [...roles.filter((name) => name !== role), 'chat', 'person']) {
        assert.match(await refusal(tool, args, other), new RegExp(`${tool} is the ${role}’s tool`));
      }
    });
  }

  it('changes nothing: what counts is the call that OpenCode keeps', async () => {
    const before = await readFile(journalPath(workspace, mission));
    for (const role of roles) await call(...ownTool(role), role);
    assert.deepEqual(await readFile(journalPath(workspace, mission)), before);
  });

  it('refuses a payload of another shape in one sentence that names the field', async () => {
    const wrong: [Role, unknown, RegExp][] = [
      ['worker', {}, /field status/],
      ['worker', { ...good.mission_report, status: 'finished' }, /field status .*"done"\|"blocked"/],
      ['worker', { ...good.mission_report, files: 'src/a.ts' }, /field files/],
      ['worker', { ...good.mission_report, summary: 'x'.repeat(30_000) }, /field summary/],
      ['planner', { summary: 'A plan', todos: [{ id: 'N1' }] }, /field todos\[0\]\.title/],
      ['commander', { summary: 'Go', actions: [{ type: 'fly' }] }, /field actions\[0\]\.type/],
      ['reviewer', { ...good.mission_review, evidence: [{ command: 'x', exitCode: '0' }] }, /evidence\[0\]\.exitCode/],
      ['reviewer', undefined, /field input/],
      ['reviewer', 'pass', /field input/],
    ];
    for (const [role, args, sentence] of wrong) assert.match(await refusal(toolOf[role], args, role), sentence);
  });

  it('refuses what does not fit the mission, as the host would', async () => {
    const plan = (...todos: object[]) => ({ summary: 'A plan', todos });
    const todo = { title: 'New', detail: 'New.', files: ['src/n.ts'] };
    symlinkSync('/', path.join(workspace, 'away'));
    const wrong: [Role, unknown, RegExp][] = [
      ['planner', plan({ ...todo, id: 't1' }), /“t1” is a duplicate/],
      ['planner', plan({ ...todo, id: 'N1', after: ['N9'] }), /“N9”, which is no TODO/],
      ['planner', plan({ ...todo, id: 'N1', after: ['N2'] }, { ...todo, id: 'N2', after: ['N1'] }), /cycle/],
      ['planner', plan({ ...todo, id: 'N1', files: ['../x'] }), /leaves the workspace folder/],
      ['planner', plan({ ...todo, id: 'N1', files: ['away/etc/x'] }), /through a link/],
      ['commander', { summary: 'Go', actions: [{ type: 'cancel', todo: 'T9' }] }, /“T9”, which is no TODO/],
      ['reviewer', { ...good.mission_review, verdict: 'fail' }, /at least one issue/],
    ];
    for (const [role, args, sentence] of wrong) assert.match(await refusal(toolOf[role], args, role), sentence);
    assert.match(await call('mission_plan', plan({ ...todo, id: 'N1', after: ['T1'] }), 'planner'), /^Recorded/);
  });

  it('reads the journal at each call: what was planned meanwhile is known', async () => {
    assert.match(await call('mission_plan', good.mission_plan, 'planner'), /^Recorded/);
    await record(...planned('p2', draft('N1', 'src/n.ts')));
    assert.match(await refusal('mission_plan', good.mission_plan, 'planner'), /“N1” is a duplicate/);
    assert.deepEqual(asked, ['planner'], 'a session’s tag is asked for once');
  });

  it('a session that cannot be looked up is refused, and asked for again the next time', async () => {
    assert.match(await refusal('mission_report', good.mission_report, 'new'), /could not be looked up/);
    sessions.set('new', tagged({ role: 'worker', todo: 'T1' }));
    assert.match(await call('mission_report', good.mission_report, 'new'), /^Recorded/);
  });

  it('a session whose tag names no mission of this workspace is refused, whatever it names', async () => {
    for (const named of ['m-none', '../m-1', '..', '', 7, 'x'.repeat(500)]) {
      sessions.set('odd', tagged({ mission: named, role: 'worker' }));
      const fresh = await bridge({
        client: {
          session: { get: () => Promise.resolve({ data: sessions.get('odd') }), abort: () => Promise.resolve() },
        },
        directory: workspace,
        worktree: workspace,
      });
      const tool = fresh.tool['mission_report'];
      await assert.rejects(tool?.execute(good.mission_report, context('odd')) ?? Promise.resolve(), String(named));
    }
  });

  it('ends a turn whose answer is recorded before the model is asked again, and no other', async () => {
    const before = (session: string, id: string) => hooks['chat.params']({ sessionID: session, message: { id } }, {});
    await before('worker', 'msg_1');
    assert.match(await refusal('mission_report', { status: 'done' }, 'worker'), /summary/);
    await before('worker', 'msg_1');
    assert.deepEqual(aborted, [], 'a refused answer is corrected');
    await call('mission_report', good.mission_report, 'worker');
    await before('planner', 'msg_9');
    assert.deepEqual(aborted, []);
    await before('worker', 'msg_1');
    assert.deepEqual(aborted, ['worker']);
    await before('worker', 'msg_2');
    await before('worker', 'msg_2');
    assert.deepEqual(aborted, ['worker'], 'the next turn of the same session is another one');
  });

  it('a recorded answer of an earlier turn ends none that comes after it', async () => {
    const before = (session: string, id: string) => hooks['chat.params']({ sessionID: session, message: { id } }, {});
    await before('worker', 'msg_1');
    await call('mission_report', good.mission_report, 'worker');
    await before('worker', 'msg_2');
    await before('worker', 'msg_2');
    assert.deepEqual(aborted, []);
  });

  it('adds a hidden agent a role with its instructions, and keeps those that are there', async () => {
    const config: Record<string, unknown> = { agent: { mine: { prompt: 'Mine.' } }, model: 'a/b' };
    await hooks.config(config);
    const agents = config['agent'] as Record<string, Record<string, unknown>>;
    assert.deepEqual(
      Object.keys(agents).sort(),
      ['mine', chatAgent.name, echoAgent.name, ...Object.values(agentNames)].sort(),
    );
    assert.deepEqual([agents['mine'], config['model']], [{ prompt: 'Mine.' }, 'a/b']);
    for (const role of roles) {
      const { prompt, hidden, mode, permission } = agents[agentNames[role]] ?? {};
      assert.deepEqual([prompt, hidden, mode], [instructions[role], true, 'primary']);
      assert.equal((permission as Record<string, string>)['doom_loop'], 'allow');
    }
    const bare: Record<string, unknown> = {};
    await hooks.config(bare);
    assert.deepEqual(
      Object.keys(bare['agent'] as object).sort(),
      [chatAgent.name, echoAgent.name, ...Object.values(agentNames)].sort(),
    );
  });

  it('describes each tool’s fields with the schema that it checks', () => {
    for (const role of roles) {
      const { args = {}, description } = hooks.tool[toolOf[role]] ?? {};
      assert.match(description ?? '', /Ends your turn/);
      const { required } = z.toJSONSchema(z.object(args as z.ZodRawShape));
      assert.ok(
        required?.every((field) => field in good[toolOf[role]]),
        String(required),
      );
    }
    const others = ['run', 'check', 'list', 'kill'].map((what) => `${what}_background`);
    assert.deepEqual(Object.keys(hooks.tool).sort(), [...Object.values(toolOf), ...others].sort());
  });

  describe('background commands', () => {
    const tool = (name: string, args: unknown, sessionID: string): Promise<string> =>
      hooks.tool[`${name}_background`]?.execute(args, context(sessionID)) ?? Promise.reject(new Error('no such tool'));
    const ordered = (id: string, todo: string): Fact => ({
      ...{ type: 'command.ordered', id, command: 'npm run dev', label: '', timeoutMs: 1_000, by: 'worker', todo },
    });

    it('ask for each simple command as bash does, and under the tool’s own name for the Commander, whom bash is denied', async () => {
      const command = 'cd web && npm run dev -- --port 80 | tee $(date).log; kill 0';
      assert.match(await tool('run', { command, label: 'dev' }, 'worker'), /^bg-[0-9a-f]{8}: dev is started/);
      await tool('run', { command: 'make' }, 'commander');
      assert.deepEqual(permissions, [
        { permission: 'bash', patterns: ['cd web', 'npm run dev -- --port 80', 'tee', 'date', '.log', 'kill 0'] },
        { permission: 'run_background', patterns: ['make'] },
      ]);
    });

    it('refuse what cannot be run, without asking, and sessions that are neither the Commander nor a worker', async () => {
      const secret = `curl -H "Authorization: Bearer sk-ant-${'a1B2'.repeat(24)}"`;
      for (const [args, why] of [
        [{ command: '  ' }, /is empty/],
        [{ command: 'x'.repeat(4_001) }, /command is wrong/],
        [{ command: 'a\0b' }, /NUL/],
        [{ command: secret }, /holds a key/],
        [{}, /command is wrong/],
        [{ command: 'true', timeoutMs: -1 }, /timeoutMs is wrong/],
      ] as const)
        await assert.rejects(tool('run', args, 'worker'), why);
      for (const other of ['reviewer', 'planner', 'person', 'chat'])
        await assert.rejects(tool('run', { command: 'true' }, other), /neither/);
      assert.deepEqual(permissions, []);
    });

    it('are ended by who ordered them and by the Commander, and by nobody else', async () => {
      await record(ordered('bg-00000001', 'T2'));
      await assert.rejects(tool('kill', { id: 'bg-00000001' }, 'worker'), /not of your TODO/);
      assert.match(await tool('kill', { id: 'bg-00000001' }, 'commander'), /is being ended/);
    });

    it('are looked at by id: what is no id, or nobody’s, is said, and no path is made of it', async () => {
      await assert.rejects(tool('check', { id: '../../etc' }, 'worker'), /no id of a background command/);
      await record(ordered('bg-00000002', 'T1'));
      assert.match(await tool('check', { id: 'bg-00000002' }, 'worker'), /waits for a free place\n\(no output\)/);
      assert.match(await tool('list', {}, 'worker'), /^bg-00000002: waits for a free place: npm run dev$/);
    });

    it('have the person’s rules for bash, unless the person gave the tool some of its own', async () => {
      for (const [given, wanted] of [
        [{ bash: { 'rm *': 'deny' } }, { bash: { 'rm *': 'deny' }, run_background: { 'rm *': 'deny' } }],
        [
          { bash: 'ask', run_background: 'allow' },
          { bash: 'ask', run_background: 'allow' },
        ],
        ['ask', 'ask'],
        [undefined, undefined],
      ]) {
        const config: Record<string, unknown> = { permission: given };
        await hooks.config(config);
        assert.deepEqual(config['permission'], wanted);
      }
    });
  });

  const write = (sessionID: string, filePath: string, tool = 'write') =>
    hooks['tool.execute.before']({ tool, sessionID, callID: 'c' }, { args: { filePath, content: 'x' } });

  it('holds a worker’s file tools to its TODO, and leaves sessions of anyone else alone', async () => {
    await write('worker', path.join(workspace, 'src/a.ts'));
    await write('worker', 'src/a.isolated.test.ts', 'edit');
    for (const tool of ['write', 'edit', 'multiedit']) {
      await assert.rejects(write('worker', path.join(workspace, 'src/b.ts'), tool), /not a file of this TODO/);
    }
    const patchText = '*** Begin Patch\n*** Update File: src/a.ts\n*** Move to: .git/config\n*** End Patch';
    const patching = { tool: 'apply_patch', sessionID: 'worker', callID: 'c' };
    await assert.rejects(hooks['tool.execute.before'](patching, { args: { patchText } }), /protected/);
    for (const other of ['person', 'chat']) await write(other, path.join(workspace, 'src/b.ts'));
  });

  it('a TODO without files may write anywhere inside, and nothing protected', async () => {
    sessions.set('free', tagged({ role: 'worker', todo: 'T2' }));
    await write('free', 'anywhere/x.txt');
    await assert.rejects(write('free', '.git/hooks/pre-commit'), /protected/);
    await assert.rejects(write('free', '../x.txt'), /leaves the workspace/);
  });

  it('a write is refused while nobody can tell whose it is, or while the journal cannot be read', async () => {
    await assert.rejects(write('unknown', 'src/a.ts'), /could not be looked up/);
    sessions.set('lost', tagged({ mission: 'm-none', role: 'worker', todo: 'T1' }));
    await assert.rejects(write('lost', 'src/a.ts'));
  });

  it('asks nobody about tools that write no file', async () => {
    await hooks['tool.execute.before']({ tool: 'bash', sessionID: 'worker', callID: 'c' }, { args: { command: 'ls' } });
    assert.deepEqual(asked, []);
  });

  it('tells the exit code of a shell run to the agents of a mission, and changes nothing for anyone else', async () => {
    const after = async (sessionID: string, tool: string, metadata: unknown): Promise<string> => {
      const output = { output: 'hi\n', metadata };
      await hooks['tool.execute.after']({ tool, sessionID }, output);
      return output.output;
    };
    assert.equal(await after('reviewer', 'bash', { exit: 3, output: 'hi' }), 'hi\n\nexit code: 3');
    assert.equal(await after('worker', 'bash', { exit: null }), 'hi\n\nexit code: null');
    for (const metadata of [undefined, {}, { exit: '0' }])
      assert.equal(await after('worker', 'bash', metadata), 'hi\n');
    assert.equal(await after('worker', 'read', { exit: 0 }), 'hi\n');
    assert.equal(await after('person', 'bash', { exit: 0 }), 'hi\n');
  });

  it('keeps the server’s secrets from every shell, and nothing else', async () => {
    const env: Record<string, string | undefined> = {
      ...{ OPENCODE_SERVER_PASSWORD: 'p', OPENCODE_SERVER_USERNAME: 'u', OPENCODE_CONFIG_CONTENT: '{}' },
      ...{ 'npm_config_@opencode-ai:registry': 'http://127.0.0.1:1/', PATH: '/bin', ANTHROPIC_API_KEY: 'k' },
    };
    await hooks['shell.env']({ cwd: workspace }, { env });
    const left = Object.entries(env).filter(([, value]) => value !== undefined);
    assert.deepEqual(Object.fromEntries(left), { PATH: '/bin', ANTHROPIC_API_KEY: 'k' });
    const empty: Record<string, string | undefined> = {};
    await hooks['shell.env']({}, { env: empty });
    assert.ok('OPENCODE_SERVER_PASSWORD' in empty, 'what the shell would inherit is taken out as well');
  });
});
