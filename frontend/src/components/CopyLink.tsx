import { Button, CopyButton, Group, Text, TextInput } from '@mantine/core';

import { when } from './format';

/** A link that is shown once. */
export function CopyLink({ url, expires }: { url: string; expires: string }) {
  return (
    <div>
      <Group gap="xs" wrap="nowrap">
        <TextInput readOnly value={url} aria-label="Link" style={{ flex: 1 }} onFocus={(event) => event.currentTarget.select()} />
        <CopyButton value={url}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy}>
              {copied ? 'Copied' : 'Copy'}
            </Button>
          )}
        </CopyButton>
      </Group>
      <Text size="xs" c="dimmed" mt={4}>
        Works once, until {when(expires)}. It is not shown again.
      </Text>
    </div>
  );
}
