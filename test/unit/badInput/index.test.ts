import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const tests = fileURLToPath(new URL('../../', import.meta.url));

/** What bad input gets, and the tests that hold it: the file below `test/`, and the title as it stands in that file. */
const held: Readonly<Record<string, readonly (readonly [file: string, title: string])[]>> = {
  'an untrusted workspace with a plugin or an MCP command: nothing starts, no request is made': [
    ['integration/untrusted.test.ts', 'starts nothing, asks nobody anything, and the views say why'],
  ],
  'a server or an executable that the workspace’s settings name: ignored': [
    ['unit/manifest.test.ts', 'that name a program or a server belong to the machine, and a workspace cannot set them'],
    [
      'unit/opencode/environment.test.ts',
      'is never taken from an entry of PATH that is not absolute: the workspace would choose what runs',
    ],
  ],
  'a port taken by something that answers 200 to all: refused, not ours': [
    [
      'unit/badInput/servers.test.ts',
      'answers ${what} with 200 to everything: refused as not ours, after two questions',
    ],
    [
      'e2e/badInput.test.ts',
      'a server without a password, something that answers 200 to all, a wrong password: 7, one sentence, no storm of requests',
    ],
  ],
  'a server without a password: refused with the reason': [
    [
      'unit/badInput/servers.test.ts',
      'has no password: refused with the reason and what to do, and ours is not sent to it',
    ],
    ['unit/badInput/servers.test.ts', 'has no password: it is not offered for a mission either'],
  ],
  'a wrong password: one error, no storm of tries, no password in the log': [
    [
      'unit/badInput/servers.test.ts',
      'refuses the password: one error, no second try, and the password in nothing that is said',
    ],
    [
      'unit/opencode/eventStream.test.ts',
      'tells once that it is not let in, is never connected, and tries again without haste',
    ],
    ['contract/server.test.ts', 'lets nobody in without the password'],
  ],
  'a server elsewhere without TLS: refused unless overridden': [
    [
      'unit/badInput/servers.test.ts',
      'is elsewhere without TLS: refused, but for the one server that the environment names',
    ],
  ],
  'markup, links and pictures from elsewhere in an agent’s text: inert': [
    ['webview/hostile.test.ts', 'is shown as text and keeps to its place, with ${tab} in front'],
    ['webview/hostile.test.ts', 'is shown as text in an agent’s details and its transcript'],
    [
      'webview/badInput.test.ts',
      'addresses, pictures and links in an agent’s words are words: nothing is fetched and nothing can be pressed',
    ],
    ['unit/vscode/dashboard/html.test.ts', 'lets in one script with the nonce and nothing that is not ours'],
    ['unit/core/text.test.ts', 'leaves no mark, address or list for a renderer'],
  ],
  'names of files with quotes, line ends, right-to-left marks, 4,096 characters: one escaped line, isolated, shortened':
    [
      [
        'unit/badInput/names.test.ts',
        'with ${what} is one short, harmless line on the terminal, on paper and in a tree',
      ],
      ['webview/badInput.test.ts', 'a file’s name is one escaped, isolated and shortened line, whatever is in it'],
    ],
  'escape codes and terminal links: stripped': [
    ['unit/core/text.test.ts', 'takes escape sequences away whole'],
    ['e2e/seal.test.ts', 'shows HTML, escape codes and direction marks in titles as plain text everywhere'],
    ['unit/vscode/transcripts/text.test.ts', 'holds no escape sequence, no turned text and no line without end'],
  ],
  '../../etc/passwd, /etc/passwd, C:\\…, ~/.ssh: refused as outside': [
    ['unit/core/paths.test.ts', 'refuses ${JSON.stringify(path.slice(0, 40))} as ${why}'],
    ['unit/bridge/guard.test.ts', 'what lies outside, by its path'],
  ],
  'a link that leads out, .opencode itself a link: refused': [
    ['unit/bridge/guard.test.ts', 'what lies outside, through a link, also where the TODO names it'],
    [
      'contract/opencodeWrites.test.ts',
      'a link that leads out of the workspace is not written through, by a TODO that names it or by one that names no file',
    ],
    [
      'e2e/badInput.test.ts',
      '.opencode that is a link, or a link inside it: 2, one sentence, and nothing is written where it leads',
    ],
  ],
  'a worker that edits .vscode, .git, opencode.json, .opencode: denied': [
    ['unit/bridge/guard.test.ts', 'protected places, whatever the TODO names, and however they are written'],
    ['unit/core/permissions.test.ts', 'keep the ${role} from every protected place'],
    ['contract/opencodeWrites.test.ts', 'a TODO that names no file may write anywhere but in protected places'],
  ],
  'a README that says “ignore your rules”: data': [
    [
      'e2e/badInput.test.ts',
      'a README that says “ignore your rules” is data: a worker that obeys it is denied all it tries, and only proof seals',
    ],
  ],
  'an answer that names another TODO or another role: rejected': [
    ['unit/badInput/words.test.ts', 'is refused when it names another TODO or another role'],
    ['unit/badInput/words.test.ts', 'counts for the TODO of its session, whatever it names'],
    ['unit/bridge/plugin.test.ts', '${toolOf[role]} records what the ${role} hands in, and nobody else’s'],
  ],
  'a webview’s message that is unknown, 50 MB, before ready, after dispose, 10,000 a second: dropped, logged once': [
    ['unit/vscode/dashboard/incoming.test.ts', 'is dropped and logged once: ${name}'],
    [
      'unit/vscode/dashboard/incoming.test.ts',
      'is dropped before the page is ready, after it is loaded anew, and after the end',
    ],
    [
      'unit/vscode/dashboard/incoming.test.ts',
      'is dropped when it comes 10,000 times a second, and taken again afterwards',
    ],
    ['webview/messages.test.ts', 'are ignored where they are garbage'],
  ],
  'an event of a session that is not ours: ignored': [
    ['unit/badInput/words.test.ts', 'changes nothing: the mission’s facts are the same with it and without'],
    ['unit/vscode/news.test.ts', 'ignores sessions that are not ours and forgets those that ended'],
  ],
  'HTML with status 200, a redirect, a compressed bomb: a typed error': [
    ['unit/badInput/servers.test.ts', 'is a page with status 200: a typed error for every question'],
    [
      'unit/badInput/servers.test.ts',
      'is a redirect: a typed error for every question, and nobody goes where it leads',
    ],
    [
      'unit/badInput/servers.test.ts',
      'is a compressed bomb: a typed error for every question, and nothing is unpacked',
    ],
    ['unit/opencode/nodeFetch.test.ts', 'an answer without end is given up at 256 MB, and its connection closed'],
    ['unit/opencode/eventStream.test.ts', 'follows no redirect: the password goes nowhere else'],
  ],
  'a time to try again that is none: clamped': [
    [
      'contract/failures.test.ts',
      'a time that makes no sense is OpenCode’s own, and a second failure has the next number',
    ],
    ['unit/opencode/wire.test.ts', 'bears any field of any event missing or of another type'],
  ],
  'a mission’s id with ../: refused': [
    [
      'unit/badInput/words.test.ts',
      'with ../ in it, or anything that is no plain name, is refused before a file is looked at',
    ],
    ['e2e/badInput.test.ts', 'a mission’s id with ../ and a blank mission: 2, one sentence, nothing written'],
    [
      'unit/bridge/plugin.test.ts',
      'a session whose tag names no mission of this workspace is refused, whatever it names',
    ],
  ],
  'a mission’s text that is empty, blank, 1 MB, or holds /stop or {{template}}: checked, never expanded': [
    [
      'unit/badInput/words.test.ts',
      'is refused when it is empty or blank, also of marks that nobody sees, and says what to do',
    ],
    ['unit/badInput/words.test.ts', 'is taken with a million characters and refused with one more'],
    ['unit/badInput/words.test.ts', 'is no command and no template: ${text}'],
    ['e2e/calls.test.ts', 'gives the mission’s text word for word, whatever is in it'],
  ],
  'secrets in output, errors and prompts: masked in journal, log, toast and export': [
    ['unit/badInput/secrets.test.ts', '${what} is masked, wherever it stands'],
    ['unit/badInput/secrets.test.ts', 'is not seen in “${text.slice(0, 60)}”'],
    [
      'unit/badInput/maskedFacts.test.ts',
      'are masked in ${fact.type} before it is reduced and written, and it stays a fact',
    ],
    ['unit/badInput/maskedFacts.test.ts', 'is masked in what a notification says of an error'],
    ['unit/badInput/maskedJournal.test.ts', 'has none of them, and neither has the state, which stays its fold'],
    [
      'e2e/badInput.test.ts',
      'secrets in output, errors, reports and a provider’s words are in no record, no file of ours and no line that is printed',
    ],
    ['e2e/servers.test.ts', 'keeps the server’s password from the agents’ shells, the journal and the output'],
  ],
  'OPENCODE_*, NODE_OPTIONS, ELECTRON_RUN_AS_NODE of a person’s environment: scrubbed at spawn': [
    [
      'unit/opencode/environment.test.ts',
      'is the person’s, without what would change OpenCode or Node behind their back',
    ],
    ['unit/docs.test.ts', 'lists every variable of OpenCode’s that is passed on'],
    [
      'e2e/badInput.test.ts',
      'what would change Node or OpenCode behind a person’s back does not reach the server and its shells',
    ],
  ],
  'paths with blanks, & and %: no shell between us and any process': [
    ['unit/badInput/processes.test.ts', 'has no shell before it: nothing in the sources asks for one'],
    [
      'unit/badInput/processes.test.ts',
      'is started from and in folders with blanks, &, %, quotes and $ in their names, which arrive as they are',
    ],
    [
      'e2e/badInput.test.ts',
      'a folder and an executable whose paths hold blanks, &, % and quotes: the mission is sealed, and no shell read them',
    ],
  ],
};

describe('what bad input gets', () => {
  for (const [item, holders] of Object.entries(held)) {
    it(`is held by tests that there are: ${item}`, () => {
      assert.ok(holders.length > 0);
      for (const [file, title] of holders) {
        const full = path.join(tests, file);
        assert.ok(existsSync(full), `test/${file} is not there`);
        const text = readFileSync(full, 'utf8');
        const at = ["'", '`', '"'].map((quote) => text.indexOf(`${quote}${title}${quote}`)).find((place) => place > 0);
        assert.ok(at !== undefined, `test/${file} has no test “${title}”`);
        assert.match(text.slice(0, at), /\bit\(\s*$/, `“${title}” is no test that runs`);
      }
    });
  }

  it('is 23 things, each with its own place here', () => {
    assert.equal(Object.keys(held).length, 23);
  });
});
