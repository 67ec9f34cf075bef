import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const portal = `http://127.0.0.1:${process.env.ACCORD_PORT ?? '8000'}`;

export default defineConfig(({ command }) => ({
  // the portal serves the build under /static/app/
  base: command === 'build' ? '/static/app/' : '/',
  plugins: [react()],
  worker: { format: 'es' },
  // browsers that know light-dark(): lowered, it would lose its colours, as the scheme is set by a variable
  build: { chunkSizeWarningLimit: 6000, assetsInlineLimit: 0, cssTarget: ['chrome123', 'firefox120', 'safari17.5'] },
  server: {
    proxy: Object.fromEntries(
      ['/api', '/dicomweb', '/ws', '/static'].map((path) => [path, { target: portal, ws: true }]),
    ),
  },
  optimizeDeps: {
    // the development server hangs without these
    exclude: ['@cornerstonejs/dicom-image-loader'],
    include: ['dicom-parser'],
  },
  // a busy machine is slow, not wrong
  test: { environment: 'node', include: ['src/**/*.test.ts'], testTimeout: 60_000 },
}));
