import assert from 'node:assert/strict';
import { dashboardPage } from '../../../../src/vscode/dashboard/html';

const page = {
  source: 'https://*.vscode-cdn.net',
  nonce: 'abc123',
  script: 'https://file/dist/webview.js',
  styles: ['https://file/dist/webview.css'],
  title: 'Mission: <img onerror="x">',
  language: 'de',
  version: 1,
  translations: { 'Stop "now"': '<b>Halt</b>' },
};

describe('the dashboard’s page', () => {
  const html = dashboardPage(page);

  it('lets in one script with the nonce and nothing that is not ours', () => {
    assert.match(html, /default-src &#39;none&#39;; script-src &#39;nonce-abc123&#39;; style-src https:/);
    assert.match(html, /img-src &#39;none&#39;/);
    assert.doesNotMatch(html, /unsafe/);
    assert.equal(html.match(/<script/g)?.length, 1);
  });

  it('holds titles and translations as text', () => {
    assert.doesNotMatch(html, /<img|<b>/);
    assert.match(html, /data-l10n="\{&quot;Stop \\&quot;now\\&quot;&quot;:/);
    assert.match(html, /<html lang="de">/);
  });
});
