import { escapeMarkdown } from '../../core/todo/text';
import type { OwnerWords } from '../../core/view/lineOwner';

/** A command that the hover may run, and what it is run with. */
export interface HoverLink {
  readonly label: string;
  readonly command: string;
  readonly args: readonly unknown[];
}

/** The Markdown of a hover: what agents say in it means nothing but itself, and its only links are those that are given. */
export function hoverText({ name, title, how }: OwnerWords, links: readonly HoverLink[]): string {
  const who = [`**${escapeMarkdown(name)}**`, escapeMarkdown(title)].filter((part) => part !== '').join(' ');
  const ways = links.map(({ label, command, args }) => {
    const query = encodeURIComponent(JSON.stringify(args)).replace(/[()]/g, (mark) => (mark === '(' ? '%28' : '%29'));
    return `[${escapeMarkdown(label)}](command:${command}?${query})`;
  });
  return `${who} — ${escapeMarkdown(how)}\n\n${ways.join(' · ')}`;
}
