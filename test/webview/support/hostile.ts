import { sceneOf, type Scene } from './scenes';
import { sessionOf, Story, timeOf } from './story';

/** Runs a script where a text is taken for markup. */
export const markup = `<img src=x onerror="globalThis.pwned='img'"><script>globalThis.pwned='script'</script>`;
/** Does something where a text is taken for Markdown. */
export const link = `[press me](command:workbench.action.quit) <a href="javascript:pwned=1">x</a> vscode://evil/x`;
/** Turns the writing direction of all that follows, where it is not held in. */
export const turned = `\u202e\u2067drawkcab \u05d0\u05d1\u05d2 \u2066`;
/** One word of 100 kB. */
export const long = 'x'.repeat(100_000);

const all = `${turned} ${markup} ${link} ${long}`;

/** A mission in which every text that an agent writes is hostile. */
export function hostileScene(): Scene {
  const story = new Story(`${markup}${turned}\n${long}`, '14:00:00');
  const todo = (id: string, title: string, check: string) => ({
    ...{ id, title, check, detail: all },
    files: [`src/${markup}.ts`, `${long}.ts`],
    after: id === 'T1' ? [] : ['T1'],
  });
  const todos = [
    todo('T1', markup, `echo ${markup}`),
    todo('T2', link, `echo ${link}`),
    todo('T3', turned, turned),
    todo('T4', long, long),
  ];
  story.commander(1, { from: '14:00:01', to: '14:00:05' }, undefined, { plan: all, summary: all });
  story.planner({ from: '14:00:06', to: '14:01:00' }, todos);
  story.worker('T1', { from: '14:01:01', to: '14:02:00', tokens: 1, cost: 0, model: `x/${long}` }, [markup, long]);
  story.reviewer('T1', { from: '14:02:01', to: '14:02:30' }, `echo ${markup}`);
  for (const id of ['T2', 'T3', 'T4']) story.worker(id, { from: '14:03:00' });
  story.add('14:03:10', { type: 'note.added', text: all });
  story.add('14:03:20', { type: 'noticed', text: all });
  const permission = { name: 'bash', patterns: [`${markup} ${turned} ${long}`], always: [long] };
  const ask = { ask: 'per_1', kind: 'permission', session: sessionOf('w-T2-1'), title: all, permission } as const;
  story.add('14:03:30', { type: 'ask.opened', ...ask });
  const news = (id: string, headline: string): Scene['agents'][number] => [
    sessionOf(`w-${id}-1`),
    { headline, lastEventAt: timeOf('14:03:40'), tokens: 128e6, cost: 1_240, model: `${markup}/${long}` },
  ];
  return sceneOf(story.records(), '14:04:00', {
    agents: [news('T2', link), news('T3', turned), news('T4', long)],
    chat: [{ id: '1', from: 'model', text: all, done: true }],
  });
}
