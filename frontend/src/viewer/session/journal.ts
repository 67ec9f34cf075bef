/** What the reader did and the server has not yet confirmed, kept in the browser (IndexedDB). */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';

import type { Parts } from '../../cmr/geometry';

interface Base {
  op_id: string;
  base_version: number;
}
export interface ContourKey {
  structure: string;
  sop_instance_uid: string;
  frame_number: number;
}
/** A contour that was computed and not drawn: a reader still has to accept or edit it. */
interface Computed {
  origin?: 'propagated';
  /** Also where a person has settled the contour before, for example by deleting it. */
  replace?: true;
}
export type Operation =
  | (Base & ContourKey & { kind: 'contour'; parts: Parts | null } & Computed)
  | (Base & ContourKey & { kind: 'state'; state: 'accepted' })
  | (Base & { kind: 'answer'; question: string; value: string | null })
  | (Base & { kind: 'pin'; name: string; value: number | null });

interface Schema extends DBSchema {
  operations: { key: number; value: { read_id: string; operation: Operation }; indexes: { read_id: string } };
}

export interface Journal {
  load(): Promise<{ seq: number; operation: Operation }[]>;
  add(operation: Operation): Promise<number>;
  remove(seqs: number[]): Promise<void>;
}

let database: Promise<IDBPDatabase<Schema>> | null = null;

function open(): Promise<IDBPDatabase<Schema>> {
  database ??= openDB<Schema>('accord-journal', 1, {
    upgrade(db) {
      db.createObjectStore('operations', { autoIncrement: true }).createIndex('read_id', 'read_id');
    },
  });
  return database;
}

/** One ordered journal per read; it outlives the tab. */
export function journalOf(readId: string): Journal {
  return {
    async load() {
      const db = await open();
      const found: { seq: number; operation: Operation }[] = [];
      let cursor = await db.transaction('operations').store.index('read_id').openCursor(readId);
      while (cursor) {
        found.push({ seq: cursor.primaryKey, operation: cursor.value.operation });
        cursor = await cursor.continue();
      }
      return found.sort((a, b) => a.seq - b.seq);
    },
    async add(operation) {
      return (await open()).add('operations', { read_id: readId, operation });
    },
    async remove(seqs) {
      const store = (await open()).transaction('operations', 'readwrite').store;
      await Promise.all(seqs.map((seq) => store.delete(seq)));
    },
  };
}
