import type { Locator, Page } from 'playwright-core';

const tries = 4;
const tryMs = 5_000;

/** The quick input, if it is open. */
export function quickInput(page: Page): Locator {
  return page.locator('.quick-input-widget:visible');
}

/** Runs the command of this title as a person does. */
export async function runCommand(page: Page, title: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      const row = await search(page, title);
      await row.first().click({ timeout: tryMs });
      return;
    } catch (error) {
      await dismiss(page);
      if (attempt === tries) throw new Error(`the palette does not offer "${title}"`, { cause: error });
    }
  }
}

/** Whether the palette offers a command with exactly this title. */
export async function offersCommand(page: Page, title: string): Promise<boolean> {
  try {
    await search(page, title);
    return true;
  } catch {
    return false;
  } finally {
    await dismiss(page);
  }
}

/**
 * Types into the quick input that is open, or picks the item of this text, and confirms. A line is given once the
 * input is gone, asks for something else or says what is wrong: until then the next one would be typed into this.
 */
export async function answerInput(page: Page, text: string): Promise<void> {
  const open = quickInput(page);
  await open.waitFor();
  const item = open.locator('.monaco-list-row').filter({ has: page.getByText(text, { exact: true }) });
  if ((await item.count()) > 0) return await item.first().click();
  const input = open.locator('.quick-input-box input, .quick-input-box textarea').first();
  await input.fill(text);
  const asked = await page.evaluate(shown);
  await input.press('Enter');
  await page.waitForFunction(`${shown} !== ${JSON.stringify(asked)}`);
}

/** What the quick input says and holds, in the page: nothing when none is open. */
const shown = `[...document.querySelectorAll('.quick-input-widget')]
  .filter((widget) => widget.checkVisibility())
  .flatMap((widget) => [widget, ...widget.querySelectorAll('input, textarea')])
  .map(({ innerText, value }) => value ?? innerText)
  .join('\\n')`;

/** The rows whose label is the title, once there is one. */
async function search(page: Page, title: string): Promise<Locator> {
  const open = quickInput(page);
  await page.keyboard.press('F1');
  await open.waitFor({ timeout: tryMs });
  const input = open.locator('.quick-input-box input').first();
  await input.fill(`>${title}`, { timeout: tryMs });
  const label = page.locator('.label-name').getByText(title, { exact: true });
  const row = open.locator('.monaco-list-row').filter({ has: label });
  await row.first().waitFor({ timeout: tryMs });
  return row;
}

/** Closes the quick input, and takes the focus out of whatever swallowed the key. */
async function dismiss(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await page.evaluate('document.activeElement?.blur?.(); window.focus();');
}
