import { imageColor } from '../../components/readings';
import { heat, type Reading } from './overlay';
import classes from './readings.module.css';

interface Props {
  readings: Reading[];
  heat: boolean;
  also?: { label: string; color: string } | undefined;
}

/** Which colour is which, and what the heat means. */
export function Legend({ readings, heat: warm, also }: Props) {
  const levels = Math.floor(readings.length / 2);
  return (
    <div className={classes.legend}>
      {readings.map((reading) => (
        <Entry key={reading.key} color={imageColor(reading.key)} label={reading.label} />
      ))}
      {also && <Entry {...also} />}
      {warm && Array.from({ length: levels }, (_, n) => <Entry key={n} color={heat(n + 1, levels)} label={levels === 1 ? 'one differs' : `${n + 1} against`} />)}
    </div>
  );
}

function Entry({ color, label }: { color: string; label: string }) {
  return (
    <span>
      <i style={{ background: color }} />
      {label}
    </span>
  );
}
