import { describe, expect, it } from 'vitest';

import { type Dataset, matching, rowsOf } from './rows';

const HEADER: Dataset = {
  '00100010': { vr: 'PN', Value: [{ Alphabetic: 'C0001' }] },
  '00181060': { vr: 'DS', Value: [45.5] },
  '00280030': { vr: 'DS', Value: [1.5, 1.25] },
  '00191001': { vr: 'LO', Value: ['venc'] },
  '00081140': { vr: 'SQ', Value: [{ '00081155': { vr: 'UI', Value: ['1.2.3'] } }] },
  '00420011': { vr: 'OB', BulkDataURI: 'x' },
  '00080060': { vr: 'CS' },
};
const NAMES: Record<string, string> = { '00181060': 'TriggerTime', '00081155': 'ReferencedSOPInstanceUID' };
const rows = rowsOf(HEADER, (tag) => NAMES[tag] ?? '');

describe('the header as rows', () => {
  it('is in the order of tags, items below their sequence', () => {
    expect(rows.map((r) => [r.tag, r.depth])).toEqual([
      ['(0008,0060)', 0],
      ['(0008,1140)', 0],
      ['(0008,1155)', 1],
      ['(0010,0010)', 0],
      ['(0018,1060)', 0],
      ['(0019,1001)', 0],
      ['(0028,0030)', 0],
      ['(0042,0011)', 0],
    ]);
    expect(rows.map((r) => r.value)).toEqual(['', '1 item', '1.2.3', 'C0001', '45.5', 'venc', '1.5 \\ 1.25', 'binary']);
    expect(rows.filter((r) => r.isPrivate).map((r) => r.name)).toEqual(['Private']);
    expect(new Set(rows.map((r) => r.key)).size).toBe(rows.length);
  });

  it('is searched by name, tag with or without brackets, and value', () => {
    for (const text of ['triggertime', '(0018,1060)', '00181060', '45.5']) {
      expect(matching(rows, text).map((r) => r.tag)).toEqual(['(0018,1060)']);
    }
    expect(matching(rows, ' ')).toHaveLength(rows.length);
    expect(matching(rows, 'nothing like it')).toEqual([]);
  });
});
