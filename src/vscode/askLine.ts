import * as vscode from 'vscode';

export interface LineWish {
  readonly title: string;
  readonly prompt: string;
  readonly placeholder?: string | undefined;
  readonly value?: string | undefined;
  readonly password?: boolean | undefined;
  /** Why the line cannot be taken; undefined for one that can. */
  readonly refuse?: ((text: string) => string | undefined) | undefined;
  readonly buttons?: readonly LineButton[] | undefined;
}

/** A button beside the title; it ends the input without an answer. */
export interface LineButton {
  readonly icon: string;
  readonly tooltip: string;
  readonly press: (text: string) => void;
}

/** What came of it: the line, or what stood there when the person left. */
export type Line = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly left: string };

/** Asks for one line. What cannot be taken is said when it is given, not while it is typed, and the text stays. */
export function askLine(wish: LineWish): Promise<Line> {
  const input = vscode.window.createInputBox();
  input.title = wish.title;
  input.prompt = wish.prompt;
  input.placeholder = wish.placeholder;
  input.value = wish.value ?? '';
  input.password = wish.password ?? false;
  input.ignoreFocusOut = true;
  const buttons = (wish.buttons ?? []).map(({ icon, tooltip, press }) => ({
    iconPath: new vscode.ThemeIcon(icon),
    tooltip,
    press,
  }));
  input.buttons = buttons;
  return new Promise((resolve) => {
    let line: Line | undefined;
    input.onDidChangeValue(() => {
      input.validationMessage = undefined;
    });
    input.onDidTriggerButton((button) => {
      const pressed = buttons.find((item) => item === button);
      const text = input.value;
      input.hide();
      pressed?.press(text);
    });
    input.onDidAccept(() => {
      const why = wish.refuse?.(input.value);
      if (why !== undefined) {
        input.validationMessage = why;
        return;
      }
      line = { ok: true, text: input.value };
      input.hide();
    });
    input.onDidHide(() => {
      const left = input.value;
      input.dispose();
      resolve(line ?? { ok: false, left });
    });
    input.show();
  });
}

/** The line, trimmed; undefined when the person left. */
export async function askText(wish: LineWish): Promise<string | undefined> {
  const line = await askLine(wish);
  return line.ok ? line.text.trim() : undefined;
}
