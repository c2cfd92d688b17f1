import { useId, useState } from 'react';
import { t } from '../../app/l10n';
import { useApp, useMoment } from '../../app/context';
import { Icon } from '../../components/Icon';
import { IconButton } from '../../components/IconButton';
import { Section } from '../../components/Section';
import { Text } from '../../components/Text';
import { commandCounts, commandRows, type CommandRow } from '../../../src/core/view/commandRow';
import { CommandOutput } from './CommandOutput';

/** Rows in the page; the report has all of them. */
const mostRows = 100;

/** The commands that agents run beside their turns: how each stands, and the end of what the open one writes. */
export function CommandList() {
  const moment = useMoment();
  const [open, setOpen] = useState<string | null>(null);
  const rows = moment ? commandRows(moment) : [];
  const counts = moment && rows.length > 0 ? commandCounts(moment.state) : undefined;
  const more = rows.length - mostRows;
  return (
    <Section title={t('Background Commands')} note={counts} className="commands">
      {rows.length === 0 ? <p className="empty">{t('No background command.')}</p> : null}
      <ul className="command-rows">
        {rows.slice(0, mostRows).map((row) => (
          <CommandItem
            key={row.id}
            row={row}
            isOpen={open === row.id}
            onToggle={() => {
              setOpen(open === row.id ? null : row.id);
            }}
          />
        ))}
      </ul>
      {more > 0 ? <p className="empty">{t('{0} older ones are in the report.', more)}</p> : null}
    </Section>
  );
}

interface ItemProps {
  readonly row: CommandRow;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

function CommandItem({ row, isOpen, onToggle }: ItemProps) {
  const { act } = useApp();
  const output = useId();
  const { id, icon, name, command, words, whose, canKill, canAgain } = row;
  return (
    <li className="command">
      <div className="command-row">
        <button
          type="button"
          className="command-toggle"
          aria-expanded={isOpen}
          aria-controls={isOpen ? output : undefined}
          title={command}
          onClick={onToggle}
        >
          <Icon name={icon} />
          <Text isCode={name === command} className="command-name">
            {name}
          </Text>
          <span className="command-words weak">{words}</span>
          <Text className="command-whose weak">{whose}</Text>
        </button>
        <span className="command-actions">
          {canKill ? (
            <IconButton
              codicon="debug-stop"
              colour="debugStop"
              label={t('Kill {0}', name)}
              onPress={() => {
                act({ type: 'killCommand', command: id });
              }}
            />
          ) : null}
          {canAgain ? (
            <IconButton
              codicon="debug-restart"
              label={t('Run {0} Again', name)}
              onPress={() => {
                act({ type: 'runCommandAgain', command: id });
              }}
            />
          ) : null}
          <IconButton
            codicon="go-to-file"
            label={t('Open the Output of {0}', name)}
            onPress={() => {
              act({ type: 'openOutput', command: id });
            }}
          />
        </span>
      </div>
      {isOpen ? <CommandOutput id={output} row={row} /> : null}
    </li>
  );
}
