import { Button, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useParams } from 'react-router';

import { useMay } from '../../api/queries';
import { Empty } from '../../components/Notice';
import { Page } from '../../components/Page';
import { Block } from './Block';
import { ConflictsBlock } from './ConflictsBlock';
import { PasteStrata } from './PasteStrata';
import { PlanDialog } from './PlanDialog';
import { StrataTable } from './StrataTable';

/** What a plan has to know of cases and readers beforehand. */
export function StrataPage() {
  const { slug = '' } = useParams();
  const may = useMay(slug);
  const [pasting, setPasting] = useState(false);
  const [planning, setPlanning] = useState(false);
  const trail = [
    { label: 'Project', to: `/p/${slug}` },
    { label: 'Reading', to: `/p/${slug}/reading` },
  ];
  if (!may('assign_reads'))
    return (
      <Page title="Strata and conflicts" trail={trail}>
        <Empty title="For those who assign reads">The project’s coordinator states strata and conflicts of interest.</Empty>
      </Page>
    );
  return (
    <Page
      width={1080}
      title="Strata and conflicts"
      trail={trail}
      note="Each plan obeys what stands here: it balances readers by site, vendor or disease, and gives nobody a case that they are kept from."
      actions={<Button onClick={() => setPlanning(true)}>Plan assignments</Button>}
    >
      <Stack gap="lg">
        <ConflictsBlock slug={slug} />
        <Block
          title="Strata of cases"
          action={
            <Button size="compact-sm" variant="default" onClick={() => setPasting(true)}>
              Paste many
            </Button>
          }
        >
          <Text size="sm" c="dimmed" mb="sm">
            Site and vendor come with the images. Disease is what is known beforehand, in your words; it balances plans and groups statistics, and no reader
            sees it. Enter saves and goes to the next case, Escape takes back.
          </Text>
          <StrataTable slug={slug} />
        </Block>
      </Stack>
      {pasting && <PasteStrata slug={slug} onClose={() => setPasting(false)} />}
      {planning && <PlanDialog slug={slug} caseIds={null} onClose={() => setPlanning(false)} />}
    </Page>
  );
}
