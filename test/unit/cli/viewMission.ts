import type { Fact, FactOf, Role } from '../../../src/core/mission/facts';
import { defaultSettings, type Settings } from '../../../src/core/mission/settings';
import { emptyState, type MissionState } from '../../../src/core/mission/state';
import type { TodoDraft } from '../../../src/core/todo/model';
import type { FeedItem } from '../../../src/core/view/feed';
import { reduceForFeed } from '../../../src/core/view/feedItem';
import type { AgentNews } from '../../../src/core/view/moment';

export type Draft = Partial<TodoDraft> & { id: string };

/** A mission told fact by fact; its clock starts on 14 November 2023 at 22:13:20 UTC. */
export class Told {
  readonly state: MissionState = emptyState();
  readonly agents = new Map<string, AgentNews>();
  /** What the notification feed has of it, oldest first. */
  readonly feed: FeedItem[] = [];
  now = 1_700_000_000_000;
  private seq = 0;
  private turns = 0;

  constructor(text: string, settings: Partial<Settings> = {}) {
    const all = { ...defaultSettings, ...settings };
    this.fact({ type: 'mission.created', mission: 'm-20231114-ab12', text, directory: '/workspace', settings: all });
  }

  fact(fact: Fact): void {
    this.seq += 1;
    const item = reduceForFeed(this.state, { seq: this.seq, at: this.now, fact });
    if (item) this.feed.push(item);
  }

  /** Orders a turn and opens its session; returns the turn. */
  begin(role: Role, todo?: string, headline = ''): string {
    this.turns += 1;
    const turn = `t${this.turns}`;
    const of = this.state.todos.get(todo ?? '');
    const attempt = role === 'worker' ? (of?.attempts ?? 0) + 1 : role === 'reviewer' && of ? of.reviews + 1 : 1;
    const iteration = role === 'commander' ? { iteration: this.state.iteration + 1 } : {};
    const whose = todo === undefined ? {} : { todo };
    this.fact({
      type: 'turn.ordered',
      turn,
      role,
      ...whose,
      attempt,
      kind: 'first',
      message: `msg${turn}`,
      ...iteration,
    });
    const session = `ses-${turn}`;
    this.fact({ type: 'session.opened', turn, session });
    if (headline !== '') this.agents.set(session, { headline, lastEventAt: this.now });
    return turn;
  }

  end(turn: string, tokens = 40_000, cost = 0.11, model?: string): void {
    this.fact({ type: 'turn.ended', turn, tokens, cost, ...(model === undefined ? {} : { model }) });
  }

  lost(turn: string, how: FactOf<'turn.lost'>['how'], next: FactOf<'turn.lost'>['next'], reason = ''): void {
    this.fact({ type: 'turn.lost', turn, how, reason, next, tokens: 1_000, cost: 0.01 });
  }

  /** The Commander’s first turn and the Planner’s plan. */
  plan(drafts: readonly Draft[], check?: string): this {
    const commander = this.begin('commander');
    const empty = { added: [], retried: [], cancelled: [], asks: [], seal: false, refusals: [] };
    this.fact({ type: 'commander.decided', turn: commander, summary: 'A plan first.', plan: 'all of it', ...empty });
    this.end(commander);
    const planner = this.begin('planner');
    const added = drafts.map((draft) => ({
      title: draft.id,
      detail: '',
      files: [`src/${draft.id}.ts`],
      after: [],
      ...draft,
    }));
    const whole = check === undefined ? {} : { check };
    this.fact({
      type: 'planner.planned',
      turn: planner,
      summary: 'Planned.',
      added,
      sources: [],
      refusals: [],
      ...whole,
    });
    this.end(planner);
    return this;
  }

  work(todo: string, headline = ''): string {
    return this.begin('worker', todo, headline);
  }

  reported(turn: string, status: 'done' | 'blocked' = 'done', reason?: string): void {
    const why = reason === undefined ? {} : { reason };
    const todo = this.state.turns.get(turn)?.todo ?? '';
    this.fact({ type: 'worker.reported', turn, todo, status, summary: 'Written.', files: [], followUps: [], ...why });
    this.end(turn);
  }

  reviewed(turn: string, todo: string, outcome: 'passed' | 'failed', issue?: string): void {
    const check = this.state.todos.get(todo)?.check;
    const proof =
      check === undefined || outcome === 'failed' ? {} : { proof: { command: check, session: 's', callID: 'c' } };
    const id = `I${this.state.issuesOpened + 1}`;
    const issues = outcome === 'failed' ? [{ id, todo, title: issue ?? 'It is wrong', detail: 'There.' }] : [];
    this.fact({ type: 'todo.reviewed', turn, todo, outcome, summary: 'Read and run.', issues, ...proof });
    this.end(turn);
  }

  /** A TODO from its worker to a passed review. */
  done(todo: string): void {
    const worker = this.work(todo);
    this.now += 60_000;
    this.reported(worker);
    const reviewer = this.begin('reviewer', todo);
    this.now += 30_000;
    this.reviewed(reviewer, todo, 'passed');
  }

  ask(turn: string, kind: 'permission' | 'question', title: string): void {
    const session = this.state.turns.get(turn)?.session;
    this.fact({ type: 'ask.opened', ask: `ask-${turn}`, kind, title, ...(session === undefined ? {} : { session }) });
  }

  missionReviewed(summary: string): void {
    const turn = this.begin('reviewer');
    this.fact({ type: 'mission.reviewed', turn, outcome: 'passed', summary, issues: [], proofs: [] });
    this.end(turn);
  }

  ended(state: FactOf<'mission.ended'>['state'], reason: string): this {
    this.fact({ type: 'mission.ended', state, reason });
    return this;
  }

  news(turn: string, news: Partial<AgentNews>): void {
    const session = this.state.turns.get(turn)?.session ?? '';
    this.agents.set(session, { headline: '', lastEventAt: this.now, ...this.agents.get(session), ...news });
  }
}

/** The mission of the design’s pictures: 12 TODOs, 3 done, six workers and two reviewers at work. */
export function tokensMission(): Told {
  const told = new Told('Replace server sessions with short-lived tokens\n\nKeep the old cookie readable.');
  const draft = (id: string, title: string, after: string[], check?: string): Draft => ({
    ...{ id, title, after, files: [`src/http/${id.toLowerCase()}.ts`] },
    ...(check === undefined ? {} : { check }),
  });
  told.plan(
    [
      draft('T1', 'List every place that reads the session', [], 'npm run session-use'),
      draft('T2', 'Sign and verify access tokens', ['T1'], 'npm test -- tokens'),
      draft('T3', 'Migration note for the team', ['T1']),
      draft('T4', 'Sign-in issues access and refresh token', ['T2'], 'npm test -- sign-in'),
      draft('T5', 'Middleware accepts access tokens', ['T2'], 'npm test -- middleware'),
      draft('T6', 'Refresh endpoint with one-time use', ['T2'], 'npm test -- refresh'),
      draft('T7', 'Rotate signing keys without a restart', ['T2'], 'npm test -- keys'),
      draft('T8', 'Sign-out revokes the refresh token', ['T2'], 'npm test -- sign-out'),
      draft('T9', 'Web client refreshes before expiry', ['T2'], 'npm test -- web/auth'),
      draft('T10', 'Limit sign-in attempts by address', ['T2'], 'npm test -- limits'),
      draft('T11', 'Devices page: list and revoke', ['T2'], 'npm test -- devices'),
      draft('T12', 'End to end: sign in, refresh, sign out', ['T4', 'T5', 'T6', 'T7', 'T8', 'T9'], 'npm run e2e'),
    ],
    'npm run e2e && npm run build',
  );
  told.done('T1');
  told.done('T2');
  told.done('T3');
  const first = told.work('T6');
  told.now += 240_000;
  told.reported(first);
  const review = told.begin('reviewer', 'T6');
  told.reviewed(review, 'T6', 'failed', 'A token can be refreshed twice');
  return told;
}

/** The same while it runs: T7 asks for a permission, T9 waits for its provider. */
export function runningMission(): Told {
  const told = tokensMission();
  for (const id of ['T4', 'T8']) told.reported(told.work(id));
  const t7 = told.work('T7', 'wants to install a package');
  const t9 = told.work('T9', 'Too many requests, try 3');
  told.work('T5', 'edits src/http/auth.ts');
  told.now += 200_000;
  told.work('T6', 'runs npm test -- refresh');
  told.work('T10', 'reads src/http/limits.ts');
  told.work('T11', 'edits web/src/Devices.tsx');
  told.begin('reviewer', 'T4', 'runs npm test -- sign-in');
  told.begin('reviewer', 'T8', 'reads the diff of 4 files');
  told.ask(t7, 'permission', 'npm install jose@5');
  told.news(t9, { retryUntil: told.now + 600_000, lastEventAt: told.now - 50_000 });
  told.now += 4_000;
  return told;
}
