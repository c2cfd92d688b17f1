import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { commandFile } from '../persistence/commandFiles';

/** From this size on, the output’s newest part is kept and the rest let go; in bytes. */
const mostBytes = 4 * 1024 * 1024;
const keptBytes = 1024 * 1024;
const chunkBytes = 64 * 1024;
/** Chunks that are followed while a command writes faster than can be read. */
const mostChunks = 32;

/**
 * A command’s output, which goes straight to its file: nothing of it passes through here. What grows too big is cut to its end,
 * which is all that anybody reads. Everything here is synchronous: what is written between the last look and the cut is lost,
 * so nothing may come between the two.
 */
export class Output {
  private cut = 0;
  private readonly buffer = Buffer.alloc(chunkBytes);

  constructor(private readonly dir: string) {}

  /** Cuts the output when it is too big. Throws as the system does. */
  bound(): void {
    const file = openSync(commandFile(this.dir, 'output'), 'r+');
    try {
      if (fstatSync(file).size > mostBytes) this.cutOff(file);
    } finally {
      closeSync(file);
    }
  }

  /** How much was written altogether, in bytes; bounded once more. */
  size(): number {
    this.bound();
    const file = openSync(commandFile(this.dir, 'output'), 'r');
    try {
      return this.cut + fstatSync(file).size;
    } finally {
      closeSync(file);
    }
  }

  private cutOff(file: number): void {
    const older = openSync(commandFile(this.dir, 'older'), 'w', 0o600);
    try {
      let at = fstatSync(file).size - keptBytes;
      for (let chunk = 0; chunk < mostChunks; chunk += 1) {
        const read = readSync(file, this.buffer, 0, chunkBytes, at);
        if (read === 0) break;
        writeSync(older, this.buffer, 0, read);
        at += read;
      }
      // The command appends, so it goes on at the beginning.
      ftruncateSync(file, 0);
      this.cut += at;
    } finally {
      closeSync(older);
    }
  }
}
