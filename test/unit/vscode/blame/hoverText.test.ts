import assert from 'node:assert/strict';
import { hoverText } from '../../../../src/vscode/blame/hoverText';

describe('the hover of a line', () => {
  const link = {
    label: 'Open Changes',
    command: 'orchestrator.openTodoFiles',
    args: [{ folder: 'file:///a (b)', todo: 'T3' }],
  };

  it('names the TODO, and how it stands, with its links', () => {
    const text = hoverText({ name: 'T3', title: 'Write the parser', how: 'worker, attempt 1, done (verified)' }, [
      link,
    ]);
    const query = '%5B%7B%22folder%22%3A%22file%3A%2F%2F%2Fa%20%28b%29%22%2C%22todo%22%3A%22T3%22%7D%5D';
    assert.equal(
      text,
      `**T3** Write the parser — worker, attempt 1, done (verified)\n\n[Open Changes](command:orchestrator.openTodoFiles?${query})`,
    );
    assert.deepEqual(JSON.parse(decodeURIComponent(query)), link.args);
  });

  it('has no link, picture, HTML or command but its own, whatever a title says', () => {
    const title =
      '[x](command:evil) ![y](https://evil.example) <b>z</b> https://evil.example www.evil.example a@b.example $(zap) ](';
    const text = hoverText({ name: 'T_1_', title, how: 'worker' }, [link]);
    const rest = text.replace(/\]\(command:orchestrator\.openTodoFiles\?[^)]*\)$/, ']').replace(/\\[^\n]/g, '');
    assert.doesNotMatch(rest, /\]\(|<|https?:\/\/|www\.|@|!\[/);
  });
});
