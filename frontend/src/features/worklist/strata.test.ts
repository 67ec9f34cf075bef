import { describe, expect, it } from 'vitest';

import { parseStrata, pastedText, setText } from './strata';

describe('pasted strata', () => {
  it('are read from a spreadsheet or a CSV file, with or without titles', () => {
    const rows = [
      { case: 'C-1', disease: 'HCM' },
      { case: 'C-2', disease: '' },
    ];
    for (const mark of ['\t', ';', ',']) {
      const text = [`Case${mark}Disease`, `C-1${mark}HCM`, '', `C-2${mark}`].join('\r\n');
      expect(parseStrata(text)).toEqual({ rows, problems: [] });
      expect(parseStrata(text.split('\r\n').slice(1).join('\n'))).toEqual({ rows, problems: [] });
    }
    expect(parseStrata('')).toEqual({ rows: [], problems: [] });
  });

  it('keep a separator and a quote inside quotes', () => {
    expect(parseStrata('C-1, "DCM, ""idiopathic"""').rows).toEqual([{ case: 'C-1', disease: 'DCM, "idiopathic"' }]);
  });

  it('name the line that cannot be taken', () => {
    const { rows, problems } = parseStrata(['C-1,HCM', 'C-2', 'C-1,DCM', 'C-3,a,b', ',HCM', `C-4,${'x'.repeat(61)}`, 'C-1,HCM'].join('\n'));
    expect(rows).toEqual([{ case: 'C-1', disease: 'HCM' }]);
    expect(problems.map((text) => text.slice(0, 7))).toEqual(['Line 2:', 'Line 3:', 'Line 4:', 'Line 5:', 'Line 6:']);
    expect(problems[1]).toBe('Line 3: C-1 stands in line 1 with another disease.');
  });

  it('are said before and after', () => {
    expect(pastedText(parseStrata('A,HCM\nB,DCM\nC,'))).toBe('2 cases in 2 strata; 1 case back to unknown.');
    expect(pastedText(parseStrata('A,HCM'))).toBe('1 case in 1 stratum.');
    expect(pastedText(parseStrata('case,disease'))).toBe('No case in it yet.');
    expect(setText({ set: 1, unknown: [] })).toBe('1 case set.');
    expect(setText({ set: 2, unknown: ['a', 'b', 'c', 'd', 'e', 'f'] })).toBe('2 cases set. 6 labels that no case has: a, b, c, d, e, ….');
  });
});
