import type { BehindPoint } from '../../api/agreement';
import { number, signed } from '../../components/format';
import { imageColor } from '../../components/readings';
import classes from './both.module.css';

const NUMBERS: [string, string, string][] = [
  ['edv_ml', 'EDV', 'ml'],
  ['esv_ml', 'ESV', 'ml'],
  ['ef_percent', 'EF', '%'],
  ['mass_g', 'Mass', 'g'],
  ['rv_edv_ml', 'RV EDV', 'ml'],
  ['rv_esv_ml', 'RV ESV', 'ml'],
  ['rv_ef_percent', 'RV EF', '%'],
];

/** What the contours of both come to. */
export function BothNumbers({ found }: { found: BehindPoint }) {
  const [a, b] = found.sides;
  const rows = NUMBERS.filter(([name]) => a.numbers[name] != null || b.numbers[name] != null);
  return (
    <table className={classes.numbers} aria-label="Numbers of both">
      <thead>
        <tr>
          <th />
          {found.sides.map((side) => (
            <th key={side.key} scope="col">
              <i style={{ background: imageColor(side.key) }} />
              {side.label}
            </th>
          ))}
          <th scope="col">Difference</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, title, unit]) => (
          <tr key={name}>
            <th scope="row">
              {title}, {unit}
            </th>
            <td>{number(a.numbers[name] ?? null, 1)}</td>
            <td>{number(b.numbers[name] ?? null, 1)}</td>
            <td>{a.numbers[name] == null || b.numbers[name] == null ? '–' : signed(b.numbers[name] - a.numbers[name], 1)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
