/** A DICOM header as rows to read, from DICOM JSON (PS3.18 F). Pure. */

export interface Element {
  vr: string;
  Value?: unknown[];
  BulkDataURI?: string;
  InlineBinary?: string;
}
export type Dataset = Record<string, Element>;

export interface TagRow {
  tag: string; // (0018,1060)
  name: string;
  vr: string;
  value: string;
  depth: number;
  isPrivate: boolean;
  key: string;
}

const MOST_SHOWN = 400; // characters of one value

/** `nameOf` knows the dictionary; private and unknown tags have no name. */
export function rowsOf(dataset: Dataset, nameOf: (tag: string) => string, depth = 0, prefix = ''): TagRow[] {
  return Object.keys(dataset)
    .sort()
    .flatMap((key) => {
      const element = dataset[key]!;
      const isPrivate = Number.parseInt(key.slice(0, 4), 16) % 2 === 1;
      const name = isPrivate ? 'Private' : nameOf(key);
      const items = element.vr === 'SQ' ? ((element.Value ?? []) as Dataset[]) : [];
      const row: TagRow = {
        tag: `(${key.slice(0, 4)},${key.slice(4)})`,
        name,
        vr: element.vr,
        value: element.vr === 'SQ' ? `${items.length} ${items.length === 1 ? 'item' : 'items'}` : textOf(element),
        depth,
        isPrivate,
        key: `${prefix}${key}`,
      };
      return [row, ...items.flatMap((item, i) => rowsOf(item, nameOf, depth + 1, `${prefix}${key}.${i}.`))];
    });
}

function textOf(element: Element): string {
  if (element.BulkDataURI !== undefined || element.InlineBinary !== undefined) return 'binary';
  const text = (element.Value ?? []).map(plain).join(' \\ ');
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}

function plain(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'Alphabetic' in value) return String(value.Alphabetic);
  return value === null ? '' : String(value);
}

export function matching(rows: TagRow[], search: string): TagRow[] {
  const wanted = search.trim().toLowerCase();
  if (wanted === '') return rows;
  return rows.filter((row) => [row.tag, row.tag.replace(/\W/g, ''), row.name, row.value].some((text) => text.toLowerCase().includes(wanted)));
}
