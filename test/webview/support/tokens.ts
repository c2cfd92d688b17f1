import type { AgentNews } from '../../../src/core/view/moment';
import type { TodoDraft } from '../../../src/core/todo/model';
import { changed, sessionOf, Story, timeOf, type Used } from './story';

/** The mission of the design’s pictures at 14:24:24, in pieces that the scenes are put together from. */

const worker = 'fireworks/qwen3-coder';
const glm = 'z-ai/glm-4.6';
const other = 'moonshot/kimi-k2';

/** Now, in the running scenes. */
export const clockNow = '14:24:24';

type Row = readonly [id: string, title: string, after: readonly string[], check: string | undefined];
const rows: readonly Row[] = [
  ['T1', 'List every place that reads the session', [], 'npm run session-use'],
  ['T2', 'Sign and verify access tokens', ['T1'], 'npm test -- tokens'],
  ['T3', 'Migration note for the team', ['T1'], undefined],
  ['T4', 'Sign-in issues access and refresh token', ['T2'], 'npm test -- sign-in'],
  ['T5', 'Middleware accepts access tokens', ['T2'], 'npm test -- middleware'],
  ['T6', 'Refresh endpoint with one-time use', ['T2'], 'npm test -- refresh'],
  ['T7', 'Rotate signing keys without a restart', ['T2'], 'npm test -- keys'],
  ['T8', 'Sign-out revokes the refresh token', ['T2'], 'npm test -- sign-out'],
  ['T9', 'Web client refreshes before expiry', ['T2'], 'npm test -- web/auth'],
  ['T10', 'Limit sign-in attempts by address', ['T2'], 'npm test -- limits'],
  ['T11', 'Devices page: list and revoke', ['T2'], 'npm test -- devices'],
  ['T12', 'End to end: sign in, refresh, sign out', ['T4', 'T5', 'T6', 'T7', 'T8', 'T9'], 'npm run e2e'],
];

/** The twelve TODOs. */
export const twelve: readonly TodoDraft[] = rows.map(([id, title, after, check], index) => ({
  id,
  title,
  detail: `${title}. Spending a refresh token again revokes the whole family and answers 401.`,
  files: [`src/auth/part${index + 1}.ts`, `test/part${index + 1}.test.ts`],
  after,
  ...(check === undefined ? {} : { check }),
}));

const checkOf = new Map(rows.map(([id, , , check]) => [id, check]));

/** The story up to 14:24, without the asks. */
export function tokensStory(): Story {
  const story = new Story(
    'Replace server sessions with short-lived tokens\n\nKeep the old cookie readable for one release.',
    '14:00:18',
    {
      'budget.usd': 10,
      'budget.tokens': 6_000_000,
      'budget.minutes': 120,
      'limits.recoveryAttempts': 2,
      'models.worker': worker,
    },
  );
  story.commander(1, { from: '14:00:18', to: '14:00:50' }, use(80_000, 0.24, glm), { plan: 'Plan it.' });
  story.planner({ from: '14:00:51', to: '14:05:21' }, twelve, use(88_000, 0.22, glm), 'npm run e2e && npm run build');
  story.commander(2, { from: '14:05:22', to: '14:06:10' }, use(62_000, 0.17, glm));
  story.worker('T1', { from: '14:05:24', to: '14:06:50', ...use(40_000, 0.1, worker) }, files(3));
  done(story, 'T1', '14:06:51', '14:08:12', use(21_000, 0.06, glm));
  story.worker('T2', { from: '14:08:14', to: '14:13:40', ...use(150_000, 0.37, worker) }, files(4));
  done(story, 'T2', '14:13:41', '14:15:58', use(54_000, 0.12, glm));
  story.worker('T3', { from: '14:08:14', to: '14:11:00', ...use(28_000, 0.06, worker) }, files(1));
  done(story, 'T3', '14:11:01', '14:12:01', use(10_000, 0.03, glm));
  story.worker('T4', { from: '14:16:21', to: '14:23:11', ...use(198_000, 0.32, worker) }, files(5));
  story.reviewer('T4', { from: '14:23:12' });
  story.worker('T5', { from: '14:16:22' });
  story.worker('T6', { from: '14:16:22', to: '14:18:40', ...use(120_000, 0.21, worker) }, files(3));
  const issue = 'Two parallel refreshes both answer 200.';
  story.reviewer('T6', { from: '14:18:41', to: '14:20:29', ...use(34_000, 0.06, glm) }, undefined, issue);
  story.worker('T6', { from: '14:20:30', attempt: 2 });
  story.worker('T7', { from: '14:16:21' });
  story.worker('T8', { from: '14:16:21', to: '14:23:36', ...use(157_000, 0.25, worker) }, files(4));
  story.reviewer('T8', { from: '14:23:37' });
  story.worker('T9', { from: '14:16:20' });
  story.worker('T10', { from: '14:16:22' });
  story.worker('T11', { from: '14:16:23' });
  return story.add('14:19:02', { type: 'note.added', text: 'Keep the old cookie readable for one release.' });
}

/** T7’s ask for `npm install jose@5`, open since 14:21:12. */
export function askToInstall(story: Story): Story {
  return story.add('14:21:12', {
    type: 'ask.opened',
    ask: 'per_1',
    kind: 'permission',
    session: sessionOf('w-T7-1'),
    title: 'bash: npm install jose@5',
    permission: { name: 'bash', patterns: ['npm install jose@5'], always: ['npm install *'] },
  });
}

/** What the agents of the running scenes do. */
export function tokensNews(): [string, AgentNews][] {
  const now = timeOf(clockNow);
  const news = (turn: string, headline: string, ago: number, tokens: number, cost: number, model = worker) =>
    [sessionOf(turn), { headline, lastEventAt: now - ago * 1_000, tokens, cost, model }] as [string, AgentNews];
  const [ses9, news9] = news('w-T9-1', 'edits web/src/refresh.ts', 110, 171_000, 0.28);
  return [
    news('w-T7-1', 'runs npm install jose@5', 192, 96_000, 0.15),
    [ses9, { ...news9, retryUntil: timeOf('14:32:18'), retryReason: 'provider limit, try 3' }],
    news('w-T5-1', 'edits src/http/auth.ts', 2, 212_000, 0.34),
    news('w-T6-2', 'runs npm test -- refresh', 6, 318_000, 0.52),
    news('w-T10-1', 'reads src/http/limits.ts', 1, 118_000, 0.19, other),
    news('w-T11-1', 'edits web/src/Devices.tsx', 4, 187_000, 0.31),
    news('r-T4-1', 'runs npm test -- sign-in', 3, 64_000, 0.11, glm),
    news('r-T8-1', 'reads the diff of 4 files', 2, 41_000, 0.08, glm),
  ];
}

/** The same story brought to its seal at 14:58. */
export function sealedStory(): Story {
  const story = tokensStory();
  askToInstall(story).add('14:26:00', { type: 'ask.closed', ask: 'per_1', reply: 'once' });
  finish(story, 'T5', 'w-T5-1', '14:26:40', '14:28:57', use(388_000, 0.63, worker), 3);
  finish(story, 'T6', 'w-T6-2', '14:26:30', '14:28:16', use(392_000, 0.71, worker), 3, 2);
  finish(story, 'T7', 'w-T7-1', '14:30:10', '14:32:34', use(201_000, 0.3, worker), 4);
  finish(story, 'T9', 'w-T9-1', '14:38:10', '14:41:33', use(412_000, 0.66, worker), 6);
  finish(story, 'T10', 'w-T10-1', '14:24:40', '14:26:10', use(191_000, 0.3, other), 2);
  finish(story, 'T11', 'w-T11-1', '14:27:50', '14:30:17', use(334_000, 0.53, worker), 5);
  done(story, 'T4', undefined, '14:25:10', use(64_000, 0.11, glm));
  done(story, 'T8', undefined, '14:25:00', use(41_000, 0.08, glm));
  story.commander(3, { from: '14:41:34', to: '14:41:50' }, use(160_000, 0.3, glm));
  story.worker('T12', { from: '14:41:51', to: '14:50:40', ...use(376_000, 0.7, worker) }, files(2));
  done(story, 'T12', '14:50:41', '14:53:04', use(60_000, 0.11, glm));
  story.missionReview({ from: '14:53:05', to: '14:57:10' }, use(198_000, 0.46, glm));
  story.commander(4, { from: '14:57:11', to: '14:58:50' }, use(285_000, 0.47, glm), {
    summary:
      'Sign-in now issues a 15-minute access token and a refresh token that can be spent once. The middleware accepts tokens only; the old cookie stays readable for one release, as you asked. Signing keys rotate without a restart. The Devices page lists and revokes refresh families.',
    seal: true,
  });
  return story.add('14:59:00', { type: 'mission.ended', state: 'sealed', reason: 'everything is done and proven' });
}

/** Ends a turn that the running story left in flight, and reviews it. */
function finish(
  story: Story,
  todo: string,
  turn: string,
  to: string,
  reviewed: string,
  used: Used,
  count: number,
  review = 1,
): void {
  const said = { summary: `${todo} is done.`, followUps: [] };
  story.add(to, { type: 'worker.reported', turn, todo, status: 'done', files: files(count), ...said });
  story.add(to, changed(turn, todo, files(count)));
  story.add(to, { type: 'turn.ended', turn, ...used });
  done(story, todo, to, reviewed, use(60_000, 0.11, glm), review);
}

/** A review that passes; without `from` it is one that the running story began. */
function done(story: Story, todo: string, from: string | undefined, to: string, used: Used, attempt = 1): void {
  const check = checkOf.get(todo);
  if (from !== undefined) {
    story.reviewer(todo, { from, to, attempt, ...used }, check);
    return;
  }
  const turn = `r-${todo}-${attempt}`;
  const proof = check === undefined ? {} : { proof: { command: check, session: sessionOf(turn), callID: 'call' } };
  const said = { summary: 'Everything holds.', issues: [] };
  story.add(to, { type: 'todo.reviewed', turn, todo, outcome: 'passed', ...said, ...proof });
  story.add(to, { type: 'turn.ended', turn, ...used });
}

function use(tokens: number, cost: number, model: string): Used {
  return { tokens, cost, model };
}

function files(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `src/auth/file${index + 1}.ts`);
}
