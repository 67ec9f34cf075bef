import js from '@eslint/js';
import hooks from 'eslint-plugin-react-hooks';
import ts from 'typescript-eslint';

const FEATURES = ['account', 'worklist', 'reading', 'adjudication', 'datasets', 'models', 'admin', 'help', 'meetings'];

/** Directions: app > features (never each other) > viewer > cmr | api | realtime | components. */
const generated = {
  group: ['**/api/schema', './schema'],
  message: 'A new checkout lacks it: what `make types` writes is for looking things up. Write the type in api/types.',
};
const forbid = (files, patterns) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns: [generated, ...patterns] }] },
});
const cornerstone = {
  group: ['@cornerstonejs/*'],
  message: 'Only src/viewer knows Cornerstone3D: use what it exports.',
};
const up = (group, message) => ({ group, message });

export default ts.config(
  { ignores: ['dist', 'src/api/schema.d.ts'] },
  js.configs.recommended,
  ...ts.configs.strict,
  {
    plugins: { 'react-hooks': hooks },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      'no-console': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      'max-lines': ['error', 400],
    },
  },
  ...FEATURES.map((feature) =>
    forbid(
      [`src/features/${feature}/**`],
      [
        cornerstone,
        up(['**/app/**'], 'Features know nothing of the app.'),
        ...FEATURES.filter((other) => other !== feature).map((other) =>
          up([`**/features/${other}/**`, `../${other}/**`], 'Features never import each other: move what both need to components or viewer.'),
        ),
      ],
    ),
  ),
  forbid(['src/app/**'], [cornerstone]),
  forbid(['src/viewer/**'], [up(['**/features/**', '**/app/**'], 'The viewer lies below the features.')]),
  forbid(
    ['src/cmr/**'],
    [
      cornerstone,
      up(['react', 'react-dom', '@mantine/*'], 'src/cmr is pure TypeScript.'),
      up(['**/features/**', '**/app/**', '**/viewer/**', '**/api/**', '**/realtime/**', '**/components/**'], 'src/cmr depends on nothing.'),
    ],
  ),
  forbid(
    ['src/api/**', 'src/realtime/**', 'src/components/**'],
    [cornerstone, up(['**/features/**', '**/app/**', '**/viewer/**'], 'This lies below features and viewer.')],
  ),
);
