import assert from 'node:assert/strict';
import type { TranscriptEntry } from '../../src/opencode/transcript';
import { closeBrowser, pageMs } from './support/browser';
import { openDashboard } from './support/dashboard';
import { sceneOf, type Scene } from './support/scenes';
import { openSite, type Site } from './support/site';
import { sessionOf, Story } from './support/story';
import { widths } from './support/views';

/** Names that a file may really have, and one that none has. */
const names: Readonly<Record<string, string>> = {
  quotes: `src/it's "quoted" \`here\`.ts`,
  'line ends': 'src/one\ntwo\r\nthree\u2028four.ts',
  'right-to-left marks': 'src/\u202egnp.exe\u2067\u200f\u061c.ts',
  'right-to-left letters': 'src/\u05e9\u05dc\u05d5\u05dd.ts',
  '4,096 characters': `src/${'x'.repeat(4_089)}.ts`,
  markup: 'src/<img src=x onerror=alert(1)>.ts',
};

/** What a careless page would fetch, or make a link of. */
const baits = [
  '![a picture](https://evil.example/pixel.png)',
  '<img src="https://evil.example/pixel.png"><link rel=stylesheet href=https://evil.example/a.css>',
  '[press](command:workbench.action.quit) [press](javascript:alert(1)) <a href="vscode://evil/x">press</a>',
  'https://evil.example/pixel.png file:///etc/passwd',
  '<style>@import url(https://evil.example/b.css)</style><iframe src=https://evil.example></iframe>',
];

after(closeBrowser);

describe('bad input in the dashboard', function () {
  this.timeout(pageMs);
  let site: Site;
  before(async () => {
    site = await openSite();
  });
  after(() => site.close());

  it('a file’s name is one escaped, isolated and shortened line, whatever is in it', async () => {
    const story = begun([...Object.values(names)], 'Files with odd names');
    const dashboard = await openDashboard(site, story, { saved: { agent: sessionOf('w-T1-1') } });
    for (const width of widths) {
      await dashboard.page.setViewportSize({ width, height: 800 });
      await dashboard.ask('view.settled()');
      assert.deepEqual(await dashboard.ask('view.overflow()'), [], `at ${width}`);
    }
    const shown = await dashboard.ask<{ title: string; names: string[]; bare: number }[]>(filesShown);
    assert.equal(shown.length, Object.keys(names).length);
    for (const { title, names: parts, bare } of shown) {
      assert.equal(bare, 0, 'every part of a name is isolated');
      assert.ok(title.length <= 1_000 && parts.every((part) => part.length <= 300), title.slice(0, 80));
      for (const text of [title, ...parts])
        assert.doesNotMatch(text, /[\p{Cc}\u061c\u200f\u2028\u202a-\u202e\u2066-\u2069]/u, JSON.stringify(text));
    }
    await dashboard.close();
    assert.deepEqual(dashboard.faults, []);
  });

  it('addresses, pictures and links in an agent’s words are words: nothing is fetched and nothing can be pressed', async () => {
    const dashboard = await openDashboard(site, begun(['src/a.ts'], baits.join(' ')), {
      saved: { agent: sessionOf('w-T1-1') },
    });
    const asked: string[] = [];
    dashboard.page.on('request', (request) => asked.push(request.url()));
    const entries = (['text', 'reasoning', 'error', 'prompt'] as const).map((kind, index): TranscriptEntry => {
      return { id: String(index), at: 1, kind, text: baits.join('\n\n') };
    });
    await dashboard.send({ type: 'transcript', session: sessionOf('w-T1-1'), entries, total: 4, busy: true });
    await dashboard.page.getByText('evil.example').first().waitFor();
    for (const tab of ['todo', 'feed', 'agents']) {
      const again = await openDashboard(site, begun(['src/a.ts'], baits.join(' ')), { saved: { tab } });
      again.page.on('request', (request) => asked.push(request.url()));
      await again.ask('view.settled()');
      assert.deepEqual(await again.ask(live), [], tab);
      await again.close();
      assert.deepEqual(again.faults, []);
    }
    assert.deepEqual(await dashboard.ask(live), []);
    await dashboard.close();
    assert.deepEqual(
      asked.filter((url) => !url.startsWith(site.url)),
      [],
    );
    assert.deepEqual(dashboard.faults, []);
  });
});

/** The files of the details: what each button says, and how many of its parts are not isolated. */
const filesShown = `[...document.querySelectorAll('.file-button')].map((button) => ({
  title: button.getAttribute('title') ?? '',
  names: [...button.querySelectorAll('bdi')].map((part) => part.textContent),
  bare: [...button.childNodes].filter((part) => part.nodeName !== 'BDI').length,
}))`;

/** What on the page leads somewhere, or shows something from elsewhere. */
const live = `[...document.querySelectorAll('img, a, iframe, object, embed, video, [href], [src]')]
  .map((element) => element.outerHTML.slice(0, 100))
  .filter((html) => !/^<(link rel="stylesheet"|script)/.test(html))`;

/** A mission with one TODO that has been worked on; every word of its agents is `words`. */
function begun(files: readonly string[], words: string): Scene {
  const story = new Story(words, '14:00:00');
  story.commander(1, { from: '14:00:01', to: '14:00:05' }, undefined, { plan: words, summary: words });
  const [first = 'src/a.ts'] = files;
  story.planner({ from: '14:00:06', to: '14:01:00' }, [
    { id: 'T1', title: words, detail: words, files: [first], after: [], check: `echo ${words}` },
  ]);
  story.worker('T1', { from: '14:01:01', to: '14:02:00', tokens: 1, cost: 0, model: 'x/y' }, files);
  story.reviewer('T1', { from: '14:02:01', to: '14:02:30' }, undefined, words);
  story.worker('T1', { from: '14:03:00', attempt: 2 });
  return sceneOf(story.records(), '14:04:00', {});
}
