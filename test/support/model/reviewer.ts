/** The Reviewer: runs the check through `bash`, as any model would, and judges by the exit code it can see. */
import { checkIn, plansOf, resultsOf, stepCall, todoOf } from './turn';
import type { Part, Reply, Turn } from './turn';
import { spell } from './scenario';
import type { Payload, ReviewScript } from './scenario';

/** The Reviewer’s turn on a TODO or on the whole mission. */
export function review(part: Part): Turn {
  const { todo: id } = part.ask;
  const script = reviewScript(part, id);
  const todo = id === undefined ? undefined : todoOf(part, id);
  const check = todo ? todo.check : missionCheck(part);
  const name = id ?? 'the mission';
  const runs = check !== undefined && (script.runCheck ?? script.claim === undefined);
  const exit = runs ? exitSeen(part, check) : undefined;
  return {
    steps: script.steps ?? [],
    more: () => (runs ? nextRun(part, check) : undefined),
    payload: () => {
      const verdict = script.verdict ?? (exit === undefined || exit === 0 ? 'pass' : 'fail');
      return {
        verdict,
        summary: script.summary ?? (verdict === 'pass' ? `${name} holds.` : `${name} does not hold yet.`),
        evidence: evidence(script, check, exit),
        issues: issues(part, script, verdict, { name, check, exit, file: todo?.files[0] }),
      };
    },
    corrected: script.corrected,
    latencyMs: script.latencyMs,
    closing: spell(script.closing) || 'Reviewed.',
  };
}

/** The entry for this review: by its number, the last repeats; `*` where the TODO has none. */
export function reviewScript(part: Part, todo: string | undefined): ReviewScript {
  const { reviews, missionReview } = part.script;
  const entry = (todo === undefined ? missionReview : (reviews?.[todo] ?? reviews?.['*'])) ?? {};
  return Array.isArray(entry) ? (entry[Math.min(part.attempt, entry.length) - 1] ?? {}) : entry;
}

/**
 * The exit code that a `bash` result shows, or undefined. OpenCode 1.18.33 keeps it in the part’s metadata and does not show it
 * to the model; a bridge may append an `exit code: N` line. The summary of `node --test` is as good where the command is only that.
 */
export function exitIn(command: string, output: string): number | undefined {
  const lastLine = output.trimEnd().split('\n').at(-1) ?? '';
  const said = /^\W*(?:process\s+)?exit(?:ed)?(?:\s+with)?(?:\s+(?:code|status))?\s*[:=]?\s*(\d{1,3})\W*$/i.exec(
    lastLine,
  );
  if (said) return Number(said[1]);
  if (!/^node --test [^;&|]*$/.test(command)) return undefined;
  const failures = [...output.matchAll(/^(?:#|ℹ) fail (\d+)$/gm)].at(-1)?.[1];
  return failures === undefined ? undefined : failures === '0' ? 0 : 1;
}

/** First the check itself; then, only where its exit code stayed unseen, once more in a shell that prints it. */
function nextRun(part: Part, check: string): Reply | undefined {
  const ran = resultsOf(part.ask, 'c0').at(-1);
  if (!ran) return stepCall(part, { bash: check }, 'c0');
  if (exitSeen(part, check) !== undefined || resultsOf(part.ask, 'p0').length > 0) return undefined;
  return stepCall(part, { bash: `( ${check}\n) >/dev/null 2>&1; echo "exit code: $?"` }, 'p0');
}

function exitSeen(part: Part, check: string): number | undefined {
  const shown = resultsOf(part.ask, 'c0').map((run) => exitIn(check, run.result ?? ''));
  const probed = resultsOf(part.ask, 'p0').map((run) => exitIn('', run.result ?? '') ?? 1);
  return probed.at(-1) ?? shown.at(-1);
}

function missionCheck(part: Part): string | undefined {
  return checkIn(part.ask.prompt, plansOf(part.script).findLast((plan) => plan.check !== undefined)?.check);
}

function evidence(script: ReviewScript, check: string | undefined, exit: number | undefined): Payload[] {
  if (Array.isArray(script.claim)) return script.claim;
  if (script.claim === true) return [{ command: check ?? 'true', exitCode: 0 }];
  return check === undefined || exit === undefined ? [] : [{ command: check, exitCode: exit }];
}

interface Finding {
  readonly name: string;
  readonly check: string | undefined;
  readonly exit: number | undefined;
  readonly file: string | undefined;
}

function issues(part: Part, script: ReviewScript, verdict: 'pass' | 'fail', found: Finding): Payload[] {
  if (verdict === 'pass') return script.verdict === 'pass' ? (script.issues ?? []) : [];
  if (script.issues) return script.issues;
  const output = resultsOf(part.ask, 'c0').at(-1)?.result ?? '';
  const detail =
    found.check === undefined
      ? 'The reviewer does not accept this.'
      : `\`${found.check}\` ended with ${found.exit ?? 'no exit code'}.\n${output.slice(-1200)}`;
  return [
    { title: `${found.name} fails its check`, detail, ...(found.file === undefined ? {} : { file: found.file }) },
  ];
}
