import { config, t } from '@vscode/l10n';

/** Takes the translations that the host wrote into the page; none in English. */
export function loadTranslations(raw: string | undefined): void {
  if (raw === undefined || raw === '' || raw === 'null') return;
  try {
    config({ contents: raw });
  } catch {
    // The page is readable in English, too.
  }
}

export { t };
