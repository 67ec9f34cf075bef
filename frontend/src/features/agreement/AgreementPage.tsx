import '../../components/statCharts';

import { Alert, Button, Menu, Progress, Tabs, Text } from '@mantine/core';
import { useParams } from 'react-router';

import type { Statistics } from '../../api/agreement';
import { plural } from '../../components/format';
import { Empty, Loaded } from '../../components/Notice';
import { Page } from '../../components/Page';
import { AnswersTab } from './AnswersTab';
import { useAsked, useStatistics } from './asking';
import { ContoursTab } from './ContoursTab';
import { Filters } from './Filters';
import { GroupsTab } from './GroupsTab';
import { LandmarksTab } from './LandmarksTab';
import { NumbersTab } from './NumbersTab';

const TABS = [
  { value: 'numbers', label: 'Numbers', Content: NumbersTab },
  { value: 'contours', label: 'Contours', Content: ContoursTab },
  { value: 'answers', label: 'Answers', Content: AnswersTab },
  { value: 'landmarks', label: 'Landmarks', Content: LandmarksTab },
  { value: 'groups', label: 'Readers and groups', Content: GroupsTab },
];

export function AgreementPage() {
  const { slug = '' } = useParams();
  const query = useStatistics(slug);
  const { filters } = useAsked();
  const found = query.data;
  const export_ = (format: string) => `/api/v1/projects/${slug}/agreement/export/?${filters}&as=${format}`;
  return (
    <Page
      title="Agreement"
      note={found && found.n_pairs > 0 ? `${plural(found.n_pairs, 'pair')} of reads, ${plural(found.n_cases, 'case')}` : 'Of cases whose reads are all in'}
      actions={
        found && found.n_pairs > 0 ? (
          <Menu position="bottom-end">
            <Menu.Target>
              <Button variant="default" disabled={found.pending > 0}>
                Export
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item component="a" href={export_('csv')} download>
                CSV, one row per pair and measure
              </Menu.Item>
              <Menu.Item component="a" href={export_('parquet')} download>
                Parquet, the same rows
              </Menu.Item>
              <Menu.Divider />
              <Menu.Item component="a" href={`/api/v1/projects/${slug}/agreement/raw-reads/?protocol=${found.protocol ?? ''}`} download>
                Raw reads of all cases: contours and answers (ZIP)
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        ) : undefined
      }
    >
      <Loaded query={query} label="Comparing the reads">
        {(answer) => <Answered found={answer} />}
      </Loaded>
    </Page>
  );
}

function Answered({ found }: { found: Statistics }) {
  const { params, put } = useAsked();
  const every = found.choices.comparisons.reduce((sum, row) => sum + row.n_pairs, 0);
  // a tab of landmarks is of use only where the protocol asks for any
  const tabs = TABS.filter((t) => t.value !== 'landmarks' || found.asks_landmarks);
  const tab = tabs.find((t) => t.value === params.get('tab')) ?? tabs[0]!;
  if (every === 0 && found.pending === 0) {
    return (
      <Empty title="Nothing to compare yet">
        A case counts once all its reads are in. Assign readers on the Cases page; whoever adjudicates sees locked cases only.
      </Empty>
    );
  }
  return (
    <>
      <Filters found={found} />
      {found.pending > 0 && <Computing left={found.pending} every={every} />}
      {found.spacing_assumed && (
        <Alert color="orange" mb="md">
          Some images came without a spacing: their millimetres and millilitres are assumed.
        </Alert>
      )}
      {found.n_pairs === 0 && found.pending === 0 ? (
        <Text c="dimmed" size="sm" py="xl" ta="center">
          Not enough data: no pair of reads matches. Change the comparison or the filters.
        </Text>
      ) : (
        <Tabs value={tab.value} onChange={(value) => put('tab', [value ?? ''])} keepMounted={false}>
          <Tabs.List mb="md">
            {tabs.map((t) => (
              <Tabs.Tab key={t.value} value={t.value}>
                {t.label}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {tabs.map(({ value, Content }) => (
            <Tabs.Panel key={value} value={value}>
              <Content found={found} />
            </Tabs.Panel>
          ))}
        </Tabs>
      )}
    </>
  );
}

function Computing({ left, every }: { left: number; every: number }) {
  return (
    <div role="status">
      <Text size="sm" mb={4}>
        {plural(left, 'comparison')} still being computed; figures follow.
      </Text>
      <Progress value={100 * (1 - left / Math.max(every, left))} mb="md" animated aria-label="Comparisons computed" />
    </div>
  );
}
