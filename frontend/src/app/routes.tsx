import { createBrowserRouter } from 'react-router';

import { AccountPage } from '../features/account/AccountPage';
import { InvitationPage } from '../features/account/InvitationPage';
import { NotificationsPage } from '../features/account/NotificationsPage';
import { ResetPage } from '../features/account/ResetPage';
import { SignInPage } from '../features/account/SignInPage';
import { AuditPage } from '../features/admin/AuditPage';
import { ReidentificationPage } from '../features/admin/ReidentificationPage';
import { SettingsPage } from '../features/admin/SettingsPage';
import { SubjectsPage } from '../features/admin/SubjectsPage';
import { TeamPage } from '../features/admin/TeamPage';
import { UsersPage } from '../features/admin/UsersPage';
import { AdjudicationsPage } from '../features/adjudication/AdjudicationsPage';
import { DatasetPage } from '../features/datasets/DatasetPage';
import { DatasetsPage } from '../features/datasets/DatasetsPage';
import { DiscussionPage } from '../features/discussion/DiscussionPage';
import { HelpPage } from '../features/help/HelpPage';
import { MeetingsPage } from '../features/meetings/MeetingsPage';
import { ChecklistsPage } from '../features/models/ChecklistsPage';
import { DriftPage } from '../features/models/DriftPage';
import { GatePlanPage } from '../features/models/GatePlanPage';
import { ModelPage } from '../features/models/ModelPage';
import { ModelsPage } from '../features/models/ModelsPage';
import { TrainingPage } from '../features/models/TrainingPage';
import { NewProtocolPage } from '../features/protocols/NewProtocolPage';
import { ProtocolPage } from '../features/protocols/ProtocolPage';
import { ProtocolsPage } from '../features/protocols/ProtocolsPage';
import { CasePage } from '../features/worklist/CasePage';
import { CasesPage } from '../features/worklist/CasesPage';
import { ImportPage } from '../features/worklist/ImportPage';
import { ImportsPage } from '../features/worklist/ImportsPage';
import { InstallationJobsPage, JobsPage } from '../features/worklist/JobsPage';
import { MyWorkPage } from '../features/worklist/MyWorkPage';
import { NewProjectPage } from '../features/worklist/NewProjectPage';
import { OwnTrainingPage } from '../features/worklist/OwnTrainingPage';
import { ProjectPage } from '../features/worklist/ProjectPage';
import { ProjectsPage } from '../features/worklist/ProjectsPage';
import { QuarantinePage } from '../features/worklist/QuarantinePage';
import { ReadingProgressPage } from '../features/worklist/ReadingProgressPage';
import { StrataPage } from '../features/worklist/StrataPage';
import { StudiesPage } from '../features/worklist/StudiesPage';
import { StudyPage } from '../features/worklist/StudyPage';
import { Anew } from './Anew';
import { NotFound, Problem } from './Problem';
import { Root } from './Root';
import { Frame, Signed } from './Shell';

// the viewer is a large bundle: loaded when a case is opened
const reading = () => import('../features/reading');
const meetings = () => import('../features/meetings/room');
const adjudication = () => import('../features/adjudication/desk');
const agreement = () => import('../features/agreement/AgreementPage'); // so are its charts
const behindPoint = () => import('../features/agreement/behind'); // with the viewer

export const router = createBrowserRouter([
  {
    element: <Root />,
    errorElement: <Problem />,
    // shown before Root is there, so outside its theme
    hydrateFallbackElement: (
      <p role="status" className="opening">
        Opening…
      </p>
    ),
    children: [
      { path: '/sign-in', element: <SignInPage /> },
      { path: '/reset', element: <ResetPage /> },
      { path: '/reset/:token', element: <ResetPage /> },
      { path: '/invitations/:token', element: <InvitationPage /> },
      {
        element: <Signed />,
        children: [
          {
            element: <Anew />,
            children: [
              { path: '/read/:id', lazy: async () => ({ Component: (await reading()).ReadingPage }) },
              { path: '/adjudicate/:id', lazy: async () => ({ Component: (await adjudication()).DeskPage }) },
              { path: '/meetings/:id', lazy: async () => ({ Component: (await meetings()).MeetingPage }) },
              { path: '/p/:slug/stacks/:id/view', lazy: async () => ({ Component: (await reading()).StackPage }) },
              { path: '/p/:slug/agreement/contours/:caseId', lazy: async () => ({ Component: (await behindPoint()).BehindPage }) },
            ],
          },
          {
            element: <Frame />,
            children: [
              { path: '/', element: <MyWorkPage /> },
              { path: '/projects', element: <ProjectsPage /> },
              { path: '/projects/new', element: <NewProjectPage /> },
              { path: '/p/:slug', element: <ProjectPage /> },
              { path: '/p/:slug/studies', element: <StudiesPage /> },
              { path: '/p/:slug/studies/:id', element: <StudyPage /> },
              { path: '/p/:slug/cases', element: <CasesPage /> },
              { path: '/p/:slug/cases/:id', element: <CasePage /> },
              { path: '/p/:slug/reading', element: <ReadingProgressPage /> },
              { path: '/p/:slug/reading/strata', element: <StrataPage /> },
              { path: '/p/:slug/training', element: <OwnTrainingPage /> },
              { path: '/p/:slug/imports', element: <ImportsPage /> },
              { path: '/p/:slug/imports/:id', element: <ImportPage /> },
              { path: '/p/:slug/quarantine', element: <QuarantinePage /> },
              { path: '/p/:slug/jobs', element: <JobsPage /> },
              { path: '/p/:slug/adjudications', element: <AdjudicationsPage /> },
              { path: '/p/:slug/meetings', element: <MeetingsPage /> },
              { path: '/p/:slug/agreement', lazy: async () => ({ Component: (await agreement()).AgreementPage }) },
              { path: '/p/:slug/discussion', element: <DiscussionPage /> },
              { path: '/p/:slug/datasets', element: <DatasetsPage /> },
              { path: '/p/:slug/datasets/:id', element: <DatasetPage /> },
              { path: '/p/:slug/models', element: <ModelsPage /> },
              { path: '/p/:slug/models/drift', element: <DriftPage /> },
              { path: '/p/:slug/models/gate-plan', element: <GatePlanPage /> },
              { path: '/p/:slug/models/:id', element: <ModelPage /> },
              { path: '/p/:slug/models/:id/checklists', element: <ChecklistsPage /> },
              { path: '/p/:slug/training/:id', element: <TrainingPage /> },
              { path: '/p/:slug/audit', element: <AuditPage /> },
              { path: '/p/:slug/subjects', element: <SubjectsPage /> },
              { path: '/p/:slug/reidentification', element: <ReidentificationPage /> },
              { path: '/p/:slug/team', element: <TeamPage /> },
              { path: '/p/:slug/protocols', element: <ProtocolsPage /> },
              { path: '/p/:slug/protocols/new', element: <NewProtocolPage /> },
              { path: '/p/:slug/protocols/:id', element: <ProtocolPage /> },
              { path: '/p/:slug/settings', element: <SettingsPage /> },
              { path: '/admin/users', element: <UsersPage /> },
              { path: '/admin/jobs', element: <InstallationJobsPage /> },
              { path: '/admin/audit', element: <AuditPage /> },
              { path: '/account', element: <AccountPage /> },
              { path: '/notifications', element: <NotificationsPage /> },
              { path: '/help', element: <HelpPage /> },
              { path: '*', element: <NotFound /> },
            ],
          },
        ],
      },
    ],
  },
]);
