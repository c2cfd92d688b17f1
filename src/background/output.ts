import { open } from 'node:fs/promises';
import { commandFile } from '../persistence/commandFiles';

/** From this size on, the output’s newest part is kept and the rest let go; in bytes. */
const mostBytes = 4 * 1024 * 1024;
const keptBytes = 1024 * 1024;

/**
 * A command’s output, which goes straight to its file: nothing of it passes through here. What grows too big is cut to its end,
 * which is all that anybody reads; the little that is written while it is cut may be lost.
 */
export class Output {
  private cut = 0;
  private readonly buffer = Buffer.alloc(64 * 1024);

  constructor(private readonly dir: string) {}

  /** Cuts the output when it is too big. */
  async bound(): Promise<void> {
    const file = await open(commandFile(this.dir, 'output'), 'r+');
    try {
      const { size } = await file.stat();
      if (size <= mostBytes) return;
      const older = await open(commandFile(this.dir, 'older'), 'w', 0o600);
      try {
        for (let at = size - keptBytes; at < size;) {
          const { bytesRead } = await file.read(this.buffer, 0, Math.min(this.buffer.length, size - at), at);
          if (bytesRead === 0) break;
          await older.write(this.buffer, 0, bytesRead);
          at += bytesRead;
        }
      } finally {
        await older.close();
      }
      // The command appends, so it goes on at the beginning.
      await file.truncate(0);
      this.cut += size;
    } finally {
      await file.close();
    }
  }

  /** How much was written altogether, in bytes; bounded once more. */
  async size(): Promise<number> {
    await this.bound();
    const file = await open(commandFile(this.dir, 'output'), 'r');
    try {
      return this.cut + (await file.stat()).size;
    } finally {
      await file.close();
    }
  }
}
