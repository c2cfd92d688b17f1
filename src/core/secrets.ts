/** What stands in a secret’s place. */
export const masked = '•••';

/** Not in the middle of a longer word; the `n` of a `\n` that JSON wrote is no part of one. */
const start = '(?:(?<![A-Za-z0-9_])|(?<=\\\\[nrt]))';
const end = '(?![A-Za-z0-9])';

/**
 * Keys that say by their own form that they are one, as their issuers document them. Each asks for so many characters behind
 * its mark that no word, hash or name of a package looks like it.
 */
const keys = [
  // OpenAI, Anthropic, OpenRouter and others: a marked one may hold hyphens, a bare one may not
  'sk-(?:proj|svcacct|admin|ant|or-v1)-[A-Za-z0-9_-]{12,}',
  'sk-[A-Za-z0-9]{20,}',
  'gsk_[A-Za-z0-9]{20,}', // Groq
  '(?:xai|pplx|tvly|fw|csk)-(?=[A-Za-z-]*[0-9])[A-Za-z0-9-]{20,}', // xAI, Perplexity, Tavily, Fireworks, Cerebras
  '(?:hf|r8|npm)_[A-Za-z0-9]{30,}', // Hugging Face, Replicate, npm
  'gh[pousr]_[A-Za-z0-9]{20,}', // GitHub
  'github_pat_[A-Za-z0-9_]{20,}',
  'gl(?:pat|dt|rt|ptt|soat|cbt|ft|imt|agent)-[A-Za-z0-9_-]{20,}', // GitLab
  '(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}', // AWS
  'AIza[A-Za-z0-9_-]{30,}', // Google
  'ya29\\.[A-Za-z0-9_-]{20,}',
  'GOCSPX-[A-Za-z0-9_-]{20,}',
  'xox[abeoprs]-[A-Za-z0-9-]{10,}', // Slack
  'xapp-[0-9]-[A-Za-z0-9-]{10,}',
  '[sr]k_(?:live|test)_[A-Za-z0-9]{10,}', // Stripe
  'whsec_[A-Za-z0-9+/=]{20,}',
  'SG\\.[A-Za-z0-9_-]{16,}\\.[A-Za-z0-9_-]{16,}', // SendGrid
  'pypi-[A-Za-z0-9_-]{40,}',
  'do[opr]_v1_[a-f0-9]{40,}', // DigitalOcean
  'dapi[a-f0-9]{32}', // Databricks
  'shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}', // Shopify
  'hv[sbr]\\.[A-Za-z0-9_-]{20,}', // Vault
  '(?:sbp|sntrys|sntryu|glsa|lin_api|ntn|dckr_pat)_[A-Za-z0-9_=-]{24,}', // Supabase, Sentry, Grafana, Linear, Notion, Docker
  'AGE-SECRET-KEY-1[A-Z0-9]{40,}',
  '[0-9]{8,10}:AA[A-Za-z0-9_-]{32,}', // Telegram
  'eyJ[A-Za-z0-9_-]{10,}\\.eyJ[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]{10,}', // JSON Web Tokens
];

/** A name that says that its value is secret: `DB_PASSWORD`, `apiKey`, `client-secret`; not `tokens`, `token_count`. */
const secretName =
  '[A-Za-z0-9_.-]{0,60}(?:password|passwd|passphrase|passwort|secret|token|credential|(?:api|access|private|secret|auth|account|signing|encryption)[ _-]?key)';
/** What stands where a secret would: variables, templates, nothing, and what was masked before. */
const placeholder =
  '(?:[$%<{*\\[(]|•|\\.\\.\\.|…|x{3,}|your[-_ ]|process\\.|env\\.|os\\.|import\\.|(?:true|false|null|undefined|none|nil|string|number|boolean|required|optional|redacted)(?![A-Za-z0-9]))';
/** So many characters with a letter and a digit: what a person or a machine chose, and no word of a sentence. */
const chosen = '(?=[^\\s"\'`,;&|<>()]*[A-Za-z])(?=[^\\s"\'`,;&|<>()]*[0-9])[^\\s"\'`,;&|<>()]{7,500}';
const bearer =
  '(?:(?=[A-Za-z0-9._~+/-]{0,500}[0-9])[A-Za-z0-9._~+/-]{16,500}|[A-Za-z0-9._~+/-]{8,500}=|(?=[A-Za-z]{0,500}[a-z][A-Z])[A-Za-z0-9._~+/-]{12,500})={0,2}';

const pem =
  /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g;
const key = new RegExp(`${start}(?:${keys.join('|')})${end}`, 'g');
/** A password in front of a host; a name alone (`ssh://git@host`) is no secret, a long one is a token. */
const inAddress =
  /\b([a-z][a-z0-9+.-]{0,30}:\/\/)(?![$%<{])(?:[^\s/@:"'`<>]{0,200}:(?![$%<{•])[^\s/"'`<>]{1,500}|[^\s/@:"'`<>]{20,500})@/gi;
const slackHook = /(hooks\.slack\.com\/(?:services|workflows)\/)[A-Za-z0-9_/-]{20,}/g;
const header =
  /\b((?:proxy-)?authorization["']?\s{0,3}[:=]\s{0,3}["']?(?:(?:bearer|basic|digest|token|apikey)\s{1,3})?)(?![$%<{•]|(?:bearer|basic|digest|token|apikey)\s)[^\s"'`,;]{6,500}/gi;
const scheme = new RegExp(`\\b([Bb]earer|BEARER|[Bb]asic|BASIC)(\\s{1,3})${bearer}(?![A-Za-z0-9])`, 'g');
const cookie =
  /\b((?:set-)?cookie\s{0,3}:\s{0,3})[\w.-]{1,100}=[^\s"'`]{4,2000}(?:\s[\w.-]{1,100}=[^\s"'`]{1,2000}){0,50}/gi;
const quotedValue = new RegExp(
  `((?<![A-Za-z0-9_.-])${secretName}["'\`]?\\s{0,3}(?:=(?![=>])|:)\\s{0,3})(?:"(?!${placeholder})[^"\\n]{1,1000}"|'(?!${placeholder})[^'\\n]{1,1000}')`,
  'gi',
);
const bareValue = new RegExp(
  `((?<![A-Za-z0-9_.-])${secretName}=)(?!=|>|${placeholder})[^\\s"'\`,;&|<>()]{3,1000}(?![\\w(])`,
  'gi',
);
const spacedValue = new RegExp(
  `((?<![A-Za-z0-9_.-])(?:${secretName}["'\`]?\\s{0,3}(?::|=(?![=>]))\\s{0,3}|--${secretName}\\s{1,3}))(?!${placeholder})${chosen}(?![\\w(])`,
  'gi',
);
const signature =
  /([?&](?:sig|signature|x-amz-signature|x-goog-signature|key|apikey|code)=)(?![$%<{•])[^\s&"'`<>]{16,1000}/gi;
/** One command may name several users, so that each is looked for within the command. */
const curlCommand = /\bcurl\b[^\n|;]{1,1000}/g;
const curlUser = /(\s(?:-u|--user)[= ]?\s{0,3}["']?[^\s:'"]{1,100}:)(?![$%<{•])[^\s'"]{1,500}/g;

/** Keys, addresses and headers: nothing but a secret looks like these. */
const certain: readonly (readonly [RegExp, string])[] = [
  [pem, masked],
  [inAddress, `$1${masked}@`],
  [slackHook, `$1${masked}`],
  [key, masked],
  [header, `$1${masked}`],
];

const likely: readonly (readonly [RegExp, string])[] = [
  ...certain,
  [scheme, `$1$2${masked}`],
  [cookie, `$1${masked}`],
  [quotedValue, `$1${masked}`],
  [bareValue, `$1${masked}`],
  [spacedValue, `$1${masked}`],
  [signature, `$1${masked}`],
];

/** Every shape holds one of these; most texts hold none. */
const anyOfThem = new RegExp(
  `PRIVATE KEY|://|${start}(?:${keys.join('|')})|authorization|bearer|basic|cookie|passw|passp|secret|token|credential|key|[?&](?:sig|code)|curl`,
  'i',
);

/** The text with `•••` for every key, password, token and private key that can be told from its form. Masking twice changes nothing more. */
export function maskSecrets(text: string): string {
  if (!anyOfThem.test(text)) return text;
  return likely
    .reduce((clean, [shape, instead]) => clean.replace(shape, instead), text)
    .replace(curlCommand, (command) => command.replace(curlUser, `$1${masked}`));
}

/** As `maskSecrets`, but only what can be nothing but a secret: for commands, where `PASSWORD=test` may belong to what they do. */
export function maskCertain(text: string): string {
  return certain.reduce((clean, [shape, instead]) => clean.replace(shape, instead), text);
}

/** Whether a text holds what can be nothing but a secret: for texts that must stand as they are or not at all. */
export function holdsSecret(text: string): boolean {
  return maskCertain(text) !== text;
}
