import type { DiscDifference } from '../../api/agreement';
import { number, signed } from '../../components/format';
import classes from './both.module.css';
import { shortTitle } from './structures';

export const discKey = (row: DiscDifference): string => `${row.structure}/${row.slice}/${row.phase}`;

interface Props {
  rows: DiscDifference[];
  now: string | null;
  onGo: (row: DiscDifference) => void;
}

/** Every disc of either reading at ED and ES, the largest difference first. */
export function Discs({ rows, now, onGo }: Props) {
  if (rows.length === 0) return <p className={classes.none}>Neither reading has contours at ED or ES.</p>;
  return (
    <ul className={classes.rows} aria-label="Differences by disc">
      {rows.map((row) => (
        <li key={discKey(row)}>
          <button type="button" className={classes.row} aria-current={discKey(row) === now || undefined} onClick={() => onGo(row)}>
            <span>
              {shortTitle(row.structure)}, slice {row.slice + 1}, {phaseText(row)}
            </span>
            <em>{row.a_ml === null || row.b_ml === null ? 'one alone' : row.dice === null ? '' : `Dice ${number(row.dice, 2)}`}</em>
            <b>{signed(row.difference_ml, 1)} ml</b>
          </button>
        </li>
      ))}
    </ul>
  );
}

const phaseText = (row: DiscDifference): string =>
  row.phase_a === row.phase_b ? row.phase : `${row.phase} (phases ${row.phase_a + 1} and ${row.phase_b + 1})`;
