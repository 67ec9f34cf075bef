import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { setNonce } from 'get-nonce';
import { Outlet, ScrollRestoration, useLocation } from 'react-router';

import { theme } from './theme';

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
// dialogs lock scrolling with a style element of their own
setNonce(nonce);
// images are read in the dark, whatever the lists look like
const DARK = /^\/(read|adjudicate|meetings)\/|\/stacks\/[^/]+\/view$|\/agreement\/contours\//;

export function Root() {
  const { pathname } = useLocation();
  const forced = DARK.test(pathname);
  return (
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
      {...(forced ? { forceColorScheme: 'dark' as const } : {})}
    >
      <Notifications position="bottom-right" autoClose={6000} />
      <Outlet />
      <ScrollRestoration />
    </MantineProvider>
  );
}
