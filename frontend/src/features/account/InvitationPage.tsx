import { Alert, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from 'react-router';

import { api } from '../../api/client';
import { when } from '../../components/format';
import { Loaded } from '../../components/Notice';
import { roleTitle } from '../../components/roles';
import { useForm } from '../../components/useForm';
import { Card } from './Card';

interface Invitation {
  project_name: string;
  project_slug: string;
  roles: string[];
  email: string | null;
  expires_at: string;
  needs_account: boolean;
}

export function InvitationPage() {
  const { token = '' } = useParams();
  const query = useQuery({ queryKey: ['invitation', token], queryFn: () => api.get<Invitation>(`/invitations/${token}/`) });
  return (
    <Card title="Join a project">
      <Loaded query={query} label="Opening the invitation">
        {(invitation) => <Accept token={token} invitation={invitation} />}
      </Loaded>
    </Card>
  );
}

function Accept({ token, invitation }: { token: string; invitation: Invitation }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const form = useForm({ display_name: '', email: invitation.email ?? '', password: '' }, async (values) => {
    const body = invitation.needs_account ? values : {};
    const { project_slug } = await api.post<{ project_slug: string }>(`/invitations/${token}/accept/`, body);
    client.clear();
    void navigate(`/p/${project_slug}`);
  });
  return (
    <form onSubmit={(event) => void form.submit(event)}>
      <Stack gap="sm">
        <Text size="sm">
          You are invited to <b>{invitation.project_name}</b> as {invitation.roles.map(roleTitle).join(', ').toLowerCase()}. The invitation
          holds until {when(invitation.expires_at)}.
        </Text>
        {form.problem && <Alert color="red">{form.problem}</Alert>}
        {invitation.needs_account && (
          <>
            <TextInput label="Your name" autoComplete="name" required {...form.text('display_name')} />
            <TextInput label="E-mail" autoComplete="username" required readOnly={invitation.email !== null} {...form.text('email')} />
            <PasswordInput label="Password" description="At least 10 characters" autoComplete="new-password" required {...form.text('password')} />
          </>
        )}
        <Button type="submit" loading={form.busy}>
          Join
        </Button>
      </Stack>
    </form>
  );
}
