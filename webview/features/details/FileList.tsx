import { t } from '../../app/l10n';
import { useApp } from '../../app/context';
import { IconButton } from '../../components/IconButton';
import { LinkButton } from '../../components/LinkButton';
import { Text } from '../../components/Text';
import { lineWords, type FileChange } from '../../../src/core/todo/changes';
import type { Todo } from '../../../src/core/todo/model';
import { plain } from '../../../src/core/todo/text';

/** Files that are listed; the editor’s own diff has all of them. */
const most = 30;

/** The files that a TODO is about: those it may write, and those its worker says it wrote. */
export function FileList({ todo }: { readonly todo: Todo }) {
  const { act } = useApp();
  const reported = new Set(todo.reported);
  const changes = todo.changes?.files ?? [];
  const changed = new Map(changes.map((change) => [change.path, change]));
  const files = [...new Set([...changed.keys(), ...reported, ...todo.files])];
  return (
    <section className="details-part" aria-label={t('Files')}>
      <header className="details-part-head">
        <h3>{t('Files')}</h3>
        <span className="weak">{files.length === 0 ? t('works alone') : files.length}</span>
        {changes.length > 0 ? <span className="weak file-lines">{lineWords(changes)}</span> : null}
        <LinkButton
          onPress={() => {
            act({ type: 'openTodoFiles', todo: todo.id });
          }}
        >
          {t('Open Changes')}
        </LinkButton>
        {changes.length > 0 ? (
          <IconButton
            codicon="discard"
            label={t('Revert Changes')}
            onPress={() => {
              act({ type: 'revertTodo', todo: todo.id });
            }}
          />
        ) : null}
      </header>
      <ul className="details-list">
        {files.slice(0, most).map((file) => (
          <li key={file} className="file">
            <button
              type="button"
              className="file-button"
              title={plain(file, 1_000)}
              onClick={() => {
                act({ type: 'openFile', path: file.slice(0, 2_000) });
              }}
            >
              <Text className="file-name">{plain(nameOf(file), 200)}</Text>
              <Text className="file-folder weak">{plain(folderOf(file), 300)}</Text>
            </button>
            <Outcome change={changed.get(file)} isReported={reported.has(file)} />
            {changed.has(file) ? (
              <IconButton
                codicon="discard"
                label={t('Revert {0}', plain(file, 200))}
                onPress={() => {
                  act({ type: 'revertTodo', todo: todo.id, file: file.slice(0, 2_000) });
                }}
              />
            ) : null}
          </li>
        ))}
        {files.length > most ? <li className="file weak">{t('and {0} more', files.length - most)}</li> : null}
      </ul>
    </section>
  );
}

/** What became of a file: by its trees, else by the worker’s word. */
function Outcome({ change, isReported }: { readonly change: FileChange | undefined; readonly isReported: boolean }) {
  if (!change) return isReported ? <span className="weak">{t('written')}</span> : null;
  const { kind, added, removed } = change;
  const words = { added: t('added'), deleted: t('deleted'), modified: '', renamed: t('renamed'), mode: t('mode') }[
    kind
  ];
  const lines = added === undefined || removed === undefined ? t('binary') : `+${String(added)} −${String(removed)}`;
  return <span className="weak">{[words, kind === 'mode' ? '' : lines].filter((part) => part !== '').join(' ')}</span>;
}

function nameOf(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}

function folderOf(file: string): string {
  return file.slice(0, Math.max(0, file.lastIndexOf('/')));
}
