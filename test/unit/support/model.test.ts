import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { diamond, wide } from '../../scenarios/shapes';
import { ask, turn } from '../../support/model/client';
import type { Answered, Session } from '../../support/model/client';
import { opencodeConfig } from '../../support/model/config';
import { startModel } from '../../support/model/model';
import type { Model } from '../../support/model/model';
import { exitIn } from '../../support/model/reviewer';
import { loadScenario, parseScenario } from '../../support/model/scenario';
import type { Fault, Scenario } from '../../support/model/scenario';

const own = {
  commander: 'mission_decide',
  planner: 'mission_plan',
  worker: 'mission_report',
  reviewer: 'mission_review',
};
const files = ['bash', 'read', 'write', 'edit'];
const demo = path.join('test', 'demo', 'scenario.json');
let made = 0;

function session(role: keyof typeof own | 'chat', parent = 'ses_boss'): Session {
  made += 1;
  const tools = role === 'chat' ? [] : [own[role], ...files];
  return {
    id: `ses_${made}`,
    ...(role === 'commander' ? {} : { parent }),
    tools,
    messages: [{ role: 'system', content: '' }],
  };
}

const names = (answers: readonly Answered[]): string[] => answers.map(({ tool, text }) => tool?.name ?? text);
const answered = (answers: readonly Answered[]): unknown =>
  answers.findLast(({ tool }) => tool?.name.startsWith('mission_'))?.tool?.input;
const state = (iteration: number, todos: Record<string, string> = {}): string =>
  `Do it.\n\n\`\`\`mission-state\n${JSON.stringify({
    iteration,
    todos: Object.entries(todos).map(([id, is]) => ({ id, state: is })),
  })}\n\`\`\`\n`;

describe('the scripted model', () => {
  const models: Model[] = [];
  const start = async (scenario: Scenario): Promise<Model> => {
    const model = await startModel(scenario, { directory: path.resolve('ws') });
    models.push(model);
    return model;
  };
  const withFault = (fault: Fault): Promise<Model> => start({ ...diamond(), faults: [fault] });
  afterEach(async () => {
    await Promise.all(models.splice(0).map((model) => model.close()));
  });

  it('plays a Commander that plans, retries what failed, then seals', async () => {
    const model = await start(diamond());
    const boss = session('commander');
    const types = async (prompt: string): Promise<unknown> => {
      const decision = answered(await turn(model.url, boss, prompt)) as { actions: { type: string; todo?: string }[] };
      return decision.actions.map(({ type, todo }) => (todo === undefined ? type : `${type} ${todo}`));
    };
    assert.deepEqual(await types(state(1)), ['plan']);
    assert.deepEqual(await types(state(2, { T1: 'done', T2: 'failed' })), ['retry T2']);
    assert.deepEqual(await types(state(3, { T1: 'done', T2: 'done' })), ['seal']);
    assert.deepEqual(
      model.callsOf({ role: 'commander' }).map(({ iteration }) => iteration),
      [1, 1, 2, 2, 3, 3],
    );
  });

  it('takes a scripted decision by its iteration, the last for all that follow', async () => {
    const ask1 = { summary: 'a', actions: [{ type: 'ask', question: 'Why?' }] };
    const model = await start({ commander: ['default', ask1] });
    const boss = session('commander');
    for (const iteration of [2, 2, 9]) assert.deepEqual(answered(await turn(model.url, boss, state(iteration))), ask1);
  });

  it('plans what the scenario says', async () => {
    const scenario = diamond();
    const model = await start(scenario);
    const answers = await turn(model.url, session('planner'), 'Plan it.');
    assert.deepEqual(names(answers), ['mission_plan', 'The plan is made.']);
    assert.deepEqual(answered(answers), scenario.plan);
  });

  it('plays a worker’s steps one call each, with the attempt’s own over them', async () => {
    const model = await start({
      todos: {
        T1: {
          steps: [
            { say: 'First.', write: { file: 'a/{{todo}}.txt', lines: ['one', '{{attempt}}'] } },
            { edit: { file: 'a/T1.txt', old: 'one', new: 'two' } },
            { read: 'a/T1.txt' },
            { bash: 'true' },
          ],
          report: { summary: 'S' },
          attempts: { 2: { steps: [{ bash: 'second' }] } },
        },
      },
    });
    const prompt = 'scope: todo T1\ntitle: Write\nfiles: a/T1.txt, b.txt\n';
    const answers = await turn(model.url, session('worker'), prompt);
    assert.deepEqual(names(answers), ['write', 'edit', 'read', 'bash', 'mission_report', 'Reported.']);
    const file = path.resolve('ws/a/T1.txt');
    const [first] = answers;
    assert.deepEqual([first?.text, first?.tool?.input], ['First.', { filePath: file, content: 'one\n1\n' }]);
    assert.deepEqual(answers[1]?.tool?.input, { filePath: file, oldString: 'one', newString: 'two' });
    assert.deepEqual(answered(answers), { status: 'done', summary: 'S', files: ['a/T1.txt', 'b.txt'] });
    const second = await turn(model.url, session('worker'), prompt);
    assert.deepEqual(second[0]?.tool?.input, { command: 'second', description: 'Runs a command' });
    assert.deepEqual(
      model.turnsOf({ todo: 'T1' }).map(({ attempt, calls }) => [attempt, calls.length]),
      [
        [1, 6],
        [2, 3],
      ],
    );
    const elsewhere = await turn(model.url, session('worker', 'ses_other'), prompt);
    assert.equal(elsewhere.length, 6, 'another mission counts its own attempts');
  });

  it('writes each file of a TODO without an entry, in the folder that the system prompt names', async () => {
    const model = await start(wide(2));
    const worker = session('worker');
    worker.messages[0] = { role: 'system', content: '<env>\n  Working directory: /elsewhere/tree\n</env>' };
    const answers = await turn(model.url, worker, 'scope: todo T2\n');
    const write = { filePath: path.resolve('/elsewhere/tree/out/T2.txt'), content: 'T2: Write out/T2.txt\n' };
    assert.deepEqual(answers[0]?.tool?.input, write);
  });

  it('goes on after a reminder, repeats an interrupted step, and keeps its scope through a compaction', async () => {
    const model = await start({ todos: { T1: { steps: [{ bash: 'one' }, { bash: 'two' }] } } });
    const worker = session('worker');
    await turn(model.url, worker, 'scope: todo T1\n', { most: 1 });
    await turn(model.url, worker, 'Go on.', { most: 1, tools: () => '[Tool execution was interrupted]' });
    const rest = await turn(model.url, worker, 'scope: todo T1\nGo on.', { most: 1 });
    assert.equal(rest[0]?.tool?.input.command, 'two');
    const compacted = { ...worker, messages: [{ role: 'user' as const, content: 'A summary.' }] };
    await ask(model.url, compacted);
    assert.equal(model.calls.at(-1)?.todo, 'T1');
  });

  it('judges a check by its exit code, shown or probed, by the number of the review', async () => {
    const issue = { title: 'Wrong', detail: 'Very' };
    const model = await start({
      ...diamond(),
      reviews: { T1: [{ issues: [issue] }, {}], T2: { claim: true }, T3: { verdict: 'fail' } },
    });
    const look = async (todo: string, output: (command: string) => string): Promise<readonly [string[], unknown]> => {
      const commands: string[] = [];
      const tools = (name: string, input: Record<string, unknown>): string => {
        if (name !== 'bash') return 'Recorded.';
        commands.push(String(input.command));
        return output(String(input.command));
      };
      const answers = await turn(
        model.url,
        session('reviewer'),
        `scope: todo ${todo}\ncheck: \`grep -q ${todo} out/${todo}.txt\`\n`,
        { tools },
      );
      return [commands, answered(answers)];
    };
    const command = 'grep -q T1 out/T1.txt';
    const failed = {
      verdict: 'fail',
      summary: 'T1 does not hold yet.',
      evidence: [{ command, exitCode: 3 }],
      issues: [issue],
    };
    assert.deepEqual(await look('T1', () => '(no output)\nexit code: 3'), [[command], failed]);
    const passed = { verdict: 'pass', summary: 'T1 holds.', evidence: [{ command, exitCode: 0 }], issues: [] };
    const probed = await look('T1', (run) => (run.includes('echo') ? 'exit code: 0\n' : '(no output)'));
    assert.deepEqual(probed, [[command, `( ${command}\n) >/dev/null 2>&1; echo "exit code: $?"`], passed]);
    const [none, claim] = await look('T2', () => 'unused');
    assert.deepEqual(
      [none, (claim as typeof passed).evidence],
      [[], [{ command: 'grep -q T2 out/T2.txt', exitCode: 0 }]],
    );
    const [, strict] = await look('T3', () => 'exit code: 0');
    assert.equal((strict as typeof failed).issues[0]?.title, 'T3 fails its check');
  });

  it('reviews the mission with the plan’s check', async () => {
    const model = await start(diamond());
    const check = 'ls out/T1.txt out/T2.txt out/T3.txt out/T4.txt';
    const tools = (name: string): string => (name === 'bash' ? 'exit code: 0' : 'Recorded.');
    const answers = await turn(model.url, session('reviewer'), `scope: mission\nRun ${check} first.\n`, { tools });
    assert.deepEqual((answered(answers) as { evidence: unknown }).evidence, [{ command: check, exitCode: 0 }]);
    assert.equal(model.callsOf({ scope: 'mission' }).length, 3);
  });

  it('reads exit codes as a model would', () => {
    assert.equal(exitIn('x', 'text\nexit code: 2\n'), 2);
    assert.equal(exitIn('x', 'the exit code 3 was expected'), undefined);
    assert.equal(exitIn('node --test a', '# pass 1\n# fail 0\n'), 0);
    assert.equal(exitIn('node --test a', 'ℹ pass 1\nℹ fail 2\n'), 1);
    assert.equal(exitIn('node --test a; false', '# fail 0\n'), undefined);
  });

  for (const [wanted, scenario, expected] of [
    [
      'sends the corrected one',
      { planner: { corrected: { ok: 1 } } },
      ['mission_plan', 'mission_plan', 'The plan is made.'],
    ],
    ['or ends with words', {}, ['mission_plan', 'I cannot bring this any further: No.']],
    ['or the same again and again', { onRefused: 'again' }, ['mission_plan', 'mission_plan', 'mission_plan']],
    ['or gives up', { onRefused: 'give-up', planner: { corrected: { ok: 1 } } }, ['mission_plan', '']],
  ] satisfies [string, Scenario, string[]][]) {
    it(`after a refused answer: ${wanted}`, async () => {
      const model = await start(scenario);
      const tools = (_: string, input: Record<string, unknown>): string => (input.ok ? 'Recorded.' : 'No.');
      assert.deepEqual(names(await turn(model.url, session('planner'), 'Plan it.', { tools, most: 3 })), expected);
      assert.equal(model.refusals[0]?.sentence, 'No.');
    });
  }

  it('fails with a status and headers, for the named call and so many times', async () => {
    const model = await withFault({
      role: 'planner',
      call: [1, 2],
      status: 429,
      headers: { 'retry-after': '7' },
      times: 1,
    });
    const planner = session('planner');
    const [first] = await turn(model.url, planner, 'Plan it.');
    assert.deepEqual([first?.status, first?.headers.get('retry-after')], [429, '7']);
    assert.equal((await ask(model.url, planner)).tool?.name, 'mission_plan');
    assert.deepEqual(
      model.callsOf({ role: 'planner' }).map(({ n, outcome }) => `${n} ${outcome}`),
      ['1 status 429', '2 answer'],
    );
  });

  it('answers in prose, or with the payload in prose, in place of the tool', async () => {
    const prose = await withFault({ prose: 'All done!', times: 1 });
    const worker = session('worker');
    assert.deepEqual(names(await turn(prose.url, worker, 'scope: todo T1')), ['write', 'All done!']);
    assert.deepEqual(names(await turn(prose.url, worker, 'Your tool, please.')), ['mission_report', 'Reported.']);
    const json = await withFault({ proseJson: true });
    const text = (await turn(json.url, session('worker'), 'scope: todo T1')).at(-1)?.text ?? '';
    const inside = /```json\n([\s\S]*)\n```/.exec(text)?.[1] ?? '';
    assert.equal((JSON.parse(inside) as { status: string }).status, 'done');
  });

  it('sends an invalid payload and then the right one', async () => {
    const model = await withFault({ role: 'worker', invalid: true, times: 1 });
    const tools = (name: string, input: object): string =>
      name.startsWith('mission_') && !('status' in input) ? 'Where is status?' : 'Recorded.';
    const answers = await turn(model.url, session('worker'), 'scope: todo T1', { tools });
    assert.deepEqual(names(answers), ['write', 'mission_report', 'mission_report', 'Reported.']);
  });

  it('repeats a tool for ever', async () => {
    const model = await withFault({ todo: 'T2', repeat: { tool: 'nosuch', input: {} } });
    assert.deepEqual(
      new Set(names(await turn(model.url, session('worker'), 'scope: todo T2', { most: 9 }))),
      new Set(['nosuch']),
    );
    assert.equal(names(await turn(model.url, session('worker'), 'scope: todo T1'))[0], 'write');
  });

  it('cuts the connection in the middle, or hangs and closes', async () => {
    const cut = await withFault({ cut: true, times: 1 });
    await assert.rejects(turn(cut.url, session('planner'), 'Plan it.'));
    await cut.waitForCall({ outcome: 'cut' });
    const hung = await withFault({ hang: 20, times: 1 });
    await assert.rejects(turn(hung.url, session('planner'), 'Plan it.'));
    await hung.waitForCall({ outcome: 'hang' });
  });

  it('notices that the client left a hanging call', async () => {
    const model = await withFault({ hang: true });
    const leave = new AbortController();
    const call = ask(model.url, session('chat'), { messages: [{ role: 'user', content: 'Hi' }] }, leave.signal);
    await model.waitForCall({ role: 'chat' });
    leave.abort();
    await assert.rejects(call);
    assert.ok(await model.waitForCall({ outcome: 'aborted' }));
    assert.equal(model.inFlight, 0);
  });

  it('holds fifty calls at once, then answers all', async () => {
    const model = await start({ ...wide(50), chunkChars: 8, tokensPerSecond: 2000 });
    const release = model.hold({ role: 'worker' });
    const turns = Array.from({ length: 50 }, (_, at) => turn(model.url, session('worker'), `scope: todo T${at + 1}\n`));
    await model.waitFor(({ inFlight }) => inFlight === 50);
    release();
    for (const answers of await Promise.all(turns))
      assert.deepEqual(names(answers), ['write', 'mission_report', 'Reported.']);
    assert.deepEqual(
      [model.peak, model.peakOf({ role: 'worker' }), model.peakOf({ todo: 'T7' }), model.inFlight],
      [50, 50, 1, 0],
    );
    assert.deepEqual([model.calls.length, model.turnsOf({ role: 'worker' }).length], [150, 50]);
  });

  it('waits before it speaks, and says what never came', async () => {
    const model = await start({ latencyMs: 60, jitter: 0.2 });
    await turn(model.url, session('planner'), 'Plan it.');
    const [first] = model.calls;
    assert.ok((first?.endedAt ?? 0) - (first?.at ?? 0) >= 45);
    await assert.rejects(
      model.waitForCall({ todo: 'T9' }, 20),
      /Nothing came within 20 ms; 2 calls, the last was planner/,
    );
  });

  it('answers whole where no stream is wanted, and counts tokens', async () => {
    const model = await start({ chat: { text: 'word ', times: 8 } });
    const chat = session('chat');
    chat.messages.push({ role: 'user', content: 'Hello' });
    const streamed = await ask(model.url, chat);
    assert.deepEqual([streamed.text.length, streamed.finish, streamed.usage?.completion_tokens], [40, 'stop', 10]);
    assert.match(streamed.raw, /data: \[DONE\]\n\n$/);
    const { raw } = await ask(model.url, chat, { stream: false });
    const whole = JSON.parse(raw) as {
      object: string;
      choices: { message: { content: string } }[];
      usage: { prompt_tokens: number };
    };
    assert.deepEqual([whole.object, whole.choices[0]?.message.content.length], ['chat.completion', 40]);
    assert.ok(whole.usage.prompt_tokens > 20);
  });

  it('records who asked what', async () => {
    const model = await start(diamond());
    const worker = session('worker');
    await turn(model.url, worker, 'scope: todo T1\n');
    const [call] = model.callsOf({ role: 'worker', todo: 'T1', n: 1 });
    assert.deepEqual(
      [
        call?.session,
        call?.parent,
        call?.user,
        call?.tools.includes('mission_report'),
        call?.outcome,
        call?.tool?.name,
      ],
      [worker.id, 'ses_boss', 'scope: todo T1\n', true, 'step', 'write'],
    );
    assert.deepEqual(model.toolSchema('write'), { type: 'object' });
  });

  it('changes its scenario on the way', async () => {
    const model = await start({ chat: 'one' });
    model.play({ chat: 'two' });
    assert.equal((await turn(model.url, session('chat'), 'Hi'))[0]?.text, 'two');
    const undo = model.inject({ role: 'chat', status: 500 });
    assert.equal((await turn(model.url, session('chat'), 'Hi'))[0]?.status, 500);
    undo();
    assert.equal((await turn(model.url, session('chat'), 'Hi'))[0]?.text, 'two');
  });

  it('refuses a request and a scenario that make no sense', async () => {
    const model = await start({});
    assert.equal((await fetch(`${model.url}/chat/completions`, { method: 'POST', body: '{' })).status, 400);
    assert.throws(() => parseScenario({ todos: { T1: { step: [] } } }, '.'), /Unrecognized key: "step"/);
    assert.throws(() => parseScenario({ todos: { T1: { steps: [{ say: 'x' }] } } }, '.'), /exactly one of write, edit/);
  });

  it('names itself in an opencode.json', () => {
    const cost = { input: 1, output: 2 };
    const config = opencodeConfig(
      { url: 'http://x/v1' },
      { snapshot: false, provider: { scripted: { models: { 'scripted-1': { cost } } } } },
    );
    const { provider } = config as {
      provider: { scripted: { options: { baseURL: string }; models: Record<string, object> } };
    };
    assert.deepEqual(
      [config.model, config.snapshot, provider.scripted.options.baseURL],
      ['scripted/scripted-1', false, 'http://x/v1'],
    );
    assert.deepEqual(
      { tool_call: true, ...provider.scripted.models['scripted-1'] },
      { ...provider.scripted.models['scripted-1'], cost },
    );
  });

  it('has a demo whose files exist and whose second attempt mends the first', () => {
    const script = loadScenario(demo);
    const steps = Object.values(script.todos ?? {}).flatMap((todo) =>
      [todo, ...Object.values(todo.attempts ?? {})].flatMap((one) => one.steps ?? []),
    );
    const read = (from: string): string => readFileSync(path.resolve(script.baseDir, from), 'utf8');
    for (const { write } of steps) if (write?.from !== undefined) assert.ok(read(write.from).length > 0);
    const edit = steps.find((step) => step.edit)?.edit;
    assert.ok(edit);
    const mended = read('../scenarios/notes/src/validate.first.js').replace(edit.old, edit.new);
    assert.equal(mended, read('../scenarios/notes/src/validate.js'));
  });
});
