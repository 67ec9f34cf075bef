/** The journal on disk (IndexedDB): it outlives the tab, the browser and the session. */
import { type DBSchema, type IDBPDatabase, type IDBPTransaction, openDB } from 'idb';

import type { Conflict, Journal, Operation, Step, Writing } from './journal';

/** Whose row it is. Rows of version 1 name no user: only the read's own reader could write them. */
interface Owner {
  read_id: string;
  user_id?: string;
}
interface Schema extends DBSchema {
  operations: { key: number; value: Owner & { operation: Operation }; indexes: { read_id: string; op_id: string } };
  steps: { key: string; value: Owner & Step; indexes: { read_id: string } };
  conflicts: { key: string; value: Owner & Conflict; indexes: { read_id: string } };
}
type Database = IDBPDatabase<Schema>;
type Stores = ['operations', 'steps', 'conflicts'];
const STORES: Stores = ['operations', 'steps', 'conflicts'];
export const DATABASE = 'accord-journal';

let opening: Promise<Database> | null = null;
let database: Database | null = null;

function open(): Promise<Database> {
  opening ??= new Promise<Database>((resolve, reject) => {
    openDB<Schema>(DATABASE, 2, {
      upgrade(db, from, _to, transaction) {
        const operations =
          from < 1 ? db.createObjectStore('operations', { autoIncrement: true }) : transaction.objectStore('operations');
        if (from < 1) operations.createIndex('read_id', 'read_id');
        operations.createIndex('op_id', 'operation.op_id');
        db.createObjectStore('steps', { keyPath: 'id' }).createIndex('read_id', 'read_id');
        db.createObjectStore('conflicts', { keyPath: 'id' }).createIndex('read_id', 'read_id');
      },
      blocked: () => reject(new Error('Another window still runs the Accord of before. Close it, then reload this one.')),
      // a newer Accord in another window may go ahead
      blocking: () => closeDatabase(),
      terminated: () => closeDatabase(),
    }).then((db) => {
      database = db;
      resolve(db);
    }, reject);
  });
  opening.catch(() => (opening = null));
  return opening;
}

export function closeDatabase(): void {
  database?.close();
  database = null;
  opening = null;
}

/** The rows of one reader's read. Another person at this computer doesn't get to see them. */
export function journalOf(readId: string, userId: string): Journal {
  const owner = { read_id: readId, user_id: userId };
  const own = (row: Owner) => row.user_id === undefined || row.user_id === userId;
  return {
    async load() {
      const transaction = (await open()).transaction(STORES);
      const [operations, steps, conflicts] = await Promise.all([
        transaction.objectStore('operations').index('read_id').getAll(readId),
        transaction.objectStore('steps').index('read_id').getAll(readId),
        transaction.objectStore('conflicts').index('read_id').getAll(readId),
      ]);
      return {
        // an index gives rows of one read by their key: in the order in which they were added
        operations: operations.filter(own).map((row) => row.operation),
        steps: steps.filter(own).sort((a, b) => a.order - b.order),
        conflicts: conflicts.filter(own),
      };
    },
    async write(writing) {
      // without waiting where the database is open: the stroke is on its way before the tab can die
      const transaction = (database ?? (await open())).transaction(STORES, 'readwrite');
      const removed = writing.answered ? removeAnswered(transaction, writing.answered) : undefined;
      put(transaction, owner, writing);
      if (!removed) transaction.commit();
      await Promise.all([removed, transaction.done]);
    },
  };
}

type Transaction = IDBPTransaction<Schema, Stores, 'readwrite'>;

function put(transaction: Transaction, owner: Owner, writing: Writing): void {
  const requests = [
    ...(writing.add ?? []).map((operation) => transaction.objectStore('operations').add({ ...owner, operation })),
    ...(writing.step ? [transaction.objectStore('steps').put({ ...owner, ...writing.step })] : []),
    ...(writing.dropSteps ?? []).map((id) => transaction.objectStore('steps').delete(id)),
    ...(writing.conflicts ?? []).map((conflict) => transaction.objectStore('conflicts').put({ ...owner, ...conflict })),
    ...(writing.settled ?? []).map((id) => transaction.objectStore('conflicts').delete(id)),
  ];
  // the transaction as a whole tells what failed
  for (const request of requests) Promise.resolve(request).catch(() => undefined);
}

async function removeAnswered(transaction: Transaction, opIds: string[]): Promise<void> {
  const store = transaction.objectStore('operations');
  const keys = await Promise.all(opIds.map((id) => store.index('op_id').getKey(id)));
  await Promise.all(keys.map((key) => (key === undefined ? undefined : store.delete(key))));
}

/** The read of each change that a person made here and the server has not confirmed. */
export async function unsentOf(userId: string): Promise<string[]> {
  const rows = await (await open()).getAll('operations');
  return rows.filter((row) => row.user_id === undefined || row.user_id === userId).map((row) => row.read_id);
}

export async function unsentReads(userId: string): Promise<string[]> {
  return [...new Set(await unsentOf(userId))];
}
