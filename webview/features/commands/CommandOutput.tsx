import { useEffect, useLayoutEffect, useRef } from 'react';
import { t } from '../../app/l10n';
import { useApp, usePart } from '../../app/context';
import { Text } from '../../components/Text';
import type { CommandRow } from '../../../src/core/view/commandRow';

/** The end of what a command writes; it follows unless one has scrolled up. */
export function CommandOutput({ id, row }: { readonly id: string; readonly row: CommandRow }) {
  const { watch } = useApp();
  const told = usePart((view) => view.transcript);
  const scroller = useRef<HTMLPreElement>(null);
  const follows = useRef(true);
  const mine = told?.session === row.id ? told : undefined;
  const text = mine?.entries[0]?.text ?? '';

  useEffect(() => {
    watch(row.id);
    return () => {
      watch(null);
    };
  }, [row.id, watch]);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element && follows.current) element.scrollTop = element.scrollHeight;
  });

  return (
    <div id={id} className="command-output">
      {row.name === row.command ? null : (
        <Text isCode className="command-line">
          {row.command}
        </Text>
      )}
      <pre
        ref={scroller}
        className="command-tail"
        role="log"
        aria-live="off"
        aria-label={t('Output of {0}', row.name)}
        tabIndex={0}
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
          follows.current = scrollHeight - scrollTop - clientHeight < 24;
        }}
      >
        {mine?.error ?? (text === '' ? t('No output.') : text)}
      </pre>
    </div>
  );
}
