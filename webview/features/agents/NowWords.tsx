import { Text } from '../../components/Text';

/** A tool or a verb, and what it is used on. */
const tooled =
  /^(runs|edits|reads|writes|searches|fetches|asks:|bash|edit|write|read|grep|glob|list|patch|webfetch|websearch) (\S[\s\S]*)$/;

/** What an agent does; commands and paths in type of their own. */
export function NowWords({ words }: { readonly words: string }) {
  const [, verb, on] = tooled.exec(words) ?? [];
  if (verb === undefined || on === undefined || !isCode(verb, on)) return <Text className="now">{words}</Text>;
  return (
    <bdi className="text now" dir="auto">
      {verb} <span className="code">{on}</span>
    </bdi>
  );
}

const runs: ReadonlySet<string> = new Set(['runs', 'bash', 'asks:']);

/** A command, or a path or pattern, and no sentence. */
function isCode(verb: string, on: string): boolean {
  return runs.has(verb) ? !/[.!?]$/.test(on) : !/\s/.test(on);
}
