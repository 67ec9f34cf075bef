/** Strata of cases and conflicts of interest as the portal sends them, and pasted rows. */
import { plural } from '../../components/format';

export interface StratumRow {
  case_id: string;
  case: string;
  state: string;
  site: string;
  vendor: string;
  disease: string;
  kept_from: string[];
}

export interface SiteCount {
  id: string;
  name: string;
  cases: number;
}

export interface StrataPage {
  count: number;
  page: number;
  page_size: number;
  results: StratumRow[];
  sites: SiteCount[];
  diseases: string[];
}

export interface ConflictRow {
  id: string;
  user_id: string;
  name: string;
  site: string | null;
  case: string | null;
  case_id: string | null;
  open_reads: number;
  reason: string;
  declared_by: string;
  declared_at: string;
}

export interface StratumPair {
  case: string;
  disease: string;
}

export interface Pasted {
  rows: StratumPair[];
  /** What can't be taken, with its line. Nothing is sent while there is any. */
  problems: string[];
}

export const LABEL_MAX = 40;
export const DISEASE_MAX = 60;
export const ROWS_MAX = 20_000;
const HEADS = new Set(['case', 'label', 'pseudonym']);

/** Two columns, a case and its disease, separated as a spreadsheet does: tab, semicolon or comma.
 * A first line of titles is left out. */
export function parseStrata(text: string): Pasted {
  const rows = new Map<string, { disease: string; line: number }>();
  const problems: string[] = [];
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  const mark = separatorOf(lines);
  const first = lines.findIndex((line) => line.trim() !== '');
  lines.forEach((line, i) => {
    if (line.trim() === '') return;
    const cells = cellsOf(line, mark);
    const name = (cells[0] ?? '').trim();
    const disease = (cells[1] ?? '').trim();
    if (i === first && HEADS.has(name.toLowerCase())) return;
    const known = rows.get(name);
    const problem = problemOf(name, disease, cells, known);
    if (problem) problems.push(`Line ${i + 1}: ${problem}`);
    else rows.set(name, { disease, line: i + 1 });
  });
  if (rows.size > ROWS_MAX) problems.push(`At most ${plural(ROWS_MAX, 'case')} at once.`);
  return { rows: [...rows].map(([name, row]) => ({ case: name, disease: row.disease })), problems };
}

function problemOf(name: string, disease: string, cells: string[], known: { disease: string; line: number } | undefined): string | null {
  if (cells.length < 2) return 'no second column. Write the case, a comma and its disease.';
  if (cells.slice(2).some((cell) => cell.trim() !== '')) return 'more than two columns. Put a disease that has a comma into quotes.';
  if (name === '') return 'no case is named.';
  if (name.length > LABEL_MAX) return `“${name.slice(0, 20)}…” is too long for a case.`;
  if (disease.length > DISEASE_MAX) return `a disease has at most ${DISEASE_MAX} characters.`;
  if (known && known.disease !== disease) return `${name} stands in line ${known.line} with another disease.`;
  return null;
}

/** The one that the first line with any has; one kind in the whole text. */
function separatorOf(lines: string[]): string {
  for (const line of lines) {
    const found = ['\t', ';', ','].find((mark) => line.includes(mark));
    if (found) return found;
  }
  return ',';
}

/** Cells of a line; quotes hold a separator, and two of them are one. */
function cellsOf(line: string, mark: string): string[] {
  const cells: string[] = [''];
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const char = line[i]!;
    const last = cells.length - 1;
    if (char === '"' && quoted && line[i + 1] === '"') {
      cells[last] += '"';
      i++;
    } else if (char === '"' && (quoted || cells[last]!.trim() === '')) quoted = !quoted;
    else if (char === mark && !quoted) cells.push('');
    else cells[last] += char;
  }
  return cells;
}

/** One sentence on what pasted rows would do. */
export function pastedText({ rows }: Pasted): string {
  if (rows.length === 0) return 'No case in it yet.';
  const cleared = rows.filter((row) => row.disease === '').length;
  const kinds = new Set(rows.map((row) => row.disease).filter(Boolean)).size;
  return `${plural(rows.length - cleared, 'case')} in ${kinds === 1 ? '1 stratum' : `${kinds} strata`}${cleared ? `; ${plural(cleared, 'case')} back to unknown` : ''}.`;
}

/** What was set, and which labels no case has. */
export function setText(done: { set: number; unknown: string[] }): string {
  const named = done.unknown.slice(0, 5).join(', ') + (done.unknown.length > 5 ? ', …' : '');
  return `${plural(done.set, 'case')} set.` + (done.unknown.length ? ` ${plural(done.unknown.length, 'label')} that no case has: ${named}.` : '');
}
