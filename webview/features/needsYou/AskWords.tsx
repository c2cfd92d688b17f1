import { useState } from 'react';
import { isNarrow, useBand } from '../../app/band';
import { t } from '../../app/l10n';
import { LinkButton } from '../../components/LinkButton';
import { Text } from '../../components/Text';
import { duration } from '../../../src/core/todo/text';
import { asksFor, type NeedsYou } from '../../../src/core/view/needsYou';
import { names, shortened } from '../../../src/core/view/words';

/** The ask as one sentence, for a screen reader. */
export function askSentence(asked: NeedsYou): string {
  return `${asked.who} ${asksFor(asked, 400)}`;
}

/** Of a longer command the middle is left out until somebody wants to see it. */
const lineChars = 160;
const narrowChars = 72;

/** Who asks what, for which TODO, why in the agent’s words, how long it waits and what it holds up. */
export function AskWords({ asked }: { readonly asked: NeedsYou }) {
  const { command, text, title, why, holdsUp, to } = asked;
  const [isWhole, setWhole] = useState(false);
  const most = isNarrow(useBand()) ? narrowChars : lineChars;
  const isLong = (command ?? '').length > most;
  const waits = to === 'plan' ? undefined : holdsUp.length > 0 ? names(holdsUp) : undefined;
  const waiting =
    waits === undefined
      ? t('Waiting for {0}.', duration(asked.waitedMs))
      : t('Waiting for {0}, holds up {1}.', duration(asked.waitedMs), waits);
  return (
    <>
      <p className="ask-line">
        <strong>{t('Needs you:')}</strong> <Who asked={asked} /> {asked.what}
        {command === undefined ? (
          <>
            : <Text className="text-wrap">{asked.kind === 'question' ? `“${text}”` : text}</Text>
          </>
        ) : (
          ' '
        )}
        {command === undefined || isWhole ? null : (
          <Text isCode className="ask-command text-wrap">
            {shortened(command, most)}
          </Text>
        )}
        {isLong ? (
          <>
            {' '}
            <LinkButton
              onPress={() => {
                setWhole(!isWhole);
              }}
            >
              {isWhole ? t('Show Less') : t('Show All')}
            </LinkButton>
          </>
        ) : null}
      </p>
      {command !== undefined && isWhole ? (
        // All of it can be read before it is allowed: it scrolls, by the keyboard, too.
        <pre className="ask-command ask-long" tabIndex={0} aria-label={t('What is asked for')} role="group">
          <Text isCode className="text-wrap">
            {command}
          </Text>
        </pre>
      ) : null}
      <p className="ask-more">
        {title === '' ? null : <Text className="text-wrap">{`${title}. `}</Text>}
        {why === undefined ? null : <Text className="text-wrap">{`“${why}” `}</Text>}
        {waiting}
      </p>
    </>
  );
}

function Who({ asked }: { readonly asked: NeedsYou }) {
  const { who, todo } = asked;
  if (todo === undefined || !who.endsWith(` ${todo}`)) return <Text className="text-wrap">{who}</Text>;
  return (
    <>
      {who.slice(0, -todo.length)}
      <Text className="strong">{todo}</Text>
    </>
  );
}
