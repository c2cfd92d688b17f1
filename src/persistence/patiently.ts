import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from './errors';

/** Tries again for about two seconds what Windows refuses while a virus scanner or a reader has the file open. */
export async function patiently<T>(act: () => Promise<T>): Promise<T> {
  for (let wait = 10; ; wait *= 2) {
    try {
      return await act();
    } catch (error) {
      const passing = process.platform === 'win32' && ['EPERM', 'EACCES', 'EBUSY'].includes(codeOf(error) ?? '');
      if (!passing || wait > 1000) throw error;
    }
    await sleep(wait);
  }
}
