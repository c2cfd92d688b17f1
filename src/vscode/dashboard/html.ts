/** What the dashboard’s page is made of; addresses as the webview may load them. */
export interface Page {
  /** Where the webview’s own files come from, as `webview.cspSource` names it. */
  readonly source: string;
  readonly nonce: string;
  readonly script: string;
  readonly styles: readonly string[];
  readonly title: string;
  /** The display language, as `vscode.env.language` names it. */
  readonly language: string;
  readonly version: number;
  /** Translated strings, for `@vscode/l10n`; none in English. */
  readonly translations: unknown;
}

/** The dashboard’s page: one script that has the nonce, our own style sheets and font, and nothing else from anywhere. */
export function dashboardPage(page: Page): string {
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${page.nonce}'`,
    `style-src ${page.source}`,
    `font-src ${page.source}`,
    `img-src 'none'`,
    `connect-src 'none'`,
    `frame-src 'none'`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${attribute(page.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${attribute(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${attribute(page.title)}</title>
${page.styles.map((style) => `<link rel="stylesheet" href="${attribute(style)}">`).join('\n')}
</head>
<body>
<div id="root" data-version="${page.version}" data-l10n="${attribute(JSON.stringify(page.translations ?? null))}"></div>
<script nonce="${attribute(page.nonce)}" src="${attribute(page.script)}"></script>
</body>
</html>
`;
}

/** A text that means nothing but itself between quotes and between tags. */
function attribute(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;');
}
