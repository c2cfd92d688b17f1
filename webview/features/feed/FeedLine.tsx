import type { FeedItem } from '../../../src/core/view/feed';
import { useApp } from '../../app/context';
import { clock } from '../../app/clock';
import { t } from '../../app/l10n';
import { Icon } from '../../components/Icon';
import { LinkButton } from '../../components/LinkButton';
import { Text } from '../../components/Text';
import { pieces, type FeedEntry } from './feedEntries';

/** What stands in a row of the notifications. */
export function FeedLine({ entry }: { readonly entry: FeedEntry }) {
  if (entry.type === 'item') return <ItemLine item={entry.item} isInner={entry.parent !== undefined} />;
  const { row, isOpen } = entry;
  return (
    <div className="feed" title={`${row.label} ${row.text}`}>
      <span className="feed-time">{clock(row.at)}</span>
      <Icon codicon={isOpen ? 'chevron-down' : 'chevron-right'} />
      <span className="feed-text">
        <b>{row.label}</b> <bdi dir="auto">{row.text}</bdi>
      </span>
    </div>
  );
}

function ItemLine({ item, isInner }: { readonly item: FeedItem; readonly isInner: boolean }) {
  const app = useApp();
  const { action } = item;
  return (
    <div className={isInner ? 'feed feed-inner' : 'feed'} title={item.text}>
      <span className="feed-time">{clock(item.at)}</span>
      <Icon name={item.icon} />
      <bdi className="feed-text" dir="auto">
        {pieces(item).map((piece) => {
          if (piece.kind === 'id') return <b key={piece.at}>{piece.text}</b>;
          if (piece.kind === 'text') return piece.text;
          return (
            <Text key={piece.at} isCode>
              {piece.text}
            </Text>
          );
        })}
      </bdi>
      {action === undefined ? null : (
        <LinkButton
          tabIndex={-1}
          label={t('{0}: {1}', action.label, item.text)}
          onPress={() => {
            app.act(action.act);
          }}
        >
          {action.label}
        </LinkButton>
      )}
    </div>
  );
}
