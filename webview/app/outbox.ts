import * as z from 'zod';
import { draftKey, type Box } from './box';
import type { Saved } from './saved';

/** What a box sent and has no answer to yet. */
const sentSchema = z.object({ id: z.number(), text: z.string() }).nullable();
type Sent = NonNullable<z.infer<typeof sentSchema>>;

const boxes: readonly Box[] = ['compose', 'mission'];

/** What was sent from the two boxes. It outlives the page: a hidden one is thrown away, and its successor gets the answer. */
export interface Outbox {
  /** Notes what is being sent. A message leaves its box at once; a mission stays in its field until it began. */
  put(box: Box, sent: Sent): void;
  /** Does what an answer means for the box that waits for it; whether one did. */
  answered(id: number, answer: { readonly ok: boolean }): boolean;
}

/** Keeps what was sent in the page’s stored state, and writes it at once, since the page may be gone in a moment. */
export function makeOutbox(saved: Saved): Outbox {
  const sentFrom = (box: Box): Sent | null => saved.get(sentKey(box), sentSchema, null);
  const draftOf = (box: Box): string => saved.get(draftKey(box), z.string(), '');
  return {
    put(box, sent) {
      saved.set(sentKey(box), sent);
      if (box === 'compose') saved.set(draftKey(box), '');
      saved.write();
    },
    answered(id, { ok }) {
      const box = boxes.find((each) => sentFrom(each)?.id === id);
      const text = box && sentFrom(box)?.text;
      if (box === undefined || text === undefined) return false;
      saved.set(sentKey(box), null);
      // What the person writes by now is not touched.
      if (box === 'compose' && !ok && draftOf(box) === '') saved.set(draftKey(box), text);
      if (box === 'mission' && ok && draftOf(box) === text) saved.set(draftKey(box), '');
      saved.write();
      return true;
    },
  };
}

function sentKey(box: Box): string {
  return `sent.${box}`;
}
