import assert from 'node:assert/strict';
import fc from 'fast-check';
import { holdsSecret, masked, maskSecrets } from '../../../src/core/secrets';

/** Put together here, so that no scanner takes this file for a leak. */
const some = (count: number, alphabet = 'aZ3kQ9xLm2Bv7TnR4cWy'): string => alphabet.repeat(count).slice(0, count);
const hex = (count: number): string => some(count, '0f3a9c7b2e815d46');
const pem = (kind: string, lines: number): string =>
  [`-----BEGIN ${kind}-----`, ...Array.from({ length: lines }, () => some(64)), `-----END ${kind}-----`].join('\n');

/** Keys by their own form: nothing of them may be left, wherever they stand. */
const keys: Readonly<Record<string, string>> = {
  'an OpenAI key': `sk-${some(48)}`,
  'an OpenAI project key': `sk-proj-${some(40)}_${some(20)}-${some(60)}`,
  'an OpenAI key of a service account': `sk-svcacct-${some(60)}`,
  'an Anthropic key': `sk-ant-api03-${some(40)}-${some(40)}_AA`,
  'an OpenRouter key': `sk-or-v1-${hex(64)}`,
  'a Groq key': `gsk_${some(52)}`,
  'an xAI key': `xai-${some(80)}`,
  'a Hugging Face token': `hf_${some(34)}`,
  'an npm token': `npm_${some(36)}`,
  'a GitHub token': `ghp_${some(36)}`,
  'a GitHub app’s token': `ghs_${some(36)}`,
  'a fine-grained GitHub token': `github_pat_${some(22)}_${some(59)}`,
  'a GitLab token': `glpat-${some(20)}`,
  'an AWS key id': `AKIA${some(16, 'IOSFODNN7EXAMPLE')}`,
  'a temporary AWS key id': `ASIA${some(16, 'Y34FZKBOKMUTVV7A')}`,
  'a Google key': `AIza${some(35)}`,
  'a Google OAuth token': `ya29.${some(60)}`,
  'a Slack bot’s token': `xoxb-${some(12, '0123456789')}-${some(12, '9876543210')}-${some(24)}`,
  'a Slack app’s token': `xapp-1-A${some(10, '0123456789')}-${hex(40)}`,
  'a Stripe key': `sk_live_${some(24)}`,
  'a SendGrid key': `SG.${some(22)}.${some(43)}`,
  'a PyPI token': `pypi-AgEIcHlwaS5vcmc${some(60)}`,
  'a Telegram bot’s token': `${some(10, '1234567890')}:AA${some(33)}`,
  'a JSON Web Token': `eyJ${some(20)}.eyJ${some(60)}.${some(43)}`,
  'a Vault token': `hvs.${some(24)}`,
};

/** What surrounds a secret: the text before, the secret itself, the text behind. */
const dressed: readonly (readonly [what: string, before: string, secret: string, behind: string])[] = [
  ['a private key', 'it says\n', pem('RSA PRIVATE KEY', 12), '\nand goes on'],
  ['an OpenSSH key', '', pem('OPENSSH PRIVATE KEY', 4), ''],
  ['a PGP key', '', pem('PGP PRIVATE KEY BLOCK', 4), ' .'],
  ['a private key that is cut off', 'cat id_rsa: ', pem('EC PRIVATE KEY', 3).slice(0, 120), ''],
  ['a variable', 'DB_PASSWORD=', 'hunter2', ' npm test'],
  ['a variable behind export', 'export AWS_SECRET_ACCESS_KEY=', some(40), '\nnpm test'],
  ['a short password', 'password=', 'abc', '&next=1'],
  ['JSON', '{"clientSecret": ', '"correct horse"', ', "id": 1}'],
  ['YAML', 'api_key: ', 'a1b2c3d4e5', '\nname: x'],
  ['code', 'const authToken = ', "'correct horse'", ';'],
  ['a flag', 'deploy --api-key ', 'a1b2c3d4e5', ' --verbose'],
  ['a flag with an equals sign', 'deploy --token=', 'correcthorse', ' --verbose'],
  ['a bearer header', 'curl -H "Authorization: Bearer ', 'correcthorsebattery', '" https://x.example'],
  ['a basic header', "'authorization': 'Basic ", 'bWU6c2VjcmV0', "'"],
  ['a bearer token by itself', 'sent Bearer ', some(24), ' to it'],
  ['a cookie', 'Cookie: ', 'session=abcdef123456; other=2', ''],
  ['a query', 'GET /files?access_token=', some(20), '&page=2'],
  ['a signature', 'https://x.example/a?X-Amz-Signature=', hex(64), '&b=1'],
  ['an address with a password', 'postgres://', 'me:to@p:secret', '@db.example/app'],
  ['an address with a token as its name', 'https://', some(40), '@git.example/x.git'],
  ['a Slack hook', 'https://hooks.slack.com/services/', `T${some(8)}/B${some(8)}/${some(24)}`, ''],
  ['curl’s user', 'curl -s -u me:', 'topsecret', ' https://x.example'],
];

/** What looks like a secret and is none. */
const harmless: readonly string[] = [
  'commit 9fceb02d0ae598e95dc970b74767f19372d61af8',
  `sha256:${hex(64)}`,
  `sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==`,
  '3fa85f64-5717-4562-b3fc-2c963f66afa6 is the id of the request',
  `data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==`,
  'The password field is required, and the token expired.',
  'Ask the person for the password before you go on.',
  'Use basic authentication; bearer of good news; a basic functionality test',
  'interface User { password: string; token?: string; secret: Buffer }',
  'if (password === other.password) return token;',
  'const token = await getToken(request); const secret = parse(input);',
  'password = request.form["password"]',
  'PASSWORD=$PASSWORD TOKEN=${TOKEN} API_KEY=<your key> SECRET=%SECRET% npm test',
  'apiKey: process.env.OPENAI_API_KEY',
  '{"password": "", "token": null, "apiKey": "${API_KEY}"}',
  '318k tokens, max_tokens=4096, token_count: 41000, tokens: 128000',
  'npm install sk-learn-toolkit-with-a-long-name task-runner-sk-helpers',
  'the file src/tokens/secret-sharing.test.ts and docs/api-keys.md',
  'git@github.com:person/repo.git and ssh://git@github.com/person/repo.git',
  'https://example.org/@person/a?key=value&code=200#token',
  '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKxX9 person@example',
  'docker run -u 1000:1000 -p 80:80 image',
  'opencode-ai@1.18.33 @opencode-ai/sdk 1.19.3',
  'T1 waits for T2; msg_01J9ZK and ses_7f3a are ids of ours',
  'Cookie: a plain word in a sentence',
];

describe('secrets in a text', () => {
  for (const [what, secret] of Object.entries(keys)) {
    it(`${what} is masked, wherever it stands`, () => {
      for (const [before, behind] of [
        ['', ''],
        ['the key ', ' was refused'],
        ['"', '",'],
        ['KEY=', '\n'],
        ['(', ')'],
        ['line\\n', '\\n'],
        ['Incorrect API key provided: ', '.'],
      ] as const) {
        const clean = maskSecrets(`${before}${secret}${behind}`);
        assert.ok(!clean.includes(secret.slice(-12)), clean);
        assert.ok(clean.includes(masked), clean);
        assert.ok(clean.startsWith(before) && clean.endsWith(behind), clean);
      }
      assert.ok(holdsSecret(`X=${secret} npm test`));
    });
  }

  for (const [what, before, secret, behind] of dressed) {
    it(`${what} loses the secret and nothing else`, () => {
      assert.equal(maskSecrets(`${before}${secret}${behind}`), `${before}${masked}${behind}`);
    });
  }

  for (const text of harmless) {
    it(`is not seen in “${text.slice(0, 60)}”`, () => {
      assert.equal(maskSecrets(text), text);
      assert.equal(holdsSecret(text), false);
    });
  }

  it('is not certain of a password that stands for a test: such a command may be a check', () => {
    assert.equal(holdsSecret('PGPASSWORD=postgres npm test'), false);
    assert.equal(holdsSecret('curl -H "Authorization: Bearer $TOKEN" localhost'), false);
  });

  it('are masked once and for good: masking again changes nothing', () => {
    const pieces = [...Object.values(keys), ...dressed.map((parts) => parts.slice(1).join('')), ...harmless];
    const piece = fc.oneof(fc.constantFrom(...pieces), fc.string(), fc.constantFrom(' ', '\n', '"', '=', ': ', '@'));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (parts) => {
        const once = maskSecrets(parts.join(''));
        assert.equal(maskSecrets(once), once);
      }),
      { numRuns: 500 },
    );
  });

  it('are found in a megabyte that was made to be slow to search, and nothing hangs', () => {
    const bait = [
      'password',
      'a://',
      'sk-',
      'eyJ',
      'bearer ',
      'curl ',
      'cookie: a=',
      '-----BEGIN PRIVATE KEY-----',
      'token=',
    ];
    for (const word of [...bait, 'a.', 'A0-', '=', ' ']) {
      const clean = maskSecrets(`${word.repeat(1_000_000 / word.length)} DB_PASSWORD=hunter2`);
      assert.ok(!clean.includes('hunter2'), word);
    }
  });
});
