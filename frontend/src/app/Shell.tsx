import { AppShell, Group, NavLink, ScrollArea, Text } from '@mantine/core';
import {
  IconAdjustments,
  IconBriefcase,
  IconCards,
  IconChartDots,
  IconChecklist,
  IconClipboardCheck,
  IconCpu,
  IconDatabase,
  IconFileImport,
  IconGitCompare,
  IconHeartbeat,
  IconHistory,
  IconKey,
  IconLayoutGrid,
  IconListCheck,
  IconMessages,
  IconSchool,
  IconSettings,
  IconShieldLock,
  IconStack2,
  IconUserMinus,
  IconUsers,
  IconUsersGroup,
} from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Link, Navigate, Outlet, useLocation, useMatch } from 'react-router';

import { useMay, useProject, useSession } from '../api/queries';
import { signIn } from '../api/signIn';
import { Busy, ErrorNote } from '../components/Notice';
import { connect } from '../realtime/socket';
import { Anew } from './Anew';
import { Brand } from './Brand';
import { useLiveCache } from './live';
import { SignInAgain } from './SignInAgain';
import { TopMenu } from './TopMenu';

/** Pages for people who are signed in; the others are asked to. */
export function Signed() {
  const session = useSession();
  const client = useQueryClient();
  const { pathname, search } = useLocation();
  const user = session.data?.user ?? null;
  // whose pages these are: work in them stays theirs when the session ends
  const [person, setPerson] = useState(user);
  if (user && !person) setPerson(user);
  const personId = person?.id;
  const signedIn = user !== null && user.id === personId;
  useLiveCache();
  useEffect(() => (signedIn ? connect() : undefined), [signedIn]);
  useEffect(() => signIn.onDoubt(() => void client.invalidateQueries({ queryKey: ['session'] })), [client]);
  useEffect(() => {
    if (!signedIn || !personId) return undefined;
    const sending = import('../viewer/session/leftBehind').then((module) => module.keepSending(personId));
    return () => void sending.then((stop) => stop());
  }, [signedIn, personId]);
  if (!session.data) return session.error ? <ErrorNote error={session.error} retry={() => void session.refetch()} /> : <Busy label="Loading" />;
  if (!person) return <Navigate to={`/sign-in?next=${encodeURIComponent(pathname + search)}`} replace />;
  if (user?.must_change_password && pathname !== '/account') return <Navigate to="/account" replace />;
  return (
    <>
      <Outlet />
      {!signedIn && <SignInAgain person={person} other={user} />}
    </>
  );
}

/** Top bar, navigation, page. */
export function Frame() {
  const match = useMatch('/p/:slug/*');
  return (
    <AppShell header={{ height: 48 }} navbar={{ width: 216, breakpoint: 'sm' }} padding={0}>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Brand />
          <TopMenu />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar component="nav" aria-label="Main">
        <ScrollArea p="xs" style={{ flex: 1 }}>
          <Item to="/" label="My work" icon={IconBriefcase} exact />
          <Item to="/projects" label="Projects" icon={IconLayoutGrid} exact />
          {match?.params.slug && <ProjectNav slug={match.params.slug} />}
          <AdminNav />
        </ScrollArea>
        <Text size="xs" c="dimmed" p="sm">
          Research use only: not a medical device
        </Text>
      </AppShell.Navbar>
      <AppShell.Main>
        <Anew />
      </AppShell.Main>
    </AppShell>
  );
}

type Icon = typeof IconBriefcase;

function Item({ to, label, icon: Icon, exact }: { to: string; label: string; icon: Icon; exact?: boolean }) {
  const { pathname } = useLocation();
  const active = exact ? pathname === to : pathname === to || pathname.startsWith(`${to}/`);
  return (
    <NavLink
      component={Link}
      to={to}
      label={label}
      active={active}
      aria-current={active ? 'page' : undefined}
      leftSection={<Icon size={17} stroke={1.6} />}
      py={6}
    />
  );
}

function ProjectNav({ slug }: { slug: string }) {
  const project = useProject(slug);
  const may = useMay(slug);
  const roles = project.data?.my_roles ?? [];
  if (!project.data) return null;
  const base = `/p/${slug}`;
  const shown: [boolean, string, string, Icon, boolean?][] = [
    [true, '', 'Overview', IconHeartbeat, true],
    [may('view_cases'), '/cases', 'Cases', IconCards],
    [may('view_progress'), '/reading', 'Reading', IconChecklist],
    [may('read'), '/training', 'My training', IconSchool, true],
    [may('view_studies'), '/studies', 'Studies', IconStack2],
    [may('import'), '/imports', 'Import', IconFileImport],
    [may('open_vault'), '/quarantine', 'Quarantine', IconShieldLock],
    [may('adjudicate'), '/adjudications', 'Adjudication', IconGitCompare],
    [may('view_agreement'), '/agreement', 'Agreement', IconChartDots],
    [may('view_progress') || may('view_agreement'), '/discussion', 'Discussion', IconMessages],
    [may('adjudicate') || may('read') || may('view_progress'), '/meetings', 'Meetings', IconUsersGroup],
    [may('view_datasets'), '/datasets', 'Datasets', IconDatabase],
    [may('view_models'), '/models', 'Models', IconCpu],
    [may('view_jobs'), '/jobs', 'Jobs', IconClipboardCheck],
    [may('view_audit'), '/audit', 'Audit trail', IconHistory],
    [may('open_vault'), '/subjects', 'Subjects', IconUserMinus],
    [may('open_vault'), '/reidentification', 'Re-identification', IconKey],
    [may('manage_team'), '/team', 'Team', IconUsers],
    [roles.length > 0, '/protocols', 'Protocols', IconListCheck],
    [may('edit_settings'), '/settings', 'Settings', IconAdjustments],
  ];
  return (
    <>
      <Text size="xs" c="dimmed" fw={600} mt="md" mb={4} px="sm" truncate title={project.data.name}>
        {project.data.name}
      </Text>
      {shown.map(([visible, path, label, icon, exact]) =>
        visible ? <Item key={path} to={base + path} label={label} icon={icon} exact={exact ?? false} /> : null,
      )}
    </>
  );
}

function AdminNav() {
  const session = useSession();
  if (!session.data?.user?.is_installation_admin) return null;
  return (
    <>
      <Text size="xs" c="dimmed" fw={600} mt="md" mb={4} px="sm">
        Installation
      </Text>
      <Item to="/admin/users" label="Users" icon={IconSettings} />
      <Item to="/admin/jobs" label="Jobs and workers" icon={IconClipboardCheck} />
      <Item to="/admin/audit" label="Audit trail" icon={IconHistory} />
    </>
  );
}
