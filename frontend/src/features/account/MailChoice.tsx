import { Switch, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';

import { api, messageOf } from '../../api/client';
import { Loaded } from '../../components/Notice';

interface Mail {
  digest: boolean;
  possible: boolean;
}

/** Whether one mail a day is wanted. */
export function MailChoice() {
  const client = useQueryClient();
  const query = useQuery({ queryKey: ['mail'], queryFn: () => api.get<Mail>('/me/mail/') });
  const choose = async (digest: boolean) => {
    try {
      client.setQueryData(['mail'], await api.put<Mail>('/me/mail/', { digest }));
    } catch (error) {
      notifications.show({ message: messageOf(error), color: 'red' });
    }
  };
  return (
    <Loaded query={query} label="Loading">
      {(mail) => (
        <>
          <Switch
            label="One mail a day with notifications that I have not looked at"
            checked={mail.digest}
            onChange={(event) => void choose(event.currentTarget.checked)}
          />
          {!mail.possible && (
            <Text size="sm" c="dimmed" mt="xs">
              This installation sends no mail. Your choice counts from when it does.
            </Text>
          )}
        </>
      )}
    </Loaded>
  );
}
