const LOCALE = 'en-GB';

export function number(value: number | null | undefined, digits = 0): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  return value.toLocaleString(LOCALE, { minimumFractionDigits: digits, maximumFractionDigits: digits }).replace(/^-(?=0(\.0*)?$)/, '');
}

export const when = (iso: string | null | undefined): string =>
  iso ? new Date(iso).toLocaleString(LOCALE, { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' }) : '–';

/** A day without a time; one that comes as a date alone is that day wherever it is looked at. */
export const day = (iso: string): string => {
  const zone = /^\d{4}-\d{2}-\d{2}$/.test(iso) ? { timeZone: 'UTC' } : {};
  return new Date(iso).toLocaleDateString(LOCALE, { day: 'numeric', month: 'short', year: 'numeric', ...zone });
};

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

export function ago(iso: string): string {
  const seconds = (Date.now() - new Date(iso).getTime()) / 1000;
  if (seconds > 14 * 86_400) return when(iso);
  const format = new Intl.RelativeTimeFormat(LOCALE, { numeric: 'auto' });
  for (const [unit, length] of STEPS) if (seconds >= length) return format.format(-Math.floor(seconds / length), unit);
  return 'just now';
}

/** A length of time as people say it: `40 s`, `5 min`, `2 h 10 min`. */
export function lasting(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  if (s < 90) return `${s} s`;
  const minutes = Math.round(s / 60);
  if (minutes < 90) return `${minutes} min`;
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} h${rest ? ` ${rest} min` : ''}`;
}

/** DICOM dates stay as written, only with dashes. */
export const dicomDate = (text: string): string =>
  /^\d{8}$/.test(text) ? `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}` : text || '–';

/** `study` becomes `studies`, `case` becomes `cases`. */
export const many = (one: string): string => (/[^aeiou]y$/.test(one) ? `${one.slice(0, -1)}ies` : `${one}s`);

export const plural = (n: number, one: string): string => `${n.toLocaleString(LOCALE)} ${n === 1 ? one : many(one)}`;

/** A code of the wire as words: `in_progress` becomes `in progress`. */
export const words = (code: string): string => code.replaceAll('_', ' ');

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Bytes as people read them. */
export function size(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB'];
  let value = bytes;
  let unit = 0;
  for (; value >= 1000 && unit < units.length - 1; unit += 1) value /= 1000;
  return `${number(value, unit > 1 && value < 100 ? 1 : 0)} ${units[unit]!}`;
}

/** With its sign: `+1.5`. */
export function signed(value: number, digits = 0): string {
  const text = number(value, digits);
  return /^[^-]*[1-9]/.test(text) && value > 0 ? `+${text}` : text;
}
