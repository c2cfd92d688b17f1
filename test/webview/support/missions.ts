import { defaultSettings } from '../../../src/core/mission/settings';
import { drives, sceneOf, type Scene } from './scenes';
import { sessionOf, Story, timeOf } from './story';
import { askToInstall, clockNow, sealedStory, tokensNews, tokensStory, twelve } from './tokens';

const over = { ...drives, mode: 'over' } as const;
const found = { ...drives, mode: 'none' } as const;

/** Every view that is looked at, by its name. */
export const scenes: Readonly<Record<string, () => Scene>> = {
  running: () => sceneOf(askToInstall(tokensStory()).records(), clockNow, { agents: tokensNews() }),
  planning: () =>
    sceneOf(
      new Story('Replace server sessions with short-lived tokens', '14:00:18')
        .commander(1, { from: '14:00:18', to: '14:00:50' }, { tokens: 80_000, cost: 0.24 }, { plan: 'Plan it.' })
        .planner({ from: '14:00:51' }, [])
        .records(),
      '14:03:01',
      { agents: [[sessionOf('p1'), { headline: 'reads src/auth/session.ts', lastEventAt: timeOf('14:02:58') }]] },
    ),
  plan: () => sceneOf(plan().records(), '14:02:40'),
  question: () => sceneOf(asksHowLong(tokensStory()).records(), clockNow, { agents: tokensNews() }),
  longCommand: () => sceneOf(asksForMuch(tokensStory()).records(), clockNow, { agents: tokensNews() }),
  waiting: () => sceneOf(threeAsks().records(), clockNow, { agents: tokensNews() }),
  commands: () => sceneOf(commands().records(), clockNow, { agents: tokensNews() }),
  paused: () =>
    sceneOf(tokensStory().add('14:24:00', { type: 'mission.paused', by: 'person' }).records(), clockNow, {
      agents: tokensNews(),
    }),
  stopping: () => sceneOf(stopping().records(), '14:24:36', { agents: tokensNews() }),
  stopped: () =>
    sceneOf(ended('stopped', 'stopped by person (10 of 10 confirmed)').records(), '14:24:50', { setup: over }),
  exhausted: () => sceneOf(ended('exhausted', '20 of 20 iterations are used').records(), '14:24:50', { setup: over }),
  failed: () =>
    sceneOf(ended('failed', 'OpenCode’s server ended (exit 1) and 3 restarts did not help').records(), '14:24:50', {
      setup: {
        ...over,
        notices: [
          {
            id: 'contact',
            severity: 'error',
            text: 'No contact with OpenCode for 40s. Agents may still be working; trying again in 5s.',
            actions: [{ label: 'Show Log', act: { type: 'showLog' } }],
          },
          {
            id: 'kept',
            severity: 'warning',
            text: '3 lines of todo.md could not be understood and were kept.',
            actions: [{ label: 'Open', act: { type: 'openTodoFile' } }],
          },
        ],
      },
    }),
  sealed: () => sceneOf(sealedStory().records(), '14:59:20', { setup: over }),
  found: () => sceneOf([], '14:00:00', { setup: found }),
  notFound: () =>
    sceneOf([], '14:00:00', {
      setup: {
        ...found,
        openCode: {
          found: false,
          text: 'OpenCode was not found. It is not on PATH, and no path or server is set.',
        },
      },
    }),
  chat: () =>
    sceneOf(sealedStory().records(), '15:02:00', {
      setup: over,
      chat: [
        { id: '1', from: 'person', text: 'Which files did T6 change?', done: true },
        { id: '2', from: 'model', text: 'Three: src/auth/refresh.ts, its store, and an isolated test.', done: true },
        { id: '3', from: 'person', text: 'And why did its first attempt fail?', done: true },
        { id: '4', from: 'model', text: 'Two parallel refreshes both', done: false },
      ],
    }),
};

function asksHowLong(story: Story): Story {
  return story.add('14:22:30', {
    type: 'ask.opened',
    ask: 'que_1',
    kind: 'question',
    session: sessionOf('w-T9-1'),
    title: 'How long may an access token live?',
    questions: [
      {
        question: 'How long may an access token live?',
        header: 'Lifetime',
        options: [
          { label: '15 minutes', description: 'As the mission’s text suggests.' },
          { label: '1 hour', description: 'Fewer refreshes.' },
        ],
        multiple: false,
      },
    ],
  });
}

function asksForMuch(story: Story): Story {
  const command = `for file in ${Array.from({ length: 60 }, (_, index) => `src/auth/part-${index}.ts`).join(' ')}; do npx tsc --noEmit "$file"; done`;
  return story.add('14:22:30', {
    type: 'ask.opened',
    ask: 'per_3',
    kind: 'permission',
    session: sessionOf('w-T7-1'),
    title: `bash: ${command}`,
    permission: { name: 'bash', patterns: [command], always: ['for *'] },
  });
}

function threeAsks(): Story {
  return asksHowLong(askToInstall(tokensStory())).add('14:23:00', {
    type: 'ask.opened',
    ask: 'per_2',
    kind: 'permission',
    session: sessionOf('w-T11-1'),
    title: 'edit: ../shared/devices.json',
    permission: { name: 'edit', patterns: ['../shared/devices.json'], always: ['../shared/*'] },
  });
}

/** Twelve TODOs that wait for the person’s approval. */
function plan(): Story {
  return new Story('Replace server sessions with short-lived tokens', '14:00:18', {
    ...defaultSettings,
    planApproval: true,
  })
    .commander(1, { from: '14:00:18', to: '14:00:50' }, { tokens: 80_000, cost: 0.24 }, { plan: 'Plan it.' })
    .planner({ from: '14:00:51', to: '14:02:30' }, twelve);
}

/** One that runs, one that waits, and each kind of end. */
function commands(): Story {
  const story = tokensStory();
  const order = (id: string, clock: string, command: string, over: { label?: string; todo?: string } = {}) =>
    story.add(clock, {
      type: 'command.ordered',
      ...{ id, command, label: over.label ?? '', timeoutMs: 600_000 },
      ...(over.todo === undefined ? { by: 'commander' } : { by: 'worker', todo: over.todo }),
    });
  const start = (id: string, clock: string) => story.add(clock, { type: 'command.started', id });
  const end = (id: string, clock: string, exitCode: number | null, how: 'exited' | 'killed' | 'timedOut' = 'exited') =>
    story.add(clock, { type: 'command.ended', id, how, exitCode, bytes: 40, tail: 'the end\n' });
  order('bg-00000004', '14:20:00', 'npm run build', { todo: 'T5' });
  start('bg-00000004', '14:20:00');
  end('bg-00000004', '14:20:48', 0);
  order('bg-00000003', '14:21:00', 'npx playwright test --project=chromium --reporter=line', { todo: 'T6' });
  start('bg-00000003', '14:21:00');
  end('bg-00000003', '14:22:30', 1);
  order('bg-00000005', '14:22:00', 'tail -f /var/log/api.log', { todo: 'T7' });
  start('bg-00000005', '14:22:00');
  end('bg-00000005', '14:23:00', null, 'timedOut');
  order('bg-00000001', '14:22:10', 'node server.js --port 3000', { label: 'the API server', todo: 'T7' });
  start('bg-00000001', '14:22:10');
  order('bg-00000002', '14:23:50', 'make docs', { label: 'the handbook' });
  return story;
}

/** Everything but two turns has confirmed the stop. */
function stopping(): Story {
  const story = tokensStory();
  story.add('14:24:24', { type: 'stop.requested', by: 'person', as: 'stopped', reason: 'stopped by person' });
  for (const turn of ['r-T4-1', 'w-T5-1', 'w-T6-2', 'r-T8-1', 'w-T10-1', 'w-T11-1']) lose(story, turn, '14:24:25');
  return story;
}

function ended(state: 'stopped' | 'exhausted' | 'failed', reason: string): Story {
  const story = tokensStory();
  story.add('14:24:24', { type: 'stop.requested', by: 'person', as: state, reason });
  const turns = ['r-T4-1', 'w-T5-1', 'w-T6-2', 'w-T7-1', 'r-T8-1', 'w-T9-1', 'w-T10-1', 'w-T11-1'];
  for (const turn of turns) lose(story, turn, '14:24:30');
  return story.add('14:24:39', { type: 'mission.ended', state, reason });
}

function lose(story: Story, turn: string, clock: string): void {
  story.add(clock, {
    type: 'turn.lost',
    turn,
    how: 'stopped',
    reason: 'the mission is stopped',
    next: 'continue',
    tokens: 90_000,
    cost: 0.15,
  });
}

/** `count` TODOs, of which the first `active` are worked on. */
export function many(count: number, active: number): Scene {
  const story = new Story('Bring every page of the handbook up to date', '14:00:00', {
    ...defaultSettings,
    'limits.parallelSessions': Math.max(1, active),
  });
  const todos = Array.from({ length: count }, (_, index) => ({
    id: `T${index + 1}`,
    title: `Page ${index + 1}: ${twelve[index % twelve.length]?.title ?? ''}`,
    detail: '',
    files: [`pages/${index + 1}.md`],
    after: index >= active && index % 3 === 0 ? [`T${index}`] : [],
    check: `npm run page -- ${index + 1}`,
  }));
  story.commander(1, { from: '14:00:01', to: '14:00:10' }, undefined, { plan: 'Plan it.' });
  story.planner({ from: '14:00:11', to: '14:01:00' }, todos);
  for (const todo of todos.slice(0, active)) story.worker(todo.id, { from: '14:02:00' });
  const agents = todos.slice(0, active).map(({ id }, index): Scene['agents'][number] => {
    const news = { headline: `edits pages/${index + 1}.md`, lastEventAt: timeOf('14:09:58'), tokens: 1_000 * index };
    return [sessionOf(`w-${id}-1`), { ...news, cost: 0.01 * index, model: 'fireworks/qwen3-coder' }];
  });
  return sceneOf(story.records(), '14:10:00', { agents });
}
