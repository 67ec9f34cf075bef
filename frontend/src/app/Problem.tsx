import { Button, Container, MantineProvider } from '@mantine/core';
import { Link, useRouteError } from 'react-router';

import { Empty } from '../components/Notice';
import { theme } from './theme';

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';

export function NotFound() {
  return (
    <Container>
      <Empty
        title="There is no such page"
        action={
          <Button component={Link} to="/">
            My work
          </Button>
        }
      >
        Check the address, or start from your work.
      </Empty>
    </Container>
  );
}

/** A page that broke: what was saved stays saved, and reloading is safe. */
export function Problem() {
  const error = useRouteError();
  const stale = error instanceof Error && /dynamically imported|module script/i.test(error.message);
  return (
    <MantineProvider theme={theme} getStyleNonce={() => nonce} defaultColorScheme="auto">
      <Container>
        <Empty
          title={stale ? 'Accord was updated, or the connection was lost' : 'This page broke'}
          action={<Button onClick={() => location.reload()}>Reload</Button>}
        >
          Nothing that was saved is lost. Reload the page; if it breaks again, tell the people who run Accord what you did.
        </Empty>
      </Container>
    </MantineProvider>
  );
}
