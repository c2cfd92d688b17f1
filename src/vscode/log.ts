import * as vscode from 'vscode';
import type { Log, Part } from './desk';
import { plain } from '../core/todo/text';
import { mask } from './mask';

const lineChars = 2_000;
/** What is read of a text: a secret that the end of the line cuts in two is masked all the same. */
const readChars = lineChars * 2;

/** Opens the extension’s log channel; whoever opened it disposes it. What `secrets` names never gets into it. */
export function openLog(secrets: () => readonly string[]): Log & Part {
  const channel = vscode.window.createOutputChannel('OpenCode Orchestrator', { log: true });
  const clean = (text: string): string => plain(mask(plain(text, readChars), secrets()), lineChars);
  return {
    info: (sentence) => channel.info(clean(sentence)),
    warn: (sentence) => channel.warn(clean(sentence)),
    error(sentence, cause) {
      channel.error(clean(sentence));
      const stack = cause instanceof Error ? cause.stack : undefined;
      for (const line of (stack ?? '').split('\n').slice(0, 20)) if (line.trim() !== '') channel.error(clean(line));
    },
    show: () => channel.show(true),
    dispose: () => channel.dispose(),
  };
}
