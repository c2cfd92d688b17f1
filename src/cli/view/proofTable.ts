import type { Todo } from '../../core/todo/model';
import { plain } from '../../core/todo/text';
import type { Moment } from '../../core/view/moment';
import { plural, restingWord } from '../../core/view/words';
import { lookOfState } from './looks';
import { fileWords, proofWords } from './proof';
import type { Look } from './style';
import { row, widest, type Cell } from './table';

/** From this width on proof and files stand in the TODO’s own row. */
const wideFrom = 130;

/** Each TODO with its state, attempts, proof and files: one line where there is room, else two. */
export function proofTable(view: Pick<Moment, 'state'> & Omit<Look, 'height'>, todos: readonly Todo[]): string[] {
  const { state: s, width, styles } = view;
  const rows = todos.map((todo) => ({
    id: plain(todo.id, 64),
    title: plain(todo.title, 400),
    state: restingWord(s, todo),
    look: lookOfState(restingWord(s, todo).name),
    attempts: todo.attempts > 1 ? plural(todo.attempts, 'attempt') : '',
    proof: proofWords(s, todo),
    files: fileWords(todo),
  }));
  const widestOf = (say: (item: (typeof rows)[number]) => string) =>
    widest(rows.map((item) => styles.words(say(item))));
  const wide = width >= wideFrom;
  const state = Math.min(
    width - 3,
    widestOf((item) => item.state.word),
  );
  const id = Math.max(
    0,
    Math.min(
      widestOf((item) => item.id),
      24,
      Math.floor((width - state) / 3),
    ),
  );
  const tries = widestOf((item) => item.attempts);
  const room = width - 2 - id - 2 - 2 - state;
  const attempts = tries > 0 && room >= tries + 14 ? tries : 0;
  const rest = room - (attempts > 0 ? attempts + 2 : 0);
  const title = Math.max(
    0,
    Math.min(
      widestOf((item) => item.title),
      wide ? Math.floor(rest * 0.4) : rest,
    ),
  );
  const indent = Math.min(2 + id + 2, 12);
  const evidence = wide ? rest - title - 2 : width - indent;
  const proof = Math.max(
    0,
    Math.min(
      widestOf((item) => item.proof),
      Math.floor(evidence * 0.65),
    ),
  );
  const files = Math.max(0, evidence - proof - 2);
  return rows.flatMap((item) => {
    const main: Cell[] = [
      { text: styles.symbols[item.look.symbol], width: 1, tone: item.look.tone },
      { text: item.id, width: id, tone: 'strong', gap: 1 },
      { text: item.title, width: title },
      { text: item.state.word, width: state, tone: item.look.tone },
      { text: item.attempts, width: attempts, tone: 'warn' },
    ];
    const below: Cell[] = [
      { text: item.proof, width: proof, tone: 'faint' },
      { text: item.files, width: files, tone: 'faint' },
    ];
    if (wide) return [row([...main, ...below], styles)];
    return [row(main, styles), `${' '.repeat(indent)}${row(below, styles)}`];
  });
}
