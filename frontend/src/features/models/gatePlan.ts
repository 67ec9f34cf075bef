/** The rules of a gate in words; the server's `cmrkit/gate/rules.py` holds their meaning. */

export type Rules = Record<RuleName, number> & { by_interval: boolean };
type RuleName =
  | 'min_cases'
  | 'better_dice'
  | 'structure_loss'
  | 'edv_ml'
  | 'esv_ml'
  | 'ef_points'
  | 'worst_loss'
  | 'stratum_loss'
  | 'min_stratum'
  | 'slower_factor'
  | 'min_shadow';

export interface GatePlan {
  id: string;
  version: number;
  rules: Rules;
  may_change: string;
  protocol: string;
  impact: string;
  stated_by: string;
  created_at: string;
}

export interface GatePlans {
  plans: GatePlan[];
  default_rules: Rules;
  may_state: boolean;
}

export interface Rule {
  name: RuleName;
  label: string;
  /** With `#` where the number stands. */
  sentence: string;
  step: number;
}

export const RULES: Rule[] = [
  { name: 'min_cases', label: 'Test cases at least', sentence: 'At least # test cases.', step: 1 },
  { name: 'better_dice', label: 'Mean Dice higher by', sentence: 'Mean Dice is higher by at least #.', step: 0.005 },
  { name: 'structure_loss', label: 'Dice a structure may lose', sentence: 'No structure loses more than # Dice.', step: 0.005 },
  { name: 'edv_ml', label: 'EDV error may grow by, ml', sentence: 'The EDV error grows by no more than # ml.', step: 0.5 },
  { name: 'esv_ml', label: 'ESV error may grow by, ml', sentence: 'The ESV error grows by no more than # ml.', step: 0.5 },
  { name: 'ef_points', label: 'EF error may grow by, points', sentence: 'The EF error grows by no more than # points.', step: 0.1 },
  { name: 'worst_loss', label: 'Dice the worst case may lose', sentence: 'The worst case loses no more than # Dice.', step: 0.01 },
  { name: 'stratum_loss', label: 'Dice a group may lose', sentence: 'No site, vendor, field, disease, sex or age group loses more than # Dice.', step: 0.01 },
  { name: 'min_stratum', label: 'Cases that make a group', sentence: 'A group counts from # cases up.', step: 1 },
  { name: 'slower_factor', label: 'Times as long a case may take', sentence: 'A case takes no more than # times as long.', step: 0.1 },
  { name: 'min_shadow', label: 'New cases drafted in the shadow', sentence: 'At least # new cases were drafted in the shadow.', step: 1 },
];

/** The numbers of the form as they stand in its fields: `1.0` is text until it is sent. */
export type Typed = Record<RuleName, string | number>;

export const typedOf = (rules: Rules): Typed => Object.fromEntries(RULES.map(({ name }) => [name, rules[name]])) as Typed;

/** What the fields show, as numbers; one that shows none is refused, not replaced. */
export function rulesOf(typed: Typed, by_interval: boolean): Rules {
  const numbers = RULES.map(({ name }) => [name, typed[name] === '' ? NaN : Number(typed[name])]);
  return { ...(Object.fromEntries(numbers) as Record<RuleName, number>), by_interval };
}

export function spoken(rule: Rule, rules: Rules): string {
  return rule.sentence.replace('#', String(rules[rule.name]));
}
