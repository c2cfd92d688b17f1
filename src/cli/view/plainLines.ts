import { maskSecrets } from '../../core/secrets';
import { plain } from '../../core/todo/text';
import { clock } from './clock';

/** Characters of a line, and how many are read of a text: a secret that the end cuts in two is masked all the same. */
const lineChars = 500;
const readChars = 2_000;

/** One line of a log: `19:36:05  text`; `at` in milliseconds since the epoch, shown in the reader’s time zone. */
export function plainLine(at: number, text: string): string {
  return `${clock(at, true)}  ${plain(maskSecrets(plain(text, readChars)), lineChars)}`;
}
