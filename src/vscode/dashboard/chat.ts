import type { ChatRow } from '../../protocol/hostMessages';

const mostRows = 100;
const rowChars = 50_000;

/** The conversation of one dashboard, bounded; it is no part of the mission. */
export interface Chat {
  readonly rows: readonly ChatRow[];
  /** Adds a message, or takes the place of the one with its id; returns it as it is shown. */
  put(row: ChatRow): ChatRow;
}

/** Keeps the newest messages, each within its bound. */
export function chatRows(): Chat {
  let rows: ChatRow[] = [];
  return {
    get rows() {
      return rows;
    },
    put(given) {
      const { text } = given;
      const row = { ...given, text: text.length > rowChars ? `${text.slice(0, rowChars)}…` : text };
      const place = rows.findIndex(({ id }) => id === row.id);
      if (place >= 0) rows = rows.with(place, row);
      else rows = [...rows, row].slice(-mostRows);
      return row;
    },
  };
}
