import type { Fact, Recorded } from '../mission/facts';
import type { MissionState } from '../mission/state';

/** How issues are closed, by the facts that close them. */
export interface Closings {
  /** Words by the issue’s id. */
  readonly closed: ReadonlyMap<string, string>;
  /** To be called after each record was reduced. */
  look(record: Recorded): void;
}

/** Watches a fold for issues that are closed. */
export function closingsOf(s: MissionState): Closings {
  const closed = new Map<string, string>();
  const open = new Set<string>();
  let seen = 0;
  return {
    closed,
    look({ fact }) {
      if (s.issues.size !== seen) {
        for (const issue of s.issues.values()) if (issue.state === 'open') open.add(issue.id);
        seen = s.issues.size;
      }
      if (open.size === 0) return;
      const words = closingWords(fact);
      if (words === undefined) return;
      for (const id of open) {
        if (s.issues.get(id)?.state === 'open') continue;
        open.delete(id);
        closed.set(id, words);
      }
    },
  };
}

function closingWords(fact: Fact): string | undefined {
  switch (fact.type) {
    case 'todo.reviewed':
      return 'by the review that its TODO passed';
    case 'mission.reviewed':
      return fact.outcome === 'passed' ? 'by the mission review that passed' : 'replaced by the next mission review';
    case 'commander.decided':
      return 'with its TODO, which the Commander cancelled';
    case 'todos.edited':
      return 'with its TODO, which a person ticked or cancelled';
    case 'worker.reported':
      return 'with its TODO, which was reported done';
    case 'turn.lost':
      return 'replaced by what the next mission review said';
    default:
      return undefined;
  }
}
