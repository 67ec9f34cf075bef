const TITLES: Record<string, string> = { lv_endo: 'LV endocardium', lv_epi: 'LV epicardium', rv_endo: 'RV endocardium' };

export const structureTitle = (code: string): string => TITLES[code] ?? code;

/** Where there is little room: `LV endo`. */
export const shortTitle = (code: string): string => structureTitle(code).replace('cardium', '');
