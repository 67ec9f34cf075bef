export const ROLES: { value: string; label: string }[] = [
  { value: 'owner', label: 'Owner' },
  { value: 'coordinator', label: 'Coordinator' },
  { value: 'uploader', label: 'Site uploader' },
  { value: 'reader', label: 'Reader' },
  { value: 'trainee', label: 'Trainee' },
  { value: 'adjudicator', label: 'Adjudicator' },
  { value: 'data_scientist', label: 'Data scientist' },
  { value: 'data_steward', label: 'Data steward' },
  { value: 'quality', label: 'Quality' },
  { value: 'observer', label: 'Observer' },
];

export const roleTitle = (code: string): string => ROLES.find((r) => r.value === code)?.label ?? code;
