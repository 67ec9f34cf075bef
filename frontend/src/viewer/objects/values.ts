/** What a landmark or measurement says, in words and numbers. Pure. */
import type { WorldObject } from '../../api/types';
import { number } from '../../components/format';
import type { Point } from '../../cmr/geometry';
import { angleDegrees, areaMm2, ellipseAreaMm2, ellipsePoints, lengthMm, polylineLengthMm, roiStatistics } from '../../cmr/measure';
import type { Plane } from '../../cmr/plane';
import type { Frame } from '../pixels';
import type { DrawnObject } from '../tools/gesture';

const TYPES: Record<WorldObject['type'], string> = {
  landmark: 'Landmark',
  length: 'Length',
  bidirectional: 'Two diameters',
  angle: 'Angle',
  ellipse: 'Ellipse',
  polygon: 'Region',
  curve: 'Curve',
};

export const LANDMARKS: Record<string, string> = {
  rv_insertion_anterior: 'RV insertion, anterior',
  rv_insertion_inferior: 'RV insertion, inferior',
  lv_centre: 'LV centre',
  apex: 'Apex',
  mitral_valve: 'Mitral valve',
  tricuspid_valve: 'Tricuspid valve',
  aortic_valve: 'Aortic valve',
  other: 'Other landmark',
};

export const typeName = (type: WorldObject['type']): string => TYPES[type];
export const titleOf = ({ type, code, label }: Pick<WorldObject, 'type' | 'code' | 'label'>): string =>
  label || (type === 'landmark' ? (LANDMARKS[code] ?? 'Landmark') : typeName(type));

/** From the points in the patient alone: no image is needed. */
export function worldValue({ type, points_lps_mm: p }: Pick<WorldObject, 'type' | 'points_lps_mm'>): string {
  if (type === 'length') return `${number(lengthMm(p[0]!, p[1]!), 1)} mm`;
  if (type === 'curve') return `${number(polylineLengthMm(p), 1)} mm`;
  if (type === 'bidirectional') return `${number(lengthMm(p[0]!, p[1]!), 1)} × ${number(lengthMm(p[2]!, p[3]!), 1)} mm`;
  if (type === 'angle') return `${number(angleDegrees(p[0]!, p[1]!, p[2]!), 1)}°`;
  if (type === 'ellipse') return `${number(ellipseAreaMm2(p) / 100, 2)} cm²`;
  return '';
}

/** The outline of a region in image pixels; null for what encloses nothing. */
export function outlineOf({ type, points }: Pick<DrawnObject, 'type' | 'points'>): Point[] | null {
  if (type === 'polygon') return points.length >= 3 ? points : null;
  return type === 'ellipse' && points.length === 4 ? ellipsePoints(points) : null;
}

/** Area and pixel statistics of a region on the frame it was drawn on. */
export function regionValue(object: Pick<DrawnObject, 'type' | 'points'>, plane: Plane, frame: Frame | null, unit: string): string {
  const outline = outlineOf(object);
  if (outline === null) return '';
  const area = `${number(areaMm2([outline], plane) / 100, 2)} cm²`;
  const found = frame && roiStatistics([outline], frame.rows, frame.columns, (i) => frame.values[i]! * frame.slope + frame.intercept);
  if (!found) return area;
  return `${area}   ${number(found.mean, 1)} ± ${number(found.sd, 1)} ${unit}   ${number(found.min)} to ${number(found.max)}   n ${found.n}`;
}
