import { Button } from '@mantine/core';

/** A document as a file. `path` is its address below the interface's root. */
export function Downloads({ path }: { path: string }) {
  return (
    <>
      <Button component="a" href={`/api/v1${path}?as=markdown`} size="compact-sm" variant="light" download>
        Markdown
      </Button>
      <Button component="a" href={`/api/v1${path}?as=html`} size="compact-sm" variant="light" download>
        HTML
      </Button>
    </>
  );
}
