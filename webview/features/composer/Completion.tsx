import { t } from '../../app/l10n';
import { slashCommands } from '../../../src/protocol/slash';

type Command = (typeof slashCommands)[number];

interface CompletionProps {
  readonly id: string;
  readonly options: readonly Command[];
  readonly active: string | undefined;
  readonly onPick: (name: string) => void;
}

/** The commands that begin with what is typed, while nothing but a command’s name is. */
export function optionsFor(draft: string): readonly Command[] {
  if (!/^\/\S*$/.test(draft)) return [];
  return slashCommands.filter(({ name }) => name.startsWith(draft.toLowerCase()));
}

/** The id of an option’s element. */
export function optionId(list: string, name: string): string {
  return `${list}-${name.slice(1)}`;
}

/** The commands that are offered above the message box. */
export function Completion({ id, options, active, onPick }: CompletionProps) {
  return (
    <ul id={id} role="listbox" aria-label={t('Commands')} className="completion">
      {options.map(({ name, argument, does }) => (
        <li
          key={name}
          id={optionId(id, name)}
          role="option"
          aria-selected={name === active}
          className="completion-option"
          onPointerDown={(event) => {
            // The focus stays in the box.
            event.preventDefault();
            onPick(name);
          }}
        >
          <span className="code">{name}</span>
          {argument === '' ? null : <span className="code weak">{argument}</span>}
          <span className="completion-does weak">{does}</span>
        </li>
      ))}
    </ul>
  );
}
