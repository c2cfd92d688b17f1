import { plain } from '../../core/todo/text';
import { clock } from './clock';

/** One line of a log: `19:36:05  text`; `at` in milliseconds since the epoch, shown in the reader’s time zone. */
export function plainLine(at: number, text: string): string {
  return `${clock(at, true)}  ${plain(text, 500)}`;
}
