import type { ProofRow } from '../../../src/core/view/proof';
import { cost, duration, tokens } from '../../../src/core/todo/text';
import { costWords, unpricedTooltip } from '../../../src/core/view/status';
import { clock } from '../../app/clock';
import { t } from '../../app/l10n';
import { State } from '../../components/State';
import { Text } from '../../components/Text';

/** The same in two lines, where the panel is narrow: what is dropped stands in the tooltip. */
export function NarrowProof({ row }: { readonly row: ProofRow }) {
  const { state, result, proof, isCommand } = row;
  return (
    <div className="proof-narrow" role="gridcell" title={wholeOf(row)}>
      <span className="proof-name">
        <b>{row.name}</b>
        {row.todo === undefined ? null : <Text className="proof-title">{row.title}</Text>}
      </span>
      <span className="num">{priceOf(row)}</span>
      <span className="proof-narrow-rest">
        {state ? <State word={state} /> : null}
        {state && proof !== '' ? ' · ' : null}
        {result === '' ? null : `${result} · `}
        <Text isCode={isCommand} className="weak">
          {proof}
        </Text>
      </span>
    </div>
  );
}

function priceOf(row: ProofRow): string {
  if (row.tokens === 0 && row.cost === 0) return '';
  const price = costWords(row);
  return price === '' ? cost(row.cost) : price;
}

/** Everything a row says, in one text. */
function wholeOf(row: ProofRow): string {
  const { at, attempts, files } = row;
  return [
    `${row.name} ${row.title}`.trim(),
    row.state?.word ?? '',
    row.result,
    row.proof,
    at === undefined ? '' : t('at {0}', clock(at, true)),
    attempts === undefined ? '' : attempts === 1 ? t('1 attempt') : t('{0} attempts', attempts),
    filesOf(files),
    row.lines ?? '',
    row.workedMs === 0 ? '' : t('worked {0}', duration(row.workedMs, true)),
    row.tokens === 0 ? '' : t('{0} tokens', tokens(row.tokens)),
    priceOf(row),
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

function filesOf(files: readonly string[]): string {
  return files.length === 0 ? '' : files.length === 1 ? t('1 file') : t('{0} files', files.length);
}

/** The cells of a row of the table of proofs; blank where nothing applies. */
export function ProofCells({ row }: { readonly row: ProofRow }) {
  const isTodo = row.todo !== undefined;
  const { files, at, attempts } = row;
  const price = priceOf(row);
  return (
    <div className="proof-row" role="presentation" title={wholeOf(row)}>
      <span role="gridcell" className="proof-name">
        <b>{row.name}</b>
        {isTodo ? (
          <Text className="proof-title" title={row.title}>
            {row.title}
          </Text>
        ) : null}
      </span>
      <span role="gridcell">{row.state ? <State word={row.state} /> : null}</span>
      <span role="gridcell" className="proof-what" title={row.proof}>
        <Text isCode={row.isCommand} className={row.isCommand ? undefined : 'weak'}>
          {row.proof}
        </Text>
      </span>
      <span role="gridcell" className="proof-result">
        {row.result}
      </span>
      <span role="gridcell" className="num proof-at weak">
        {at === undefined ? '' : clock(at, true)}
      </span>
      <span role="gridcell" className="num proof-attempts">
        {attempts ?? ''}
      </span>
      <span role="gridcell" className="num proof-files" title={files.slice(0, 40).join('\n')}>
        {filesOf(files)}
      </span>
      <span role="gridcell" className="num proof-worked">
        {row.workedMs === 0 ? '' : duration(row.workedMs, true)}
      </span>
      <span role="gridcell" className="num proof-tokens">
        {row.tokens === 0 ? '' : tokens(row.tokens)}
      </span>
      <span role="gridcell" className="num" title={price === 'n/a' ? unpricedTooltip : undefined}>
        {price}
      </span>
    </div>
  );
}
