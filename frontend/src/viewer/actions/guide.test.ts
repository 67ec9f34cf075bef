/** The reader's guide lists every key, as the registries have it. ACCORD_WRITE_DOCS=1 writes the list. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { keyName } from '../keyName';
import { GROUP_NAMES, keyEntries } from './registry';

const GUIDE = join(import.meta.dirname, '../../../../docs/user/reader.md');
const LISTED = /(<!-- keys:.*-->\n)[\s\S]*?(<!-- \/keys -->)/;
const REST = [
  ['`1` `2` `3` …', 'choose the structure'],
  ['wheel', 'slice above or below'],
  ['`Ctrl` wheel', 'zoom'],
  ['`Ctrl Del`, `Ctrl ⌫`', 'with a contour tool: delete the part or hole under the mouse'],
  ['`N`', 'next contour to look at'],
  ['`B`', 'ED and ES side by side'],
  ['`L`, `⇧1` … `⇧9`', 'choose a layout'],
  ['`?`', 'all keys, searchable, to change'],
];

function tables(): string {
  const entries = keyEntries({}).filter((entry) => entry.keys.length > 0);
  const groups = [...new Set(entries.map((entry) => entry.group))];
  const rows = (list: string[][]) => ['| key | does |', '| --- | --- |', ...list.map(([key, does]) => `| ${key} | ${does} |`)].join('\n');
  const table = (group: string) =>
    rows(entries.filter((entry) => entry.group === group).map((entry) => [entry.keys.map((key) => `\`${keyName(key)}\``).join(', '), entry.label === entry.hint ? entry.hint : `**${entry.label}**: ${entry.hint}`]));
  return [`${rows(REST)}\n`, ...groups.map((group) => `${GROUP_NAMES[group]}\n\n${table(group)}\n`)].join('\n');
}

it('the reader’s guide lists every key', () => {
  const guide = readFileSync(GUIDE, 'utf8');
  const wanted = guide.replace(LISTED, (_, begin: string, end: string) => `${begin}\n${tables()}\n${end}`);
  if (process.env.ACCORD_WRITE_DOCS) writeFileSync(GUIDE, wanted);
  expect(wanted).toMatch(LISTED);
  expect(readFileSync(GUIDE, 'utf8')).toBe(wanted);
});
