import { openCodeBackend, type FolderBackend } from '../opencode/backend';
import type { Address } from '../opencode/address';
import { findServer, reachServer, type ReachedServer, type ServerWish } from './reachServer';

/** The backend of a folder, which can go on with another server in place of the one that ended. */
export interface HostBackend extends FolderBackend {
  moveTo(address: Address): void;
}

/** What the host reaches the agents through: OpenCode, or a fake of it in unit tests. */
export interface HostParts {
  /** Makes sure, before anything is written, that there is a server to reach or to start. Throws `OpenCodeError`. */
  findServer(wish: ServerWish): Promise<void>;
  reachServer(wish: ServerWish): Promise<ReachedServer>;
  connect(server: ReachedServer, workspace: string): HostBackend;
  /** Milliseconds after its last use that a server without a mission is ended. */
  readonly idleMs: number;
  /** How often a driver shows that it is alive, in milliseconds; 2 s unless told. */
  readonly beatMs?: number;
}

/** The real OpenCode. */
export const realParts: HostParts = {
  findServer,
  reachServer,
  connect: ({ address, worktree }, workspace) => openCodeBackend(address, workspace, worktree),
  idleMs: 5 * 60_000,
};
